/* conv.h - a checked convolution, as the variants and the scheduler see it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_CONV_CONV_H
#define YOKE_OPS_CONV_CONV_H

#include <stdint.h>

#include "op/choice.h"
#include "op/plan.h"
#include "yoke/conv.h"

/* The operands, by number, in the order of a kernel's arguments. R is the residual; it and the bias
 * may be missing, which the problem tells. */
enum yoke_conv_operand { YOKE_CONV_Y, YOKE_CONV_X, YOKE_CONV_W, YOKE_CONV_BIAS, YOKE_CONV_R };
enum { YOKE_CONV_OPERANDS = YOKE_CONV_R + 1 };

/* Y := act(X * W + bias + R), every default filled in, layouts and the sense of the filters turned
 * into strides (in elements). C and K are those of one group. */
struct yoke_conv_problem {
    enum yoke_type type;
    size_t N, groups, C, H, W, K, R, S, P, Q;
    size_t stride_h, stride_w, dilation_h, dilation_w, pad_h, pad_w;
    size_t x_offset, x_group, x_image, x_channel, x_row, x_col;
    size_t y_offset, y_group, y_image, y_channel, y_row, y_col;
    size_t r_offset, r_group, r_image, r_channel, r_row, r_col;
    size_t w_offset, w_filter, w_channel;
    int64_t w_row, w_col; /* negative when filters are turned */
    size_t bias_offset;
    size_t x_elements, y_elements, w_elements; /* from the first to the last, offset included */
    size_t bias_elements, r_elements;
    bool has_bias, has_residual;
    enum yoke_activation activation;
    double clamp_min, clamp_max;
    size_t max_workspace_bytes; /* 0: no cap */
    const char *variant;
};

/* Whether the problem has the operand, and how many elements of its array count. */
bool yoke_conv_has(const struct yoke_conv_problem *p, size_t operand);
size_t yoke_conv_elements(const struct yoke_conv_problem *p, size_t operand);

/* Whether anything is left to do with a sum that began with the bias. */
bool yoke_conv_has_epilogue(const struct yoke_conv_problem *p);

double yoke_conv_flops(const struct yoke_conv_problem *p);

/* How many compute units of dev pay for it: yoke_units_for. */
size_t yoke_conv_units(const yoke_device *dev, const struct yoke_conv_problem *p);

/* Check a descriptor and fill in the problem; statuses as of yoke_conv_run. */
yoke_status yoke_conv_prepare(const struct yoke_conv *conv, struct yoke_conv_problem *problem);

/* The same for `images` images only. */
struct yoke_conv_problem yoke_conv_part(const struct yoke_conv_problem *problem, size_t images);

/* Queue it. variant, which gets the name of the variant that runs, and event may be NULL. */
yoke_status yoke_conv_queue(yoke_queue *q, const struct yoke_conv_problem *problem,
                            const struct yoke_bindings *bindings, const char **variant,
                            yoke_event **event);

/* The variant that dev would run. */
yoke_status yoke_conv_choose(const yoke_device *dev, const struct yoke_conv_problem *problem,
                             struct yoke_choice *out);

/* The operator: ops/conv/class.c. Its problems are struct yoke_conv_problem. */
extern const struct yoke_op_class yoke_conv_class;

#endif /* YOKE_OPS_CONV_CONV_H */
