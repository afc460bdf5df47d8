/* problem.c - a matrix product checked, with all that was left out filled in.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm/gemm.h"

#include <math.h>
#include <stdint.h>

#include "base/element.h"
#include "base/error.h"
#include "base/size.h"
#include "op/options.h"
#include "ops/gemm/packed.h"

/* An operand as the caller describes it. */
struct operand {
    const char *name;
    size_t rows, cols; /* as stored: cols elements side by side */
    size_t ld, stride, offset;
    bool output;
};

/* The last row as stored ends there, from the first element on. */
static bool extent_of(const struct operand *op, size_t ld, size_t *out)
{
    size_t n;

    return yoke_size_mul(op->rows - 1, ld, &n) && yoke_size_add(n, op->cols, out);
}

static yoke_status check_operand(const struct operand *op, size_t batch, size_t *ld,
                                 struct yoke_matrix *m)
{
    size_t one = 0, all = 0;

    *ld = op->ld ? op->ld : yoke_size_max(op->cols, 1);
    if (*ld < op->cols)
        return yoke_fail(YOKE_ERR_INVALID, "ld%s is %zu; rows of %zu elements need at least that",
                         op->name, op->ld, op->cols);
    m->offset = op->offset;
    m->extent = 0;
    if (op->rows == 0 || op->cols == 0) return YOKE_OK;
    if (!extent_of(op, *ld, &one)) goto overflow;
    m->batch = op->stride ? op->stride : yoke_size_max(one, op->rows * *ld);
    if (op->stride == YOKE_STRIDE_SHARED) m->batch = 0;
    if (op->output && batch > 1 && m->batch < one)
        return yoke_fail(YOKE_ERR_INVALID,
                         "stride_%s is %zu; matrices of %zu elements would overlap", op->name,
                         m->batch, one);
    if (!yoke_size_mul(batch - 1, m->batch, &all) || !yoke_size_add(all, one, &all) ||
        !yoke_size_add(all, op->offset, &m->extent) || m->extent > SIZE_MAX / 16)
        goto overflow;
    return YOKE_OK;
overflow:
    return yoke_fail(YOKE_ERR_INVALID,
                     "matrix %s of %zu x %zu, batch %zu: more bytes than size_t counts", op->name,
                     op->rows, op->cols, batch);
}

static yoke_status check_sizes(const struct yoke_gemm *g)
{
    if (yoke_type_size(g->type) == 0 || g->type == YOKE_S32)
        return yoke_fail(YOKE_ERR_INVALID, "type %s (%d) is none that products are made of",
                         yoke_type_name(g->type), (int)g->type);
    if (g->order != YOKE_ROW_MAJOR && g->order != YOKE_COL_MAJOR)
        return yoke_fail(YOKE_ERR_INVALID, "order %d is no yoke_order", (int)g->order);
    if (g->M > INT32_MAX || g->N > INT32_MAX || g->K > INT32_MAX || g->batch > INT32_MAX)
        return yoke_fail(YOKE_ERR_LIMIT, "GEMM of %zu x %zu x %zu, batch %zu; dimensions go to %d",
                         g->M, g->N, g->K, g->batch, INT32_MAX);
    return YOKE_OK;
}

/* Fill in one operand: logical rows x cols, stored transposed or not, in the order of the caller.
 */
static yoke_status place(struct operand op, bool transposed, bool col_major, size_t batch,
                         struct yoke_matrix *m)
{
    yoke_status st = YOKE_OK;
    const bool turned = transposed != col_major; /* columns lie side by side */
    size_t ld;

    if (turned) {
        const size_t rows = op.rows;
        op.rows = op.cols;
        op.cols = rows;
    }
    TRY(check_operand(&op, batch, &ld, m));
    m->row = turned ? 1 : ld;
    m->step = turned ? ld : 1;
out:
    return st;
}

static yoke_status place_operands(const struct yoke_gemm *g, struct yoke_gemm_problem *p)
{
    const bool col_major = g->order == YOKE_COL_MAJOR;
    const struct operand A = { "a", g->M, g->K, g->lda, g->stride_a, g->offset_a, false },
                         B = { "b", g->K, g->N, g->ldb, g->stride_b, g->offset_b, false },
                         C = { "c", g->M, g->N, g->ldc, g->stride_c, g->offset_c, true };
    yoke_status st = YOKE_OK;

    if (g->stride_c == YOKE_STRIDE_SHARED && p->batch > 1)
        TRY(yoke_fail(YOKE_ERR_INVALID, "stride_c is YOKE_STRIDE_SHARED; C's may not overlap"));
    TRY(place(A, g->trans_a, col_major, p->batch, &p->at[YOKE_GEMM_A]));
    TRY(place(B, g->trans_b, col_major, p->batch, &p->at[YOKE_GEMM_B]));
    TRY(place(C, false, col_major, p->batch, &p->at[YOKE_GEMM_C]));
out:
    return st;
}

/* As the arithmetic holds it. */
static yoke_status take_scalar(const char *name, const double *value, double unset,
                               enum yoke_type type, double out[2])
{
    out[0] = value ? value[0] : unset;
    out[1] = value && yoke_type_is_complex(type) ? value[1] : 0.0;
    if (yoke_type_is_integer(type) && (out[0] != rint(out[0]) || fabs(out[0]) > INT32_MAX))
        return yoke_fail(YOKE_ERR_INVALID, "%s is %g; with s8 it must be a whole number of 32 bits",
                         name, out[0]);
    return YOKE_OK;
}

static yoke_status check_activation(const struct yoke_epilogue *e, enum yoke_type type)
{
    if ((unsigned)e->bias > YOKE_BIAS_COLUMN || (unsigned)e->activation > YOKE_ACT_GELU)
        return yoke_fail(YOKE_ERR_INVALID,
                         "epilogue: bias %d or activation %d is none of those there are",
                         (int)e->bias, (int)e->activation);
    if (e->activation != YOKE_ACT_NONE && yoke_type_is_complex(type))
        return yoke_fail(YOKE_ERR_INVALID, "epilogue: an activation of type %s",
                         yoke_type_name(type));
    if (e->activation > YOKE_ACT_CLAMP && yoke_type_is_integer(type))
        return yoke_fail(YOKE_ERR_INVALID, "epilogue: with %s only RELU and CLAMP",
                         yoke_type_name(type));
    if (e->activation == YOKE_ACT_CLAMP && !(e->clamp_min <= e->clamp_max))
        return yoke_fail(YOKE_ERR_INVALID, "epilogue: clamp from %g to %g", e->clamp_min,
                         e->clamp_max);
    return YOKE_OK;
}

/* Whole numbers of 32 bits for the integers. */
static double clamp_of(double value, enum yoke_type type)
{
    return yoke_type_is_integer(type) ? fmin(fmax(rint(value), INT32_MIN), INT32_MAX) : value;
}

static yoke_status place_epilogue(const struct yoke_gemm *g, const struct yoke_epilogue *e,
                                  struct yoke_gemm_problem *p)
{
    const struct operand R = { "r", g->M, g->N, e->ldr, e->stride_r, e->offset_r, false };
    const size_t n_bias = e->bias == YOKE_BIAS_ROW ? g->M : g->N;
    yoke_status st = YOKE_OK;

    TRY(check_activation(e, g->type));
    p->activation = e->activation;
    p->clamp_min = clamp_of(e->clamp_min, g->type);
    p->clamp_max = clamp_of(e->clamp_max, g->type);
    p->has_residual = e->residual_array || e->residual_buffer;
    if (p->has_residual)
        TRY(place(R, false, g->order == YOKE_COL_MAJOR, p->batch, &p->at[YOKE_GEMM_R]));
    p->has_bias = e->bias != YOKE_BIAS_NONE;
    if (!p->has_bias) return YOKE_OK;
    p->at[YOKE_GEMM_BIAS] = (struct yoke_matrix){
        .row = e->bias == YOKE_BIAS_ROW,
        .step = e->bias == YOKE_BIAS_COLUMN,
        .offset = e->offset_bias,
    };
    if (!yoke_size_add(n_bias, e->offset_bias, &p->at[YOKE_GEMM_BIAS].extent) ||
        p->at[YOKE_GEMM_BIAS].extent > SIZE_MAX / 16)
        TRY(yoke_fail(YOKE_ERR_INVALID, "bias: offset %zu is more bytes than size_t counts",
                      e->offset_bias));
out:
    return st;
}

static void transpose(struct yoke_matrix *m)
{
    const size_t row = m->row;

    m->row = m->step;
    m->step = row;
}

/* Column-major: C' = B' A', row-major. */
static void swap_sides(struct yoke_gemm_problem *p)
{
    const struct yoke_matrix a = p->at[YOKE_GEMM_A];
    const bool conj_a = p->conj_a;
    const size_t M = p->M;

    p->at[YOKE_GEMM_A] = p->at[YOKE_GEMM_B];
    p->at[YOKE_GEMM_B] = a;
    p->conj_a = p->conj_b;
    p->conj_b = conj_a;
    p->M = p->N;
    p->N = M;
    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++)
        transpose(&p->at[i]);
    p->swapped = true;
}

static yoke_status take_packed(const yoke_gemm_packed *packed, size_t operand,
                               struct yoke_gemm_problem *p)
{
    yoke_status st = YOKE_OK;

    if (!packed) return YOKE_OK;
    TRY(yoke_gemm_packed_check(packed, p, operand));
    p->packed[operand] = packed;
    p->at[operand] = yoke_gemm_packed_place(packed);
out:
    return st;
}

yoke_status yoke_gemm_prepare(const void *descriptor, void *problem)
{
    const struct yoke_gemm *g = descriptor;
    struct yoke_gemm_problem *p = problem;
    yoke_status st = YOKE_OK;

    TRY(check_sizes(g));
    *p = (struct yoke_gemm_problem){
        .type = g->type,
        .M = g->M,
        .N = g->N,
        .K = g->K,
        .batch = g->batch ? g->batch : 1,
        .conj_a = g->conj_a && yoke_type_is_complex(g->type),
        .conj_b = g->conj_b && yoke_type_is_complex(g->type),
        .allow_tf32 = g->allow_tf32 && g->type == YOKE_F32,
        .max_workspace_bytes = g->max_workspace_bytes,
        .variant = yoke_op_own_name(&yoke_gemm_class, g->variant),
    };
    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++)
        p->alignment_bytes[i] = YOKE_GEMM_ALIGNED;
    TRY(take_scalar("alpha", g->K > 0 ? g->alpha : NULL, 1.0, g->type, p->alpha));
    TRY(take_scalar("beta", g->beta, 0.0, g->type, p->beta));
    TRY(place_operands(g, p));
    if (g->epilogue) TRY(place_epilogue(g, g->epilogue, p));
    if (g->order == YOKE_COL_MAJOR) swap_sides(p);
    TRY(take_packed(p->swapped ? g->packed_b : g->packed_a, YOKE_GEMM_A, p));
    TRY(take_packed(p->swapped ? g->packed_a : g->packed_b, YOKE_GEMM_B, p));
out:
    return st;
}

size_t yoke_gemm_rows(const struct yoke_gemm_problem *p, size_t operand)
{
    if (operand == YOKE_GEMM_BIAS) return p->at[operand].row ? p->M : 1;
    return operand == YOKE_GEMM_B ? p->K : p->M;
}

size_t yoke_gemm_cols(const struct yoke_gemm_problem *p, size_t operand)
{
    if (operand == YOKE_GEMM_BIAS) return p->at[operand].row ? 1 : p->N;
    return operand == YOKE_GEMM_A ? p->K : p->N;
}

enum yoke_type yoke_gemm_type(const struct yoke_gemm_problem *p, size_t operand)
{
    const bool input = operand == YOKE_GEMM_A || operand == YOKE_GEMM_B;

    return input ? p->type : yoke_type_result(p->type);
}

bool yoke_gemm_has(const struct yoke_gemm_problem *p, size_t operand)
{
    return operand == YOKE_GEMM_R ? p->has_residual : operand != YOKE_GEMM_BIAS || p->has_bias;
}

bool yoke_gemm_is_array(const struct yoke_gemm_problem *p, size_t operand)
{
    return yoke_gemm_has(p, operand) && !p->packed[operand];
}

bool yoke_gemm_in_panels(const struct yoke_gemm_problem *p)
{
    return p->in_panels[YOKE_GEMM_A] || p->in_panels[YOKE_GEMM_B];
}

bool yoke_gemm_reads(const struct yoke_gemm_problem *p, size_t operand)
{
    if (operand == YOKE_GEMM_C) return p->beta[0] != 0.0 || p->beta[1] != 0.0;
    return yoke_gemm_has(p, operand);
}

bool yoke_gemm_has_epilogue(const struct yoke_gemm_problem *p)
{
    return p->has_bias || p->has_residual || p->activation != YOKE_ACT_NONE;
}

bool yoke_gemm_is_nothing(const void *problem)
{
    const struct yoke_gemm_problem *p = problem;

    return p->M == 0 || p->N == 0 ||
           (p->beta[0] == 1.0 && p->beta[1] == 0.0 && p->K == 0 && !yoke_gemm_has_epilogue(p));
}

size_t yoke_gemm_units(const yoke_device *dev, const struct yoke_gemm_problem *p)
{
    const double M = (double)p->M, N = (double)p->N, K = (double)p->K, batch = (double)p->batch;
    const double flops = 2 * batch * M * N * K * (yoke_type_is_complex(p->type) ? 4 : 1);

    return yoke_units_for(dev, p->type, flops,
                          batch * (M * K + K * N + M * N) * (double)yoke_type_size(p->type));
}
