/* gemm.h - a matrix product as all its kernels get it.
 * SPDX-License-Identifier: MIT
 *
 * Uses     abi/types
 */
#ifndef YOKE_ABI_GEMM_H
#define YOKE_ABI_GEMM_H

#ifndef __OPENCL_C_VERSION__
#include "abi/types.h"
#endif

/* Strides and offsets in elements: see gemm.clh. */
struct yoke_gemm_shape {
    uint64_t a_row_stride, a_col_stride, a_batch_stride, a_offset;
    uint64_t b_row_stride, b_col_stride, b_batch_stride, b_offset;
    uint64_t c_row_stride, c_batch_stride, c_offset;
    uint64_t r_row_stride, r_batch_stride, r_offset;
    uint64_t bias_row_stride, bias_col_stride, bias_offset;
    uint32_t M, N, K;
    uint32_t conj_a, conj_b;
    uint32_t has_bias, has_residual, activation; /* an enum yoke_activation */
};

/* Tiles one below the other that kernels of register tiles pack of A at once. */
enum { YOKE_GEMM_TILES_HIGH = 4 };

#endif /* YOKE_ABI_GEMM_H */
