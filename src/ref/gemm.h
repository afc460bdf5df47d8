/* gemm.h - the matrix product in plain loops.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_REF_GEMM_H
#define YOKE_REF_GEMM_H

#include "ref/ref.h"
#include "yoke/gemm.h"

enum yoke_ref_gemm_operand {
    YOKE_REF_GEMM_C,
    YOKE_REF_GEMM_A,
    YOKE_REF_GEMM_B,
    YOKE_REF_GEMM_R, /* the residual */
    YOKE_REF_GEMM_BIAS,
};
enum { YOKE_REF_GEMM_OPERANDS = YOKE_REF_GEMM_BIAS + 1 };

/* op(X) in memory: element (i, j) of matrix b at offset + b batch_stride + i row_stride +
 * j col_stride. The bias is a matrix of C's shape, along which two of them are 0. */
struct yoke_ref_place {
    size_t rows, cols, batch;
    size_t row_stride, col_stride, batch_stride, offset;
    size_t ld; /* the longer of the first two */
};

static inline size_t yoke_ref_place_at(const struct yoke_ref_place *p, size_t b, size_t i, size_t j)
{
    return p->offset + b * p->batch_stride + i * p->row_stride + j * p->col_stride;
}

/* Of any operand, whether the product has it or not. */
struct yoke_ref_place yoke_ref_gemm_place(const struct yoke_gemm *gemm, size_t operand);

/* The product of a descriptor that the library takes: its arrays as in yoke_gemm_run, those of the
 * epilogue in the epilogue; C is read where beta is not 0, as it was before. Packed operands and
 * the variant's own bound do not count. The arrays may be NULL where only sizes are asked for. The
 * result is batch x M x N. */
void yoke_ref_gemm(struct yoke_ref *ref, const struct yoke_gemm *gemm, enum yoke_ref_data data,
                   const void *C, const void *A, const void *B);

/* Sums over the rows of a product instead of its elements, with n^2 work instead of n^3 (after
 * BLIS): C x against alpha A (B x) + beta C x and what else is added. x holds integers of -4 .. 4
 * without 0, so that no column is left out and integers stay exact; the bound of a row is the sum
 * of its elements' bounds times |x|. NaN would hide what is beside it. Nothing that rounds or bends
 * an element may follow the sum: no activation, and f16 and bf16 only as YOKE_REF_WHOLE, where
 * every element of the result is one that they hold. Keeps ref, which must outlive it; NULL without
 * memory. */
struct yoke_ref_rows;
struct yoke_ref_rows *yoke_ref_rows_create(const struct yoke_ref *gemm);

/* As yoke_ref_check; an element is a row, batch x M of them. */
void yoke_ref_rows_check(const struct yoke_ref_rows *rows, const void *array,
                         struct yoke_ref_result *r);

void yoke_ref_rows_destroy(struct yoke_ref_rows **rows);

#endif /* YOKE_REF_GEMM_H */
