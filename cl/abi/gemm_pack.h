/* gemm_pack.h - operands that are packed or copied.
 * SPDX-License-Identifier: MIT
 *
 * Uses     abi/types
 */
#ifndef YOKE_ABI_GEMM_PACK_H
#define YOKE_ABI_GEMM_PACK_H

#ifndef __OPENCL_C_VERSION__
#include "abi/types.h"
#endif

/* For gemm_pack.clh; strides and offset in elements, but to_batch_stride in numbers. */
struct yoke_gemm_pack_shape {
    uint64_t row_stride, col_stride, batch_stride, offset, to_batch_stride;
    uint32_t extent, K, per_chunk, is_b, conj;
    uint32_t gap;
};

/* For gemm_copy.clh; in elements. */
struct yoke_gemm_copy_shape {
    uint64_t row_stride, col_stride, batch_stride, offset;
    uint32_t rows, cols;
};

#endif /* YOKE_ABI_GEMM_PACK_H */
