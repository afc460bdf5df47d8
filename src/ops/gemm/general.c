/* general.c - the matrix product that takes anything.
 * SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "ops/gemm/args.h"
#include "ops/gemm/rows.h"

yoke_status yoke_gemm_enqueue_general(yoke_queue *q, const struct yoke_variant *row,
                                      const void *problem, const void *arrays, yoke_event **event)
{
    const struct yoke_gemm_problem *p = problem;
    const size_t size[3] = { p->N, p->M, p->batch };
    yoke_device *dev = yoke_queue_device(q);
    struct yoke_text options;
    struct yoke_gemm_args a;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_gemm_options_for(&options, dev, p);
    TRY(yoke_kernel_get_with(dev, row->kernel, &options, &kernel));
    yoke_gemm_args_begin(&a, p, arrays);
    TRY(yoke_enqueue_3d(q, kernel, size, a.args, YOKE_GEMM_N_ARGS, event));
out:
    return st;
}
