/* packed.h - a packed operand: what it fits, and where its elements lie.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_PACKED_H
#define YOKE_OPS_GEMM_PACKED_H

#include "ops/gemm/gemm.h"

/* What one device has: tiles or panels (cl/gemm/pack.clh) where its kernels read those, else a copy
 * without gaps. */
struct yoke_packed_form {
    yoke_device *dev;
    yoke_buffer *buffer;
    bool in_panels;
    struct yoke_tile tile;
    struct yoke_matrix dense;
};

struct yoke_gemm_packed {
    enum yoke_type type;
    size_t operand;
    size_t extent, K, batch; /* rows of A or columns of B; matrices, 1 when all share one */
    bool conj;
    size_t n_forms;
    struct yoke_packed_form forms[YOKE_TEAM_MAX];
};

/* An empty one for an operand (YOKE_GEMM_A or YOKE_GEMM_B) of a problem. On success the caller owns
 * *out (yoke_gemm_packed_destroy). */
yoke_status yoke_gemm_packed_create(const struct yoke_gemm_problem *p, size_t operand,
                                    yoke_gemm_packed **out);

/* YOKE_ERR_INVALID where it does not belong to the problem's operand. */
yoke_status yoke_gemm_packed_check(const yoke_gemm_packed *packed,
                                   const struct yoke_gemm_problem *p, size_t operand);

/* How the operand's elements are counted while it is not yet known on which device: in rows of A or
 * columns of B, matrix after matrix. */
struct yoke_matrix yoke_gemm_packed_place(const yoke_gemm_packed *packed);

/* Rows of a tile, or columns of a panel, in that form; 1 in a copy. */
size_t yoke_gemm_packed_unit_on(const yoke_gemm_packed *packed,
                                const struct yoke_packed_form *form);

/* Numbers of a row of A or a column of B in tiles or panels. */
size_t yoke_gemm_packed_line(const yoke_gemm_packed *packed);

/* Where it may be cut: multiples of so many rows or columns. */
size_t yoke_gemm_packed_unit(const yoke_gemm_packed *packed);

/* Put what is packed for dev into a problem and its bindings, and how these are aligned into the
 * problem. bindings may be NULL: they are as well aligned as can be then. YOKE_ERR_UNSUPPORTED
 * where nothing was packed for dev. */
yoke_status yoke_gemm_packed_resolve(const yoke_device *dev, struct yoke_gemm_problem *p,
                                     struct yoke_bindings *bindings);

#endif /* YOKE_OPS_GEMM_PACKED_H */
