/* gemm.h - a checked matrix product, as the variants and the scheduler see it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_H
#define YOKE_OPS_GEMM_H

#include "tune/variant.h"
#include "yoke/gemm.h"

/* How an operand is stored: element (i, j) of matrix b of the batch at
 * offset + b * batch + i * row + j * step. */
struct yoke_matrix {
    size_t row, step, batch, offset;
    size_t extent; /* elements from the first to the last, offset included; 0 when empty */
};

/* C := alpha A B + beta C with every default filled in, transpositions and orders turned into
 * strides, and C row-major: C.step is 1. */
struct yoke_gemm_problem {
    enum yoke_type type;
    size_t M, N, K, batch;
    struct yoke_matrix A, B, C;
    double alpha, beta;
    bool swapped; /* column-major: A is the caller's B and the reverse */
    const char *variant;
};

struct yoke_gemm_arrays {
    yoke_buffer *C;
    const yoke_buffer *A, *B; /* of the problem: already swapped */
};

/* Check a descriptor and fill in the problem; statuses as of yoke_gemm_run. */
yoke_status yoke_gemm_prepare(const struct yoke_gemm *gemm, struct yoke_gemm_problem *problem);

/* Nothing to compute: C is empty, or stays as it is. */
bool yoke_gemm_is_nothing(const struct yoke_gemm_problem *problem);

/* Queue it. event may be NULL. */
yoke_status yoke_gemm_queue(yoke_queue *q, const struct yoke_gemm_problem *problem,
                            const struct yoke_gemm_arrays *arrays, yoke_event **event);

/* The row that dev runs. */
yoke_status yoke_gemm_choose(const yoke_device *dev, const struct yoke_gemm_problem *problem,
                             const struct yoke_variant **out);

/* The table: gemm_variants.c. */
extern const struct yoke_variant yoke_gemm_variants[];
extern const size_t yoke_n_gemm_variants;

#endif /* YOKE_OPS_GEMM_H */
