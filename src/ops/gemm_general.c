/* gemm_general.c - the matrix product that takes anything.
 * SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "ops/gemm_args.h"
#include "ops/gemm_rows.h"

static yoke_status enqueue(yoke_queue *q, const struct yoke_variant *row,
                           const struct yoke_gemm_problem *p, const struct yoke_gemm_arrays *arrays,
                           yoke_event **event)
{
    yoke_device *dev = yoke_queue_device(q);
    struct yoke_options options;
    struct yoke_gemm_args a;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_gemm_options_for(&options, dev, p);
    TRY(yoke_kernel_get(dev, row->files, options.text, &kernel));
    yoke_gemm_args_begin(&a, p, arrays);
    const struct yoke_launch launch = yoke_launch_3d(kernel, p->N, p->M, p->batch);
    TRY(yoke_kernel_enqueue(q, kernel, &launch, a.args, YOKE_GEMM_N_ARGS, event));
out:
    return st;
}

yoke_status yoke_gemm_enqueue_general(yoke_queue *q, const struct yoke_variant *row,
                                      const void *problem, const void *arrays, yoke_event **event)
{
    return yoke_gemm_in_slices(q, row, problem, arrays, event, enqueue);
}
