/* parts.c - the operands of a matrix product, and how it is cut into smaller ones.
 * SPDX-License-Identifier: MIT */
#include "base/element.h"
#include "base/size.h"
#include "ops/gemm/packed.h"

/* Whole register tiles of any device, so that shares leave no edges. */
enum { ROW_TILE = 12, COLUMN_TILE = 32 };

/* Along which dimension a product is cut. */
enum { ROWS, COLUMNS, BATCH, SUMS, N_CUTS };

void yoke_gemm_operand(const void *problem, size_t i, struct yoke_operand *out)
{
    static const char *const names[YOKE_GEMM_OPERANDS] = { "C", "A", "B", "the bias",
                                                           "the residual" };
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_matrix *m = &p->at[i];
    const bool factor = i == YOKE_GEMM_A || i == YOKE_GEMM_B;
    const size_t number = factor && p->swapped ? YOKE_GEMM_A + YOKE_GEMM_B - i : i;

    *out = (struct yoke_operand){
        .name = names[number],
        .number = number,
        .tensor = { .type = yoke_gemm_type(p, i),
                    .rank = 3,
                    .dims = { m->batch ? p->batch : 1, yoke_gemm_rows(p, i), yoke_gemm_cols(p, i) },
                    .strides = { m->batch, m->row, m->step } },
        .offset = m->offset,
        .is_array = yoke_gemm_is_array(p, i),
        .is_read = yoke_gemm_reads(p, i),
    };
}

void yoke_gemm_put(void *problem, size_t i, const struct yoke_tensor *tensor, size_t offset)
{
    const struct yoke_operand o = { .tensor = *tensor, .offset = offset };
    struct yoke_gemm_problem *p = problem;

    p->at[i] = (struct yoke_matrix){ .batch = tensor->strides[0],
                                     .row = tensor->strides[1],
                                     .step = tensor->strides[2],
                                     .offset = offset,
                                     .extent = yoke_operand_extent(&o) };
}

static struct yoke_cut cut_of(size_t extent, const yoke_gemm_packed *packed, size_t tile)
{
    const size_t unit = packed ? yoke_gemm_packed_unit(packed) : 1;

    return (struct yoke_cut){ extent, unit, yoke_round_up(tile, unit), false };
}

/* Sums in 16 bits are not cut: each part would be rounded. */
size_t yoke_gemm_cuts(const void *problem, struct yoke_cut cuts[YOKE_CUTS_MAX])
{
    const struct yoke_gemm_problem *p = problem;
    const bool sums = p->type != YOKE_F16 && p->type != YOKE_BF16 && !p->packed[YOKE_GEMM_A] &&
                      !p->packed[YOKE_GEMM_B];

    cuts[ROWS] = cut_of(p->M, p->packed[YOKE_GEMM_A], ROW_TILE);
    cuts[COLUMNS] = cut_of(p->N, p->packed[YOKE_GEMM_B], COLUMN_TILE);
    cuts[BATCH] = cut_of(p->batch, NULL, 1);
    cuts[SUMS] = (struct yoke_cut){ sums ? p->K : 1, 1, 1, true };
    return N_CUTS;
}

/* How far an operand's first element moves with the first row, column or matrix of a part. */
static size_t stride_of(const struct yoke_matrix *m, size_t operand, size_t cut)
{
    if (cut == BATCH) return m->batch;
    if (cut == SUMS) return operand == YOKE_GEMM_A ? m->step : operand == YOKE_GEMM_B ? m->row : 0;
    if (cut == ROWS) return operand == YOKE_GEMM_B ? 0 : m->row;
    return operand == YOKE_GEMM_A ? 0 : m->step;
}

/* The first part takes beta, the others add to C, the last does the epilogue. */
static void cut_sums(struct yoke_gemm_problem *p, size_t first, size_t n)
{
    if (first > 0) {
        p->beta[0] = 1.0;
        p->beta[1] = 0.0;
    }
    if (first + n < p->K) {
        p->has_bias = p->has_residual = false;
        p->activation = YOKE_ACT_NONE;
    }
    p->K = n;
}

void yoke_gemm_part(void *problem, size_t cut, size_t first, size_t n)
{
    struct yoke_gemm_problem *p = problem;

    switch (cut) {
    case ROWS: p->M = n; break;
    case COLUMNS: p->N = n; break;
    case BATCH: p->batch = n; break;
    default: cut_sums(p, first, n);
    }
    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++) {
        struct yoke_operand o;
        p->at[i].offset += first * stride_of(&p->at[i], i, cut);
        if (!yoke_gemm_is_array(p, i)) continue;
        yoke_gemm_operand(p, i, &o);
        p->at[i].extent = yoke_operand_extent(&o);
    }
}
