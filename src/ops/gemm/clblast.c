/* clblast.c - the matrix product of CLBlast, as one row among ours.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/size.h"
#include "device/open.h"
#include "kernel/clblast.h"
#include "ops/gemm/families.h"
#include "ops/gemm/gemm.h"

enum { LARGEST_TILE = 128 };

/* CLBlast conjugates only what it transposes. */
static bool has_form(const struct yoke_matrix *m, bool conj)
{
    return !conj || m->step != 1;
}

/* At most: it may copy all three operands, padded to its tiles. */
size_t yoke_gemm_clblast_workspace(const yoke_device *dev, const struct yoke_variant *variant,
                                   const void *problem)
{
    const struct yoke_gemm_problem *p = problem;
    const size_t M = yoke_round_up(p->M, LARGEST_TILE), N = yoke_round_up(p->N, LARGEST_TILE),
                 K = yoke_round_up(p->K, LARGEST_TILE);

    (void)dev;
    (void)variant;
    return (M * K + K * N + M * N) * p->batch * yoke_type_size(p->type);
}

/* Its kernels count in 32 bits, and it does not cut a product. */
static bool fits(const yoke_device *dev, const struct yoke_variant *variant,
                 const struct yoke_gemm_problem *p)
{
    for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++)
        if (p->at[i].extent > INT32_MAX) return false;
    return !p->max_workspace_bytes ||
           yoke_gemm_clblast_workspace(dev, variant, p) <= p->max_workspace_bytes;
}

/* Its vector loads count on it. */
static bool is_aligned(const struct yoke_gemm_problem *p)
{
    for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++)
        if (p->alignment_bytes[i] < YOKE_GEMM_ALIGNED) return false;
    return true;
}

bool yoke_gemm_clblast_supports(const yoke_device *dev, const struct yoke_variant *variant,
                                const void *problem)
{
    const struct yoke_gemm_problem *p = problem;

    if (yoke_device_quirks(dev) & (YOKE_QUIRK_SLOW_COMPILER | YOKE_QUIRK_INTERPRETER)) return false;
    if (!is_aligned(p)) return false;
    return variant->accepts(p->type) && p->K > 0 && fits(dev, variant, p) &&
           !yoke_gemm_has_epilogue(p) && has_form(&p->at[YOKE_GEMM_A], p->conj_a) &&
           has_form(&p->at[YOKE_GEMM_B], p->conj_b);
}

/* Its kernels are shaped for GPUs. */
bool yoke_gemm_clblast_prefers(const yoke_device *dev, const struct yoke_variant *variant,
                               const void *problem)
{
    return yoke_device_get_info(dev)->type == YOKE_DEVICE_GPU &&
           yoke_gemm_clblast_supports(dev, variant, problem);
}

/* A leading dimension that is never used, that of a single line, may be too small for CLBlast. */
static struct yoke_clblast_matrix matrix_of(const struct yoke_gemm_problem *p, size_t operand,
                                            bool conj)
{
    const struct yoke_matrix *m = &p->at[operand];
    const size_t rows = yoke_gemm_rows(p, operand), cols = yoke_gemm_cols(p, operand);
    const bool plain = m->step == 1;

    return (struct yoke_clblast_matrix){
        .offset = m->offset,
        .ld = plain ? yoke_size_max(m->row, cols) : yoke_size_max(m->step, rows),
        .stride = m->batch,
        .form = plain  ? YOKE_CLBLAST_PLAIN
                : conj ? YOKE_CLBLAST_ADJOINT
                       : YOKE_CLBLAST_TRANSPOSED,
    };
}

static void bind(struct yoke_clblast_matrix *m, const struct yoke_binding *b)
{
    m->buf = b->buffer;
    m->offset += b->offset;
}

static yoke_status run(yoke_queue *q, const void *block, const struct yoke_bindings *bindings,
                       yoke_event **event)
{
    struct yoke_clblast_gemm gemm;

    memcpy(&gemm, block, sizeof gemm);
    bind(&gemm.A, &bindings->operand[YOKE_GEMM_A]);
    bind(&gemm.B, &bindings->operand[YOKE_GEMM_B]);
    bind(&gemm.C, &bindings->operand[YOKE_GEMM_C]);
    return yoke_clblast_gemm(q, &gemm, event);
}

yoke_status yoke_gemm_clblast_plan(yoke_device *dev, const struct yoke_variant *variant,
                                   const void *problem, struct yoke_plan *plan)
{
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_clblast_gemm gemm = {
        .type = p->type,
        .M = p->M,
        .N = p->N,
        .K = p->K,
        .batch = p->batch,
        .alpha = { p->alpha[0], p->alpha[1] },
        .beta = { p->beta[0], p->beta[1] },
        .A = matrix_of(p, YOKE_GEMM_A, p->conj_a),
        .B = matrix_of(p, YOKE_GEMM_B, p->conj_b),
        .C = matrix_of(p, YOKE_GEMM_C, false),
    };
    struct yoke_step *step;
    yoke_status st = YOKE_OK;

    (void)dev;
    (void)variant;
    TRY(yoke_plan_append(plan, NULL, &step));
    yoke_step_value(step, &gemm, sizeof gemm);
    step->run = run;
out:
    return st;
}
