/* gemm_oracle.h - where the elements of a product lie, and what its result should be.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_GEMM_ORACLE_H
#define YOKE_TESTS_GEMM_ORACLE_H

#include "cases.h"

enum { GEMM_C, GEMM_A, GEMM_B }; /* the arrays */

/* op(X) in memory: element (i, j) of matrix b at offset + b stride + i di + j dj. */
struct gemm_place {
    size_t rows, cols, batch;
    size_t di, dj, stride, offset;
    size_t ld; /* the larger of di and dj */
};

struct gemm_place gemm_place_of(const struct yoke_gemm *g, size_t array);

static inline size_t gemm_at(const struct gemm_place *p, size_t b, size_t i, size_t j)
{
    return p->offset + b * p->stride + i * p->di + j * p->dj;
}

bool gemm_reads_output(const struct op_shape *s);

/* One point for each element of C, or above 2^25 multiply-adds one for each row of C. */
size_t gemm_oracle(const struct op_shape *s, const struct op_array *arrays, const double *got,
                   struct op_point *points);

#endif /* YOKE_TESTS_GEMM_ORACLE_H */
