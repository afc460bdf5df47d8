/* general.c - the matrix product that takes anything.
 * SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "ops/gemm/args.h"
#include "ops/gemm/families.h"

yoke_status yoke_gemm_general_plan(yoke_device *dev, const struct yoke_variant *variant,
                                   const void *problem, struct yoke_plan *plan)
{
    const struct yoke_gemm_problem *p = problem;
    const size_t size[3] = { p->N, p->M, p->batch };
    struct yoke_text options;
    struct yoke_step *step;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_gemm_options_for(&options, dev, p);
    TRY(yoke_kernel_get_with(dev, variant->kernel, &options, &kernel));
    TRY(yoke_plan_append(plan, kernel, &step));
    yoke_gemm_step_begin(step, p);
    yoke_step_grid(step, size);
out:
    return st;
}
