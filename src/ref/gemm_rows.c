/* gemm_rows.c - sums over the rows of a matrix product.
 * SPDX-License-Identifier: MIT */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/element.h"
#include "base/random.h"
#include "ref/gemm_task.h"

struct yoke_ref_rows {
    const struct yoke_ref *ref;
    size_t parts;
    double *x;                     /* N weights, of columns                 */
    struct yoke_ref_value *values; /* batch x M x parts: what C x should be */
};

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

static bool fill(struct yoke_ref_rows *rows)
{
    const struct yoke_ref_gemm_task *t = yoke_ref_gemm_task(rows->ref);
    const struct yoke_ref_operand *A = &t->operand[YOKE_REF_GEMM_A],
                                  *B = &t->operand[YOKE_REF_GEMM_B];
    const enum yoke_type type = rows->ref->type;
    struct vector x = { NULL, NULL }, Bx = { NULL, NULL }, ABx = { NULL, NULL };
    uint64_t random = A->place.rows + A->place.cols + B->place.cols;

    const bool ok = allocate(&x, B->place.cols) && allocate(&Bx, A->place.cols) &&
                    allocate(&ABx, A->place.rows);
    for (size_t j = 0; ok && j < B->place.cols; j++) {
        const double size = 1.0 + (double)yoke_random_below(&random, 4);
        x.magnitude[j] = size;
        x.value[j][0] = rows->x[j] = yoke_random_below(&random, 2) ? size : -size;
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

struct yoke_ref_rows *yoke_ref_rows_create(const struct yoke_ref *ref)
{
    struct yoke_ref_rows *rows = calloc(1, sizeof *rows);

    assert(yoke_ref_gemm_task(ref)->epilogue.activation == YOKE_ACT_NONE);
    if (!rows) return NULL;
    rows->ref = ref;
    rows->parts = yoke_type_parts(ref->type);
    rows->x = calloc(ref->dims[2] + 1, sizeof *rows->x);
    rows->values = calloc(ref->dims[0] * ref->dims[1] * rows->parts + 1, sizeof *rows->values);
    if (!rows->x || !rows->values || !fill(rows)) yoke_ref_rows_destroy(&rows);
    return rows;
}

/* Sums that no type stores. */
void yoke_ref_rows_check(const struct yoke_ref_rows *rows, const void *array,
                         struct yoke_ref_result *r)
{
    const struct yoke_ref *ref = rows->ref;
    const struct yoke_ref_place *C = &yoke_ref_gemm_task(ref)->operand[YOKE_REF_GEMM_C].place;
    const size_t n = C->batch * C->rows;

    *r = (struct yoke_ref_result){ .passed = true };
    for (size_t row = 0; row < n; row++)
        for (size_t part = 0; part < rows->parts; part++) {
            long double got = 0.0L;
            for (size_t j = 0; j < C->cols; j++) {
                const size_t at = yoke_ref_place_at(C, row / C->rows, row % C->rows, j);
                got += rows->x[j] *
                       (long double)yoke_element_get(ref->result, array, at * rows->parts + part);
            }
            yoke_ref_judge(r, YOKE_F64, row, &rows->values[row * rows->parts + part], got);
        }
    r->elements = r->total = n;
}

void yoke_ref_rows_destroy(struct yoke_ref_rows **rows)
{
    if (!*rows) return;
    free((*rows)->x);
    free((*rows)->values);
    free(*rows);
    *rows = NULL;
}
