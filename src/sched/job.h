/* job.h - one operation over the devices of a team.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_JOB_H
#define YOKE_SCHED_JOB_H

#include "sched/share.h"

/* An operation as the scheduler sees it. */
struct yoke_job {
    struct yoke_task task;
    enum yoke_type type;
    double flops;
};

/* What a member does of the job's arithmetic. */
struct yoke_op_rate *yoke_job_rate(const struct yoke_job *job, struct yoke_member *m);

/* YOKE_OK where the member can do it; otherwise why it cannot. */
yoke_status yoke_job_ask(const struct yoke_job *job, struct yoke_member *m);

/* A job whose task has its operator, problem and arrays: check that the arrays are there, and run
 * it unless there is nothing to do. `what` is the public function's name, for messages. */
yoke_status yoke_job_start(yoke_team *team, struct yoke_job *job, const char *what,
                           struct yoke_report *report);

/* Plan it, run it, learn from it. report may be NULL. */
yoke_status yoke_job_run(yoke_team *team, const struct yoke_job *job, struct yoke_report *report);

#endif /* YOKE_SCHED_JOB_H */
