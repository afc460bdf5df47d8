/* job.h - one operation over the devices of a team.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_JOB_H
#define YOKE_SCHED_JOB_H

#include <stdint.h>

#include "sched/team.h"
#include "yoke/types.h"

/* What doing a share took. */
struct yoke_share_cost {
    double compute_ms, transfer_ms;
    uint64_t bytes;      /* moved to and from the device */
    const char *variant; /* the row that ran; of several pieces, in the last */
};

/* A way to cut an operation: `rows` rows (of a matrix, of images...), tile of them at a time. Every
 * share begins at a multiple of tile. */
struct yoke_cut {
    size_t rows, tile;
    double fixed_bytes, row_bytes; /* moved to a device that takes part, and per row */
};

enum { YOKE_MAX_CUTS = 3 };

/* An operation as the scheduler sees it. The callbacks get `op` and may run at the same time for
 * different members. */
struct yoke_job {
    const void *op;
    enum yoke_job_class class;
    enum yoke_type type;
    double flops;
    bool whole; /* not to be cut: a variant asked for by name may not take every part */
    struct yoke_cut cuts[YOKE_MAX_CUTS];
    size_t n_cuts;

    /* The variant that a device would run, or why it cannot. */
    yoke_status (*variant)(const void *op, const yoke_device *dev, const char **name);
    /* Do rows first to first + rows - 1 of cut `cut` on a member, from host arrays to host arrays.
     */
    yoke_status (*share)(const void *op, struct yoke_member *m, size_t cut, size_t first,
                         size_t rows, struct yoke_share_cost *cost);
    /* Do a small problem of the same class with a known answer; *flops is its size. Level 0 is the
     * smallest. YOKE_ERR_DEVICE when the answer is wrong. */
    yoke_status (*sample)(enum yoke_type type, struct yoke_member *m, int level, double *flops,
                          struct yoke_share_cost *cost);
};

/* Plan it, run it, learn from it. report may be NULL. */
yoke_status yoke_job_run(yoke_team *team, const struct yoke_job *job, struct yoke_report *report);

#endif /* YOKE_SCHED_JOB_H */
