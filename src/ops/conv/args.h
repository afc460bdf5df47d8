/* args.h - a convolution as the kernels get it (cl/conv/conv.clh).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_CONV_ARGS_H
#define YOKE_OPS_CONV_ARGS_H

#include "op/options.h"
#include "op/plan.h"
#include "ops/conv/conv.h"

/* The arguments that every kernel of a convolution begins with: the operands in their order, Y in
 * place of those that are not there, then the shape. */
void yoke_conv_step_begin(struct yoke_step *step, const struct yoke_conv_problem *p);

/* Options of yoke.clh and conv.clh. */
void yoke_conv_options(struct yoke_text *o, bool fma, enum yoke_type type, bool epilogue);
void yoke_conv_options_for(struct yoke_text *o, const yoke_device *dev,
                           const struct yoke_conv_problem *p);

#endif /* YOKE_OPS_CONV_ARGS_H */
