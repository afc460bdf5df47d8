/* gemm_packed.h - operands packed once for many products.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_PACKED_H
#define YOKE_OPS_GEMM_PACKED_H

#include "ops/gemm.h"

/* The problem, and which operand of it is to be packed. What the descriptor has packed already does
 * not count. */
yoke_status yoke_gemm_packed_prepare(const struct yoke_gemm *gemm, enum yoke_gemm_side side,
                                     struct yoke_gemm_problem *p, size_t *operand);

/* An empty one for an operand (YOKE_GEMM_A or YOKE_GEMM_B) of a problem. On success the caller owns
 * *out (yoke_gemm_packed_destroy). */
yoke_status yoke_gemm_packed_create(const struct yoke_gemm_problem *p, size_t operand,
                                    yoke_gemm_packed **out);

/* Pack for q's device from a buffer there, and return when it is done. */
yoke_status yoke_gemm_packed_add(yoke_gemm_packed *packed, yoke_queue *q,
                                 const struct yoke_gemm_problem *p, const yoke_buffer *buf);

/* YOKE_ERR_INVALID where it does not belong to the problem's operand. */
yoke_status yoke_gemm_packed_check(const yoke_gemm_packed *packed,
                                   const struct yoke_gemm_problem *p, size_t operand);

/* How the operand's elements are counted while it is not yet known on which device: in rows of A or
 * columns of B, matrix after matrix. */
struct yoke_matrix yoke_gemm_packed_place(const yoke_gemm_packed *packed);

/* Where it may be cut: multiples of so many rows or columns. */
size_t yoke_gemm_packed_unit(const yoke_gemm_packed *packed);

/* Put what is packed for dev into a problem and its arrays (may be NULL). YOKE_ERR_UNSUPPORTED
 * where nothing was packed for dev. */
yoke_status yoke_gemm_packed_resolve(const yoke_device *dev, struct yoke_gemm_problem *p,
                                     struct yoke_gemm_arrays *arrays);

#endif /* YOKE_OPS_GEMM_PACKED_H */
