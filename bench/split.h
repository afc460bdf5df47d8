/* split.h - what a split over a team is worth.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_SPLIT_H
#define YOKE_BENCH_SPLIT_H

#include "base/paired.h"
#include "job.h"

/* The figures of merit of one product on one team. */
struct split_row {
    const struct job *job;
    struct yoke_stats ms;           /* of the team                                           */
    double alone[YOKE_TEAM_MAX];    /* each device's time / the team's                       */
    double speedup, most;           /* S over the best device alone, and S_max               */
    double efficiency;              /* S / S_max                                             */
    double never_worse;             /* the team's time / the best device's; 1.02 is the goal */
    double balance;                 /* first device done / last one, median                  */
    double direct;                  /* team of one: time on device buffers / its time; or 0  */
    const struct yoke_report *last; /* of one run: shares and bytes                         */
};

/* From `alone` and the devices, fill in speedup, most, efficiency and never_worse. */
void split_judge(struct split_row *row, const yoke_team *team);

/* The row as JSON, and as a line. */
json_t *split_row_json(const struct split_row *row, const yoke_team *team);
void split_row_print(const struct split_row *row);

#endif /* YOKE_BENCH_SPLIT_H */
