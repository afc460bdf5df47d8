/* clblast.c - the matrix product of CLBlast, as one row among ours.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "base/error.h"
#include "base/size.h"
#include "device/open.h"
#include "kernel/clblast.h"
#include "ops/gemm/gemm.h"
#include "ops/gemm/rows.h"

enum { LARGEST_TILE = 128 };

/* CLBlast conjugates only what it transposes. */
static bool has_form(const struct yoke_matrix *m, bool conj)
{
    return !conj || m->step != 1;
}

/* At most: it may copy all three operands, padded to its tiles. */
size_t yoke_gemm_clblast_workspace(const yoke_device *dev, const struct yoke_variant *row,
                                   const void *problem)
{
    const struct yoke_gemm_problem *p = problem;
    const size_t M = yoke_round_up(p->M, LARGEST_TILE), N = yoke_round_up(p->N, LARGEST_TILE),
                 K = yoke_round_up(p->K, LARGEST_TILE);

    (void)dev;
    (void)row;
    return (M * K + K * N + M * N) * p->batch * yoke_type_size(p->type);
}

/* Its kernels count in 32 bits, and it does not cut a product. */
static bool fits(const yoke_device *dev, const struct yoke_variant *row,
                 const struct yoke_gemm_problem *p)
{
    for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++)
        if (p->at[i].extent > INT32_MAX) return false;
    return !p->max_workspace_bytes ||
           yoke_gemm_clblast_workspace(dev, row, p) <= p->max_workspace_bytes;
}

bool yoke_gemm_clblast_runs(const yoke_device *dev, const struct yoke_variant *row,
                            const void *problem)
{
    const struct yoke_gemm_problem *p = problem;

    if (yoke_device_quirks(dev) & (YOKE_QUIRK_SLOW_COMPILER | YOKE_QUIRK_INTERPRETER)) return false;
    if (p->unaligned) return false; /* its vector loads count on it */
    return row->takes(p->type) && p->K > 0 && fits(dev, row, p) && !yoke_gemm_has_epilogue(p) &&
           has_form(&p->at[YOKE_GEMM_A], p->conj_a) && has_form(&p->at[YOKE_GEMM_B], p->conj_b);
}

/* Its kernels are shaped for GPUs. */
bool yoke_gemm_clblast_suits(const yoke_device *dev, const struct yoke_variant *row,
                             const void *problem)
{
    return yoke_device_get_info(dev)->type == YOKE_DEVICE_GPU &&
           yoke_gemm_clblast_runs(dev, row, problem);
}

/* A leading dimension that is never used, that of a single line, may be too small for CLBlast. */
static struct yoke_clblast_matrix matrix_of(const struct yoke_gemm_problem *p, size_t operand,
                                            const yoke_buffer *buf, bool conj)
{
    const struct yoke_matrix *m = &p->at[operand];
    const size_t rows = yoke_gemm_rows(p, operand), cols = yoke_gemm_cols(p, operand);
    const bool plain = m->step == 1;

    return (struct yoke_clblast_matrix){
        .buf = buf,
        .offset = m->offset,
        .ld = plain ? yoke_size_max(m->row, cols) : yoke_size_max(m->step, rows),
        .stride = m->batch,
        .form = plain  ? YOKE_CLBLAST_PLAIN
                : conj ? YOKE_CLBLAST_ADJOINT
                       : YOKE_CLBLAST_TRANSPOSED,
    };
}

yoke_status yoke_gemm_enqueue_clblast(yoke_queue *q, const struct yoke_variant *row,
                                      const void *problem, const void *arrays, yoke_event **event)
{
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_gemm_arrays *a = arrays;
    const struct yoke_clblast_gemm gemm = {
        .type = p->type,
        .M = p->M,
        .N = p->N,
        .K = p->K,
        .batch = p->batch,
        .alpha = { p->alpha[0], p->alpha[1] },
        .beta = { p->beta[0], p->beta[1] },
        .A = matrix_of(p, YOKE_GEMM_A, a->at[YOKE_GEMM_A], p->conj_a),
        .B = matrix_of(p, YOKE_GEMM_B, a->at[YOKE_GEMM_B], p->conj_b),
        .C = matrix_of(p, YOKE_GEMM_C, a->at[YOKE_GEMM_C], false),
    };

    (void)row;
    return yoke_clblast_gemm(q, &gemm, event);
}
