/* pack.h - packing an operand, in the form that a device's kernels read.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_PACK_H
#define YOKE_OPS_GEMM_PACK_H

#include "ops/gemm/packed.h"

/* The problem, and which operand of it is to be packed. What the descriptor has packed already does
 * not count. */
yoke_status yoke_gemm_packed_prepare(const struct yoke_gemm *gemm, enum yoke_gemm_side side,
                                     struct yoke_gemm_problem *p, size_t *operand);

/* Pack for q's device from a buffer there, and return when it is done. */
yoke_status yoke_gemm_packed_add(yoke_gemm_packed *packed, yoke_queue *q,
                                 const struct yoke_gemm_problem *p, const yoke_buffer *buf);

#endif /* YOKE_OPS_GEMM_PACK_H */
