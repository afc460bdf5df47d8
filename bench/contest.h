/* contest.h - ours beside the rivals, job by job.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_CONTEST_H
#define YOKE_BENCH_CONTEST_H

#include "rival.h"

/* One job as it went. */
struct contest_row {
    const struct job *job;
    const char *variant;
    struct yoke_stats ms;
    double gflops, gbs, peak_share, copy_share;
    size_t checked; /* numbers compared; all of them unless sampled */
    const struct rival *rivals;
    size_t n_rivals;
    struct {
        struct yoke_stats ms;
        double gflops, ratio;
    } with[RIVALS_MAX];
};

/* Check and time each job on the team and on the rivals of the options, and report it. The exit
 * status. Starts processes, so nothing may have touched OpenCL before. */
int contest_run(const struct bench_options *options, struct job *jobs, size_t n_jobs);

/* The row as JSON, and as a line (contest_row.c). */
json_t *contest_row_json(const struct contest_row *row);
void contest_row_print_head(const struct rival *rivals, size_t n_rivals);
void contest_row_print(const struct contest_row *row);

#endif /* YOKE_BENCH_CONTEST_H */
