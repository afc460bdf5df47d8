/* gemm_levels.h - the factors of the grid of products, and what their levels mean.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_GEMM_LEVELS_H
#define YOKE_TESTS_GEMM_LEVELS_H

#include "cases.h"

// clang-format off
enum factor { M, N, K, TRANS, CONJ, ORDER, LDA, LDB, LDC, OFFSETS, ALPHA, BETA, BATCH, VALUES, TIER,
              OFF_PAGE, PACK, BIAS, ACT, RESIDUAL, N_FACTORS };
#define GEMM_LEVELS { 20, 20, 20, 4, 4, 2, 3, 3, 2, 2, 4, 5, 6, 3, 3, \
                      2, 4, 3, 6, 5 }
// clang-format on

enum { ALPHA_NULL, ALPHA_OTHER, ALPHA_ZERO, ALPHA_IMAGINARY };
enum { BETA_NULL, BETA_ZERO, BETA_ONE, BETA_OTHER, BETA_IMAGINARY };
/* LD_PAGES: rows whose numbers share the ways of a cache, which may then be packed. */
enum { LD_DENSE, LD_LONGER, LD_PAGES };
enum { BATCH_NONE, BATCH_ONE, BATCH_PACKED, BATCH_SPACED, BATCH_SHARED_A, BATCH_SHARED_B };
/* PACK: 1 for A, 2 for B, 3 for both. */
enum { RESIDUAL_NONE, RESIDUAL_DENSE, RESIDUAL_LONGER, RESIDUAL_SPACED, RESIDUAL_SHARED };

/* Fill in the scalars; of OP_INTEGERS whole ones. And the ends of a clamp. */
void gemm_set_scalars(struct op_shape *s, unsigned char alpha, unsigned char beta);
void gemm_set_clamp(struct op_shape *s);

/* Fill in everything but M, N and K, which are set, from a row of levels. gap: how much longer than
 * needed what is longer is. plain: without an epilogue. */
void gemm_set_levels(struct op_shape *s, const unsigned char *row, size_t gap, bool plain);

#endif /* YOKE_TESTS_GEMM_LEVELS_H */
