/* gemm_tile.h - how gemm_tile.cl goes about a product.
 * SPDX-License-Identifier: MIT
 *
 * Uses     abi/types
 */
#ifndef YOKE_ABI_GEMM_TILE_H
#define YOKE_ABI_GEMM_TILE_H

#ifndef __OPENCL_C_VERSION__
#include "abi/types.h"
#endif

/* How an operand comes: to be packed, packed beforehand, or read where it is. */
enum yoke_gemm_source { YOKE_GEMM_TO_PACK, YOKE_GEMM_PACKED, YOKE_GEMM_IN_PLACE };

/* Sizes in numbers of the arithmetic: of a work-group's scratch, of packed B and A in it. */
struct yoke_gemm_tile_plan {
    uint64_t scratch_size, panels_size, tiles_size;
    uint32_t kc, panels, rows_per_item, cols_per_item, row_items, col_items, n_items, first_ticket;
    uint32_t a_is, b_is; /* enum yoke_gemm_source */
};

#endif /* YOKE_ABI_GEMM_TILE_H */
