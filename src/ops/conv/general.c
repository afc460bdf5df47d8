/* general.c - the convolution that takes anything.
 * SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "ops/conv/args.h"
#include "ops/conv/families.h"

yoke_status yoke_conv_general_plan(yoke_device *dev, const struct yoke_variant *variant,
                                   const void *problem, struct yoke_plan *plan)
{
    const struct yoke_conv_problem *p = problem;
    const size_t size[3] = { p->Q, p->P, p->N * p->groups * p->K };
    struct yoke_text options;
    struct yoke_step *step;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_conv_options_for(&options, dev, p);
    TRY(yoke_kernel_get_with(dev, variant->kernel, &options, &kernel));
    TRY(yoke_plan_append(plan, kernel, &step));
    yoke_conv_step_begin(step, p);
    yoke_step_grid(step, size);
out:
    return st;
}
