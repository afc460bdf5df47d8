/* conv.h - a convolution as its kernels get it.
 * SPDX-License-Identifier: MIT
 *
 *   Y[n,k,p,q] = bias[k] + sum_{c,r,s} X[n,c, p stride_h - pad_h + r dilation_h,
 *                                          q stride_w - pad_w + s dilation_w] W[k,c,r,s]
 *
 * Arrays   X: (N, C, H, W), Y: (N, K, P, Q), W: (K, C, R, S), each with a stride per dimension, in
 *          elements; those of W's rows and columns may be negative, from w_offset on. C and K are
 *          those of one group; group g begins at g * x_group, g * y_group, g * K filters.
 *          bias: (groups * K), read when has_bias. X, Y and bias begin at their offsets.
 * Uses     abi/types
 */
#ifndef YOKE_ABI_CONV_H
#define YOKE_ABI_CONV_H

#ifndef __OPENCL_C_VERSION__
#include "abi/types.h"
#endif

struct yoke_conv_shape {
    int64_t w_row, w_col;
    uint64_t w_filter, w_channel, w_offset;
    uint64_t x_group, x_image, x_channel, x_row, x_col;
    uint64_t y_group, y_image, y_channel, y_row, y_col;
    uint64_t x_offset, y_offset, bias_offset;
    uint32_t N, groups, C, K, H, W, P, Q, R, S;
    int32_t pad_h, pad_w;
    uint32_t stride_h, stride_w, dilation_h, dilation_w, has_bias;
    uint32_t gap;
};

/* How conv_tile.cl goes about it; sizes in elements. */
struct yoke_conv_plan {
    uint64_t scratch_size;
    uint32_t panels, panel_items, tiles, tiles_per_item, tile_items, n_items, first_ticket;
    uint32_t slab_col, copy_x;
    uint32_t gap;
};

#endif /* YOKE_ABI_CONV_H */
