/* team.h - the members of a team.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_TEAM_H
#define YOKE_SCHED_TEAM_H

#include "base/log.h"
#include "sched/rates.h"
#include "sched/worker.h"
#include "yoke/queue.h"
#include "yoke/team.h"

struct yoke_member {
    yoke_device *dev;
    yoke_queue *q;
    struct yoke_worker worker;
    size_t hardware, side; /* as in struct yoke_plan_device */
    struct yoke_rates rates;
    size_t n_noted; /* samples of arithmetic that stand on disk */
};

struct yoke_team {
    struct yoke_member members[YOKE_TEAM_MAX];
    size_t n;
    struct yoke_log log;
    double unlearnt_flops; /* of operations while a member's rate was unknown */
    pthread_mutex_t lock;  /* of the operation that runs */
};

#endif /* YOKE_SCHED_TEAM_H */
