/* share.h - a share of a task on one device, from host arrays to host arrays.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_SHARE_H
#define YOKE_SCHED_SHARE_H

#include <stdint.h>

#include "sched/task.h"
#include "sched/team.h"

/* What doing a share took. */
struct yoke_share_cost {
    double compute_ms, transfer_ms;
    uint64_t bytes;      /* moved to and from the device */
    const char *variant; /* the variant that ran; of several pieces, in the last */
};

/* Do the part of n from `first` on along a cut: on the arrays in place where the device works on
 * host memory, else on copies, in pieces where these do not fit. May run at the same time for
 * different members.
 *
 *   YOKE_ERR_LIMIT  not even the smallest piece fits the device, or the cap on its memory
 *                   and those of yoke_op_queue
 */
yoke_status yoke_share_run(const struct yoke_task *task, struct yoke_member *m, size_t cut,
                           size_t first, size_t n, struct yoke_share_cost *cost);

#endif /* YOKE_SCHED_SHARE_H */
