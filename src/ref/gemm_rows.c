/* gemm_rows.c - sums over the rows of a matrix product: C x against alpha A (B x) + beta C x and
 * what else is added.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "base/element.h"
#include "ref/gemm_task.h"

/* A vector of complex numbers and its magnitudes. */
struct vector {
    long double (*value)[2];
    double *magnitude;
};

static bool allocate(struct vector *v, size_t n)
{
    v->value = calloc(n + 1, sizeof *v->value);
    v->magnitude = calloc(n + 1, sizeof *v->magnitude);
    return v->value && v->magnitude;
}

static void release(struct vector *v)
{
    free(v->value);
    free(v->magnitude);
}

/* y = X x and |X| |x|, for matrix b of the operand. */
static void multiply(const struct yoke_ref_operand *X, enum yoke_type type, bool conj, size_t b,
                     const struct vector *x, struct vector *y)
{
    const size_t parts = yoke_type_parts(type);

    for (size_t i = 0; i < X->place.rows; i++) {
        long double re = 0.0L, im = 0.0L;
        double magnitude = 0.0;
        for (size_t j = 0; j < X->place.cols; j++) {
            const size_t at = yoke_ref_place_at(&X->place, b, i, j) * parts;
            const long double v = yoke_element_get(type, X->data, at);
            long double w = parts == 2 ? yoke_element_get(type, X->data, at + 1) : 0.0;
            if (conj) w = -w;
            re += v * x->value[j][0] - w * x->value[j][1];
            im += v * x->value[j][1] + w * x->value[j][0];
            magnitude += (double)(fabsl(v) + fabsl(w)) * x->magnitude[j];
        }
        y->value[i][0] = re;
        y->value[i][1] = im;
        y->magnitude[i] = magnitude;
    }
}

/* What row i of matrix b sums up to, once ABx is known. */
static void finish_row(struct yoke_ref_rows *rows, size_t b, size_t i, const struct vector *ABx)
{
    const struct yoke_ref_gemm_task *t = yoke_ref_gemm_task(rows->ref);
    const struct yoke_ref_place *C = &t->operand[YOKE_REF_GEMM_C].place;
    const long double *v = ABx->value[i];
    const double magnitude = (fabs(t->alpha[0]) + fabs(t->alpha[1])) * ABx->magnitude[i];
    struct yoke_ref_sum sums[YOKE_REF_PARTS] = {
        { .want = t->alpha[0] * v[0] - t->alpha[1] * v[1], .magnitude = magnitude },
        { .want = t->alpha[0] * v[1] + t->alpha[1] * v[0], .magnitude = magnitude },
    };

    for (size_t j = 0; j < C->cols; j++)
        yoke_ref_gemm_add(rows->ref, b, i, j, rows->x[j], sums);
    for (size_t part = 0; part < rows->parts; part++) {
        sums[part].terms = t->terms;
        if (t->tf32) sums[part].rounded = (0x1p-10 + 0x1p-22) * magnitude;
        rows->values[(b * C->rows + i) * rows->parts + part] =
            yoke_ref_value_of(&sums[part], rows->ref->type, rows->ref->data,
                              yoke_ref_place_at(C, b, i, 0) * rows->parts + part);
    }
}

bool yoke_ref_gemm_sum(struct yoke_ref_rows *rows)
{
    const struct yoke_ref_gemm_task *t = yoke_ref_gemm_task(rows->ref);
    const struct yoke_ref_operand *A = &t->operand[YOKE_REF_GEMM_A],
                                  *B = &t->operand[YOKE_REF_GEMM_B];
    const enum yoke_type type = rows->ref->type;
    struct vector x = { NULL, NULL }, Bx = { NULL, NULL }, ABx = { NULL, NULL };

    const bool ok = allocate(&x, B->place.cols) && allocate(&Bx, A->place.cols) &&
                    allocate(&ABx, A->place.rows);
    for (size_t j = 0; ok && j < B->place.cols; j++) {
        x.value[j][0] = rows->x[j];
        x.magnitude[j] = fabs(rows->x[j]);
    }
    for (size_t b = 0; ok && b < A->place.batch; b++) {
        multiply(B, type, t->conj_b, b, &x, &Bx);
        multiply(A, type, t->conj_a, b, &Bx, &ABx);
        for (size_t i = 0; i < A->place.rows; i++)
            finish_row(rows, b, i, &ABx);
    }
    release(&x);
    release(&Bx);
    release(&ABx);
    return ok;
}
