/* conv.c - the public functions of convolution. SPDX-License-Identifier: MIT */
#include "yoke/conv.h"

#include "base/error.h"
#include "device/drivers.h"
#include "ops/conv/conv.h"
#include "sched/job.h"

yoke_status yoke_conv_run(yoke_team *team, const struct yoke_conv *conv, void *Y, const void *X,
                          const void *W, const void *bias, struct yoke_report *report)
{
    struct yoke_job job = { .task = { .op = &yoke_conv_class } };
    struct yoke_conv_problem p;
    yoke_status st = YOKE_OK;

    if (!team || !conv) return yoke_fail(YOKE_ERR_INVALID, "yoke_conv_run: a NULL argument");
    TRY(yoke_drivers_check());
    TRY(yoke_conv_prepare(conv, &p));
    p.has_bias = bias != NULL;
    yoke_task_init(&job.task, &p);
    job.task.host[YOKE_CONV_Y] = Y;
    job.task.host[YOKE_CONV_X] = (char *)X;
    job.task.host[YOKE_CONV_W] = (char *)W;
    job.task.host[YOKE_CONV_BIAS] = (char *)bias;
    TRY(yoke_job_start(team, &job, "yoke_conv_run", report));
out:
    return st;
}

yoke_status yoke_conv_enqueue(yoke_queue *q, const struct yoke_conv *conv, yoke_buffer *Y,
                              const yoke_buffer *X, const yoke_buffer *W, const yoke_buffer *bias,
                              yoke_event **event)
{
    yoke_status st = YOKE_OK;
    struct yoke_conv_problem p;

    if (event) *event = NULL;
    if (!q || !conv) return yoke_fail(YOKE_ERR_INVALID, "yoke_conv_enqueue: a NULL argument");
    TRY(yoke_drivers_check());
    TRY(yoke_conv_prepare(conv, &p));
    p.has_bias = bias != NULL;
    const struct yoke_bindings bindings = {
        .operand = { [YOKE_CONV_Y] = { Y, 0 },
                     [YOKE_CONV_X] = { X, 0 },
                     [YOKE_CONV_W] = { W, 0 },
                     [YOKE_CONV_BIAS] = { bias, 0 } },
    };
    TRY(yoke_op_start(q, &yoke_conv_class, &p, &bindings, "yoke_conv_enqueue", event));
out:
    return st;
}
