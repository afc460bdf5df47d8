/* gemm_tile.h - how gemm_tile.clh goes about a product.
 * SPDX-License-Identifier: MIT
 *
 * Uses     abi/types, abi/work
 */
#ifndef YOKE_ABI_GEMM_TILE_H
#define YOKE_ABI_GEMM_TILE_H

#ifndef __OPENCL_C_VERSION__
#include "abi/types.h"
#include "abi/work.h"
#endif

/* How an operand comes: to be packed, packed beforehand, or read where it is. */
enum yoke_gemm_source { YOKE_GEMM_TO_PACK, YOKE_GEMM_PACKED, YOKE_GEMM_IN_PLACE };

/* Sizes in numbers of the arithmetic: of a work-group's workspace, of packed B and A in it. */
struct yoke_gemm_tile_plan {
    uint64_t workspace_size, panels_size, tiles_size;
    struct yoke_work work;
    uint32_t kc, panels, rows_per_chunk, cols_per_chunk, row_chunks, col_chunks;
    uint32_t a_is, b_is; /* enum yoke_gemm_source */
};

#endif /* YOKE_ABI_GEMM_TILE_H */
