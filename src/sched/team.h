/* team.h - the members of a team.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_TEAM_H
#define YOKE_SCHED_TEAM_H

#include "base/log.h"
#include "sched/rates.h"
#include "sched/worker.h"
#include "yoke/queue.h"
#include "yoke/team.h"
#include "yoke/types.h"

/* Operations whose rates are kept apart, one for each type. */
enum yoke_job_class { YOKE_CLASS_GEMM, YOKE_CLASS_CONV, YOKE_N_JOB_CLASSES };
enum { YOKE_N_TYPES = YOKE_S32, YOKE_N_CLASSES = YOKE_N_JOB_CLASSES * YOKE_N_TYPES };

static inline size_t yoke_class_index(enum yoke_job_class class, enum yoke_type type)
{
    return (size_t) class * YOKE_N_TYPES + (size_t)type;
}

struct yoke_member {
    yoke_device *dev;
    yoke_queue *q;
    struct yoke_worker worker;
    size_t hardware, side;                  /* as in struct yoke_plan_device */
    struct yoke_rate flops[YOKE_N_CLASSES]; /* of computing          */
    struct yoke_rate bytes;                 /* of moving arrays      */
    size_t n_noted;                         /* samples in flops that stand on disk */
    bool distrusted[YOKE_N_CLASSES];        /* its known answer was wrong or never came */
};

struct yoke_team {
    struct yoke_member members[YOKE_TEAM_MAX];
    size_t n;
    struct yoke_log log;
    double unlearnt_flops; /* of operations while a member's rate was unknown */
    pthread_mutex_t lock;  /* of the operation that runs */
};

#endif /* YOKE_SCHED_TEAM_H */
