/* conv.h - a checked convolution, as the variants and the scheduler see it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_CONV_CONV_H
#define YOKE_OPS_CONV_CONV_H

#include <stdint.h>

#include "op/choice.h"
#include "op/plan.h"
#include "yoke/conv.h"

/* Every default filled in, layouts and the sense of the filters turned into strides (in elements).
 * C and K are those of one group. */
struct yoke_conv_problem {
    enum yoke_type type;
    size_t N, groups, C, H, W, K, R, S, P, Q;
    size_t stride_h, stride_w, dilation_h, dilation_w, pad_h, pad_w;
    size_t x_group, x_image, x_channel, x_row, x_col;
    size_t y_group, y_image, y_channel, y_row, y_col;
    size_t w_filter, w_channel, w_offset, x_offset, y_offset, bias_offset;
    int64_t w_row, w_col; /* negative when filters are turned */
    size_t max_workspace_bytes; /* 0: no cap */
    bool has_bias; /* not of the descriptor's */
    const char *variant;
};

/* The operands, by number. The bias may be missing, which the problem tells. */
enum yoke_conv_operand { YOKE_CONV_Y, YOKE_CONV_X, YOKE_CONV_W, YOKE_CONV_BIAS };
enum { YOKE_CONV_OPERANDS = YOKE_CONV_BIAS + 1 };

/* Check a descriptor (struct yoke_conv) and fill in the problem; statuses as of yoke_conv_run. */
yoke_status yoke_conv_prepare(const void *descriptor, void *problem);

/* For the class (op/class.h): what its functions of these names do. */
yoke_status yoke_conv_resolve(const yoke_device *dev, void *problem,
                              struct yoke_bindings *bindings);
void yoke_conv_operand(const void *problem, size_t i, struct yoke_operand *out);
void yoke_conv_put(void *problem, size_t i, const struct yoke_tensor *tensor, size_t offset);
size_t yoke_conv_cuts(const void *problem, struct yoke_cut cuts[YOKE_CUTS_MAX]);
void yoke_conv_part(void *problem, size_t cut, size_t first, size_t n);
void yoke_conv_key(const void *problem, char key[YOKE_KEY_MAX]);
bool yoke_conv_describe(enum yoke_type type, const char *key, void *descriptor);
void yoke_conv_shrink(void *descriptor);
void yoke_conv_sample(enum yoke_type type, int level, void *descriptor);
double yoke_conv_known(const void *descriptor, size_t operand, size_t i);

/* The operator: ops/conv/class.c. Its problems are struct yoke_conv_problem. */
extern const struct yoke_op_class yoke_conv_class;

#endif /* YOKE_OPS_CONV_CONV_H */
