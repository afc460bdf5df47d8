/* gemm_task.h - a matrix product with its arrays, every default filled in.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_REF_GEMM_TASK_H
#define YOKE_REF_GEMM_TASK_H

#include "ref/gemm.h"
#include "ref/rows.h"

struct yoke_ref_operand {
    struct yoke_ref_place place;
    const void *data; /* NULL: not there */
};

struct yoke_ref_gemm_task {
    struct yoke_ref_operand operand[YOKE_REF_GEMM_OPERANDS]; /* C is what it was before */
    double alpha[2], beta[2];                                /* as the arithmetic holds them */
    double terms;
    bool conj_a, conj_b, tf32;
    struct yoke_epilogue epilogue;
};

static inline const struct yoke_ref_gemm_task *yoke_ref_gemm_task(const struct yoke_ref *ref)
{
    return (const struct yoke_ref_gemm_task *)(const void *)ref->task;
}

/* Add beta C and what the epilogue adds at (i, j) of matrix b, times factor, to both parts. */
void yoke_ref_gemm_add(const struct yoke_ref *ref, size_t b, size_t i, size_t j, double factor,
                       struct yoke_ref_sum parts[YOKE_REF_PARTS]);

/* Sums over the columns of C: for ref->rows. */
bool yoke_ref_gemm_sum(struct yoke_ref_rows *rows);

#endif /* YOKE_REF_GEMM_TASK_H */
