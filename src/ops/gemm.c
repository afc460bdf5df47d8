/* gemm.c - matrix product: check, choose a variant, launch.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm.h"

#include <stdint.h>

#include "base/error.h"
#include "base/size.h"
#include "ops/common.h"

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
    if (yoke_type_size(g->type) == 0)
        return yoke_fail(YOKE_ERR_INVALID, "type %d is no yoke_type", (int)g->type);
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

static struct yoke_matrix transpose(const struct yoke_matrix *m)
{
    struct yoke_matrix t = *m;

    t.row = m->step;
    t.step = m->row;
    return t;
}

yoke_status yoke_gemm_prepare(const struct yoke_gemm *g, struct yoke_gemm_problem *p)
{
    yoke_status st = YOKE_OK;
    const size_t batch = g->batch ? g->batch : 1;
    const bool col_major = g->order == YOKE_COL_MAJOR;

    TRY(check_sizes(g));
    *p = (struct yoke_gemm_problem){
        .type = g->type,
        .M = g->M,
        .N = g->N,
        .K = g->K,
        .batch = batch,
        .alpha = g->alpha && g->K > 0 ? *g->alpha : 1.0,
        .beta = g->beta ? *g->beta : 0.0,
        .swapped = col_major,
        .variant = g->variant,
    };
    if (g->stride_c == YOKE_STRIDE_SHARED && batch > 1)
        TRY(yoke_fail(YOKE_ERR_INVALID, "stride_c is YOKE_STRIDE_SHARED; C's may not overlap"));
    TRY(place((struct operand){ "a", g->M, g->K, g->lda, g->stride_a, g->offset_a, false },
              g->trans_a, col_major, batch, &p->A));
    TRY(place((struct operand){ "b", g->K, g->N, g->ldb, g->stride_b, g->offset_b, false },
              g->trans_b, col_major, batch, &p->B));
    TRY(place((struct operand){ "c", g->M, g->N, g->ldc, g->stride_c, g->offset_c, true }, false,
              col_major, batch, &p->C));
    if (col_major) { /* C' = B' A', row-major */
        const struct yoke_matrix a = p->A;
        p->A = transpose(&p->B);
        p->B = transpose(&a);
        p->C = transpose(&p->C);
        p->M = g->N;
        p->N = g->M;
    }
out:
    return st;
}

bool yoke_gemm_is_nothing(const struct yoke_gemm_problem *p)
{
    return p->M == 0 || p->N == 0 || (p->beta == 1.0 && p->K == 0);
}

yoke_status yoke_gemm_choose(const yoke_device *dev, const struct yoke_gemm_problem *p,
                             const struct yoke_variant **out)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);

    if (p->type == YOKE_F64 && !info->fp64)
        return yoke_fail(YOKE_ERR_UNSUPPORTED, "%s has no fp64, which type f64 needs", info->name);
    return yoke_variant_choose(yoke_gemm_variants, yoke_n_gemm_variants, p->variant, dev, p, out);
}

yoke_status yoke_gemm_queue(yoke_queue *q, const struct yoke_gemm_problem *p,
                            const struct yoke_gemm_arrays *arrays, yoke_event **event)
{
    yoke_status st = YOKE_OK;
    const struct yoke_variant *row;

    TRY(yoke_gemm_choose(yoke_queue_device(q), p, &row));
    TRY(row->enqueue(q, row, p, arrays, event));
out:
    return st;
}

yoke_status yoke_gemm_enqueue(yoke_queue *q, const struct yoke_gemm *gemm, yoke_buffer *C,
                              const yoke_buffer *A, const yoke_buffer *B, yoke_event **event)
{
    yoke_status st = YOKE_OK;
    struct yoke_gemm_problem p;

    if (event) *event = NULL;
    if (!q || !gemm || !C || !A || !B)
        return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_enqueue: a NULL argument");
    if (C == A || C == B) return yoke_fail(YOKE_ERR_INVALID, "C is the same buffer as A or B");
    TRY(yoke_gemm_prepare(gemm, &p));
    const struct yoke_gemm_arrays arrays = { C, p.swapped ? B : A, p.swapped ? A : B };
    TRY(yoke_check_buffer(C, "C", p.C.extent, p.type));
    TRY(yoke_check_buffer(arrays.A, p.swapped ? "B" : "A", p.A.extent, p.type));
    TRY(yoke_check_buffer(arrays.B, p.swapped ? "A" : "B", p.B.extent, p.type));
    if (yoke_gemm_is_nothing(&p)) return event ? yoke_event_mark(q, event) : YOKE_OK;
    TRY(yoke_gemm_queue(q, &p, &arrays, event));
out:
    return st;
}

const char *yoke_gemm_variant(yoke_device *dev, const struct yoke_gemm *gemm)
{
    struct yoke_gemm_problem p;
    const struct yoke_variant *row;

    if (!dev || !gemm) {
        yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_variant: a NULL argument");
        return "";
    }
    if (yoke_gemm_prepare(gemm, &p) != YOKE_OK || yoke_gemm_choose(dev, &p, &row) != YOKE_OK)
        return "";
    return row->name;
}

const char *yoke_gemm_variant_name(size_t i)
{
    return i < yoke_n_gemm_variants ? yoke_gemm_variants[i].name : NULL;
}
