/* gemm_dot.h - how gemm_dot.clh goes about a product.
 * SPDX-License-Identifier: MIT
 *
 * Uses     abi/types, abi/work
 */
#ifndef YOKE_ABI_GEMM_DOT_H
#define YOKE_ABI_GEMM_DOT_H

#ifndef __OPENCL_C_VERSION__
#include "abi/types.h"
#include "abi/work.h"
#endif

/* Sizes in words: of a work-group's workspace, of a block of k. */
struct yoke_gemm_dot_plan {
    uint64_t workspace_size;
    struct yoke_work work;
    uint32_t kw, rows_per_chunk, panels, row_chunks, col_chunks;
    uint32_t a_pitch; /* between packed rows of A */
};

#endif /* YOKE_ABI_GEMM_DOT_H */
