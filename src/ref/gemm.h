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
 * result is batch x M x N. Its rows are those of C, batch x M, unless an activation follows; f16
 * and bf16 have them as YOKE_REF_WHOLE only, where they hold every element of the result. */
void yoke_ref_gemm(struct yoke_ref *ref, const struct yoke_gemm *gemm, enum yoke_ref_data data,
                   const void *C, const void *A, const void *B);

#endif /* YOKE_REF_GEMM_H */
