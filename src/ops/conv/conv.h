/* conv.h - a checked convolution, as the variants and the scheduler see it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_CONV_CONV_H
#define YOKE_OPS_CONV_CONV_H

#include <stdint.h>

#include "op/variant.h"
#include "yoke/conv.h"

/* Every default filled in, layouts and the sense of the filters turned into strides (in elements).
 * C and K are those of one group. */
struct yoke_conv_problem {
    enum yoke_type type;
    size_t N, groups, C, H, W, K, R, S, P, Q;
    size_t stride_h, stride_w, dilation_h, dilation_w, pad_h, pad_w;
    size_t x_group, x_image, x_channel, x_row, x_col;
    size_t y_group, y_image, y_channel, y_row, y_col;
    size_t w_filter, w_channel, w_offset;
    int64_t w_row, w_col; /* negative when filters are turned */
    size_t x_elements, y_elements, w_elements;
    const char *variant;
};

struct yoke_conv_arrays {
    yoke_buffer *Y;
    const yoke_buffer *X, *W, *bias; /* bias may be NULL */
};

/* Check a descriptor and fill in the problem; statuses as of yoke_conv_run. */
yoke_status yoke_conv_prepare(const struct yoke_conv *conv, struct yoke_conv_problem *problem);

/* The same for `images` images only. */
struct yoke_conv_problem yoke_conv_part(const struct yoke_conv_problem *problem, size_t images);

/* Queue it. variant, which gets the name of the row that runs, and event may be NULL. */
yoke_status yoke_conv_queue(yoke_queue *q, const struct yoke_conv_problem *problem,
                            const struct yoke_conv_arrays *arrays, const char **variant,
                            yoke_event **event);

/* The row that dev runs. */
yoke_status yoke_conv_choose(const yoke_device *dev, const struct yoke_conv_problem *problem,
                             const struct yoke_variant **out);

/* The table: ops/conv/variants.c. */
extern const struct yoke_variant yoke_conv_variants[];
extern const size_t yoke_n_conv_variants;

#endif /* YOKE_OPS_CONV_CONV_H */
