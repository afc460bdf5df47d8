/* gemm_oracle.h - where the elements of a product lie, and what its result should be.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_GEMM_ORACLE_H
#define YOKE_TESTS_GEMM_ORACLE_H

#include "cases.h"

enum { GEMM_C, GEMM_A, GEMM_B, GEMM_R, GEMM_BIAS, GEMM_ARRAYS }; /* R is the residual */

/* op(X) in memory: element (i, j) of matrix b at offset + b stride + i di + j dj. The bias is a
 * matrix of C's shape whose di or dj is 0, and so is its stride. */
struct gemm_place {
    size_t rows, cols, batch;
    size_t di, dj, stride, offset;
    size_t ld; /* the larger of di and dj */
};

struct gemm_place gemm_place_of(const struct op_shape *s, size_t array);

static inline size_t gemm_at(const struct gemm_place *p, size_t b, size_t i, size_t j)
{
    return p->offset + b * p->stride + i * p->di + j * p->dj;
}

/* Elements to the last one that counts; 0 when the array is not passed. */
size_t gemm_length(const struct op_shape *s, size_t array);

bool gemm_has(const struct op_shape *s, size_t array);
bool gemm_reads_output(const struct op_shape *s);

/* k of the bound. */
size_t gemm_terms(const struct op_shape *s, enum yoke_type type);

/* One point for each part of each element of C; or above 2^25 multiply-adds, where C is linear in
 * everything and its type is not narrower than the arithmetic, one for each row of C. */
size_t gemm_oracle(const struct op_shape *s, enum yoke_type type, const struct op_array *arrays,
                   const double *got, struct op_point *points);

/* gemm_epilogue.c: add the bias and the residual of a part of element (i, j) of matrix b, times
 * factor; then, at the end, the activation. */
void gemm_add_epilogue(const struct op_shape *s, const struct op_array *arrays, size_t parts,
                       size_t part, size_t b, size_t i, size_t j, double factor,
                       struct op_point *p);
void gemm_activate(const struct op_shape *s, struct op_point *p);

#endif /* YOKE_TESTS_GEMM_ORACLE_H */
