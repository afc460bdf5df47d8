/* conv.h - a convolution as its kernels get it.
 * SPDX-License-Identifier: MIT
 *
 *   Y[n,k,p,q] = act(bias[k] + sum_{c,r,s} X[n,c, p stride_h - pad_h + r dilation_h,
 *                                              q stride_w - pad_w + s dilation_w] W[k,c,r,s]
 *                    + residual[n,k,p,q])
 *
 * Arrays   X: (N, C, H, W), Y and the residual: (N, K, P, Q), W: (K, C, R, S), each with a stride
 *          per dimension and from an offset on, in elements; the strides of W's rows and columns
 *          may be negative. C and K are those of one group; group g begins at g * x_group,
 *          g * y_group, g * r_group, g * K filters. bias: (groups * K) from bias_offset on, read
 *          where has_bias is 1; the residual is read where has_residual is 1.
 * Uses     abi/types, abi/work
 */
#ifndef YOKE_ABI_CONV_H
#define YOKE_ABI_CONV_H

#ifndef __OPENCL_C_VERSION__
#include "abi/types.h"
#include "abi/work.h"
#endif

struct yoke_conv_shape {
    int64_t w_row, w_col;
    uint64_t w_offset, w_filter, w_channel;
    uint64_t x_offset, x_group, x_image, x_channel, x_row, x_col;
    uint64_t y_offset, y_group, y_image, y_channel, y_row, y_col;
    uint64_t r_offset, r_group, r_image, r_channel, r_row, r_col;
    uint64_t bias_offset;
    uint64_t clamp_min, clamp_max; /* the bits of a double, or in the lower half of a float */
    uint32_t N, groups, C, K, H, W, P, Q, R, S;
    int32_t pad_h, pad_w;
    uint32_t stride_h, stride_w, dilation_h, dilation_w;
    uint32_t has_bias, has_residual, activation; /* an enum yoke_kernel_activation */
    uint32_t gap;
};

/* How conv_tile.clh goes about it; sizes in elements. */
struct yoke_conv_plan {
    uint64_t workspace_size;
    struct yoke_work work;
    uint32_t panels, panel_chunks, tiles, tiles_per_chunk, tile_chunks;
    uint32_t patch_col, copy_x;
    uint32_t gap;
};

#endif /* YOKE_ABI_CONV_H */
