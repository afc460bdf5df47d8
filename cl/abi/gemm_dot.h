/* gemm_dot.h - how gemm_dot.cl goes about a product.
 * SPDX-License-Identifier: MIT
 *
 * Uses     abi/types
 */
#ifndef YOKE_ABI_GEMM_DOT_H
#define YOKE_ABI_GEMM_DOT_H

#ifndef __OPENCL_C_VERSION__
#include "abi/types.h"
#endif

/* Sizes in words: of a work-group's scratch, of a block of k. */
struct yoke_gemm_dot_plan {
    uint64_t scratch_size;
    uint32_t kw, rows_per_item, panels, row_items, col_items, n_items, first_ticket;
    uint32_t a_pitch; /* between packed rows of A */
};

#endif /* YOKE_ABI_GEMM_DOT_H */
