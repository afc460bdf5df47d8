/* gemm_part.c - cut a matrix product in host memory.
 * SPDX-License-Identifier: MIT */
#include "sched/gemm_part.h"

static void set_extent(struct yoke_gemm_problem *p, size_t operand)
{
    const size_t rows = yoke_gemm_rows(p, operand), cols = yoke_gemm_cols(p, operand);
    struct yoke_matrix *m = &p->at[operand];

    if (operand == YOKE_GEMM_BIAS)
        m->extent = cols;
    else
        m->extent = rows && cols
                        ? (p->batch - 1) * m->batch + (rows - 1) * m->row + (cols - 1) * m->step + 1
                        : 0;
}

/* How far an operand's first element moves with the first row, column or matrix of a part. */
static size_t stride_of(const struct yoke_matrix *m, size_t operand, size_t cut)
{
    if (cut == YOKE_CUT_BATCH) return m->batch;
    if (cut == YOKE_CUT_SUMS)
        return operand == YOKE_GEMM_A ? m->step : operand == YOKE_GEMM_B ? m->row : 0;
    if (cut == YOKE_CUT_ROWS) return operand == YOKE_GEMM_B ? 0 : m->row;
    return operand == YOKE_GEMM_A ? 0 : m->step;
}

static void cut_sums(struct yoke_gemm_problem *p, size_t first, size_t rows)
{
    if (first > 0) {
        p->beta[0] = 1.0;
        p->beta[1] = 0.0;
    }
    if (first + rows < p->K) {
        p->has_bias = p->has_residual = false;
        p->activation = YOKE_ACT_NONE;
    }
    p->K = rows;
}

struct yoke_gemm_product yoke_gemm_part(const struct yoke_gemm_product *all, size_t cut,
                                        size_t first, size_t rows)
{
    struct yoke_gemm_product part = *all;
    struct yoke_gemm_problem *p = &part.p;

    switch (cut) {
    case YOKE_CUT_ROWS: p->M = rows; break;
    case YOKE_CUT_COLUMNS: p->N = rows; break;
    case YOKE_CUT_BATCH: p->batch = rows; break;
    default: cut_sums(p, first, rows);
    }
    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++) {
        struct yoke_matrix *m = &p->at[i];
        const size_t offset = m->offset + first * stride_of(m, i, cut);

        if (p->packed[i]) m->offset = offset;
        if (!yoke_gemm_is_array(p, i) || !part.host[i]) continue;
        part.host[i] += offset * yoke_type_size(yoke_gemm_type(p, i));
        m->offset = 0;
        set_extent(p, i);
    }
    return part;
}

struct yoke_gemm_problem yoke_gemm_dense(const struct yoke_gemm_problem *p)
{
    struct yoke_gemm_problem d = *p;

    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++) {
        const size_t rows = yoke_gemm_rows(p, i), cols = yoke_gemm_cols(p, i);
        struct yoke_matrix *m = &d.at[i];

        if (!yoke_gemm_is_array(p, i)) continue;
        if (i != YOKE_GEMM_BIAS) {
            m->batch = p->at[i].batch ? rows * cols : 0;
            m->row = p->at[i].step == 1 ? cols : 1;
            m->step = p->at[i].step == 1 ? 1 : rows;
        }
        set_extent(&d, i);
    }
    return d;
}
