/* gemm.c - the public functions of the matrix product. SPDX-License-Identifier: MIT */
#include "yoke/gemm.h"

#include "base/error.h"
#include "device/drivers.h"
#include "ops/gemm/gemm.h"
#include "sched/job.h"

yoke_status yoke_gemm_run(yoke_team *team, const struct yoke_gemm *gemm, void *C, const void *A,
                          const void *B, struct yoke_report *report)
{
    struct yoke_job job = { .task = { .op = &yoke_gemm_class } };
    struct yoke_gemm_problem p;
    yoke_status st = YOKE_OK;

    if (!team || !gemm) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_run: a NULL argument");
    TRY(yoke_drivers_check());
    TRY(yoke_gemm_prepare(gemm, &p));
    yoke_task_init(&job.task, &p);
    const struct yoke_epilogue *e = gemm->epilogue;
    job.task.host[YOKE_GEMM_C] = C;
    job.task.host[YOKE_GEMM_A] = (char *)(p.swapped ? B : A);
    job.task.host[YOKE_GEMM_B] = (char *)(p.swapped ? A : B);
    job.task.host[YOKE_GEMM_R] = (char *)(e ? e->residual_array : NULL);
    job.task.host[YOKE_GEMM_BIAS] = (char *)(e ? e->bias_array : NULL);
    TRY(yoke_job_start(team, &job, "yoke_gemm_run", report));
out:
    return st;
}

yoke_status yoke_gemm_enqueue(yoke_queue *q, const struct yoke_gemm *gemm, yoke_buffer *C,
                              const yoke_buffer *A, const yoke_buffer *B, yoke_event **event)
{
    yoke_status st = YOKE_OK;
    struct yoke_gemm_problem p;

    if (event) *event = NULL;
    if (!q || !gemm) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_enqueue: a NULL argument");
    TRY(yoke_drivers_check());
    TRY(yoke_gemm_prepare(gemm, &p));
    const struct yoke_epilogue *e = gemm->epilogue;
    const struct yoke_bindings bindings = {
        .operand = { [YOKE_GEMM_C] = { C, 0 },
                     [YOKE_GEMM_A] = { p.swapped ? B : A, 0 },
                     [YOKE_GEMM_B] = { p.swapped ? A : B, 0 },
                     [YOKE_GEMM_BIAS] = { p.has_bias ? e->bias_buffer : NULL, 0 },
                     [YOKE_GEMM_R] = { p.has_residual ? e->residual_buffer : NULL, 0 } },
    };
    TRY(yoke_op_start(q, &yoke_gemm_class, &p, &bindings, "yoke_gemm_enqueue", event));
out:
    return st;
}
