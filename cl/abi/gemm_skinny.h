/* gemm_skinny.h - how gemm_skinny.cl goes about a product.
 * SPDX-License-Identifier: MIT
 *
 * Uses     abi/types
 */
#ifndef YOKE_ABI_GEMM_SKINNY_H
#define YOKE_ABI_GEMM_SKINNY_H

#ifndef __OPENCL_C_VERSION__
#include "abi/types.h"
#endif

/* Sizes in numbers of the arithmetic: of a work-group's scratch, of a row of packed S. */
struct yoke_gemm_skinny_plan {
    uint64_t scratch_size;
    uint32_t H, W, kc, s_pitch, cols_per_item, col_items, n_items, first_ticket, by_rows, flipped;
};

#endif /* YOKE_ABI_GEMM_SKINNY_H */
