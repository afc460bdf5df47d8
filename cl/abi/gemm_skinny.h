/* gemm_skinny.h - how gemm_skinny.clh goes about a product.
 * SPDX-License-Identifier: MIT
 *
 * Uses     abi/types, abi/work
 */
#ifndef YOKE_ABI_GEMM_SKINNY_H
#define YOKE_ABI_GEMM_SKINNY_H

#ifndef __OPENCL_C_VERSION__
#include "abi/types.h"
#include "abi/work.h"
#endif

/* Sizes in numbers of the arithmetic: of a work-group's workspace, of a row of packed S. */
struct yoke_gemm_skinny_plan {
    uint64_t workspace_size;
    struct yoke_work work;
    uint32_t H, W, kc, s_pitch, cols_per_chunk, col_chunks, by_rows, flipped;
};

#endif /* YOKE_ABI_GEMM_SKINNY_H */
