/* ours.h - a job on our own team.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_OURS_H
#define YOKE_BENCH_OURS_H

#include "check.h"

/* A job and who does it; all zero at first but for the team. */
struct ours {
    yoke_team *team;
    struct job job;          /* placed                                        */
    struct yoke_report *did; /* of the run that was checked; made by the first one */
    char variants[128];      /* that ran, each once: "gemm_tile,gemm_general" */
};

/* Do it once, into an output full of NaN, and compare with the check. False after printing why. */
bool ours_check(struct ours *ours, const struct check *check, const char *whose);

/* Free what the checks made. */
void ours_deinit(struct ours *ours);

/* For duel_side: ctx is a struct ours. */
bool ours_burst(void *ctx, size_t warm_ups, size_t reps, double *ms);

#endif /* YOKE_BENCH_OURS_H */
