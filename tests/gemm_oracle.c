/* gemm_oracle.c - the matrix product in plain loops. SPDX-License-Identifier: MIT */
#include "gemm_oracle.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/element.h"

#define RESIDUAL_MACS 0x1p25

static struct gemm_place bias_place(const struct op_shape *s, struct gemm_place p)
{
    p.di = s->epilogue.bias == YOKE_BIAS_ROW;
    p.dj = !p.di;
    p.ld = 1;
    p.stride = 0;
    return p;
}

struct gemm_place gemm_place_of(const struct op_shape *s, size_t array)
{
    const struct yoke_gemm *g = &s->gemm;
    const struct yoke_epilogue *e = &s->epilogue;
    const bool trans = array == GEMM_A ? g->trans_a : array == GEMM_B ? g->trans_b : false;
    const bool by_col = trans != (g->order == YOKE_COL_MAJOR); /* columns are contiguous */
    const size_t lds[] = { g->ldc, g->lda, g->ldb, e->ldr, 0 };
    const size_t strides[] = { g->stride_c, g->stride_a, g->stride_b, e->stride_r, 0 };
    const size_t offsets[] = { g->offset_c, g->offset_a, g->offset_b, e->offset_r, e->offset_bias };
    struct gemm_place p = {
        .rows = array == GEMM_B ? g->K : g->M,
        .cols = array == GEMM_A ? g->K : g->N,
        .batch = g->batch ? g->batch : 1,
        .offset = offsets[array],
    };
    const size_t inner = by_col ? p.rows : p.cols, outer = by_col ? p.cols : p.rows;

    p.ld = lds[array] ? lds[array] : inner;
    p.di = by_col ? 1 : p.ld;
    p.dj = by_col ? p.ld : 1;
    p.stride = strides[array] ? strides[array] : outer * p.ld;
    if (strides[array] == YOKE_STRIDE_SHARED) p.stride = 0;
    return array == GEMM_BIAS ? bias_place(s, p) : p;
}

bool gemm_has(const struct op_shape *s, size_t array)
{
    if (array == GEMM_R) return s->has_epilogue && s->has_residual;
    return array != GEMM_BIAS || (s->has_epilogue && s->epilogue.bias != YOKE_BIAS_NONE);
}

/* The bias is as long as the rows or columns it belongs to, even where C is empty. */
size_t gemm_length(const struct op_shape *s, size_t array)
{
    const struct gemm_place p = gemm_place_of(s, array);

    if (!gemm_has(s, array)) return 0;
    if (array == GEMM_BIAS) return p.offset + (p.di ? p.rows : p.cols);
    if (p.rows == 0 || p.cols == 0) return p.offset;
    return gemm_at(&p, p.batch - 1, p.rows - 1, p.cols - 1) + 1;
}

bool gemm_reads_output(const struct op_shape *s)
{
    return s->has_beta && (s->beta[0] != 0.0 || s->beta[1] != 0.0);
}

size_t gemm_terms(const struct op_shape *s, enum yoke_type type)
{
    const size_t k = yoke_type_is_complex(type) ? 2 * s->gemm.K + 2 : s->gemm.K;

    return k + gemm_has(s, GEMM_R) + gemm_has(s, GEMM_BIAS);
}

/* What all elements share. */
struct product {
    const struct op_shape *s;
    const struct op_array *arrays;
    const double *got;
    size_t parts;
    struct gemm_place a, b, c;
    double alpha[2], beta[2];
};

/* Of a sum over k; im stays 0 where there are no imaginary parts. */
struct sum {
    long double re, im;
    double magnitude;
};

static struct product product_of(const struct op_shape *s, enum yoke_type type,
                                 const struct op_array *arrays, const double *got)
{
    const size_t parts = yoke_type_parts(type);
    struct product t = {
        .s = s,
        .arrays = arrays,
        .got = got,
        .parts = parts,
        .a = gemm_place_of(s, GEMM_A),
        .b = gemm_place_of(s, GEMM_B),
        .c = gemm_place_of(s, GEMM_C),
    };

    t.alpha[0] = s->has_alpha ? s->alpha[0] : 1.0;
    t.alpha[1] = s->has_alpha && parts == 2 ? s->alpha[1] : 0.0;
    t.beta[0] = gemm_reads_output(s) ? s->beta[0] : 0.0;
    t.beta[1] = gemm_reads_output(s) && parts == 2 ? s->beta[1] : 0.0;
    return t;
}

static struct sum real_sum(const struct product *t, size_t b, size_t i, size_t j)
{
    const double *va = t->arrays[GEMM_A].value, *vb = t->arrays[GEMM_B].value;
    struct sum sum = { 0 };

    for (size_t k = 0; k < t->a.cols; k++) {
        const long double x = va[gemm_at(&t->a, b, i, k)], y = vb[gemm_at(&t->b, b, k, j)];
        sum.re += x * y;
        sum.magnitude += (double)fabsl(x * y);
    }
    if (t->a.cols) sum.re *= t->alpha[0];
    sum.magnitude *= fabs(t->alpha[0]);
    return sum;
}

static struct sum complex_sum(const struct product *t, size_t b, size_t i, size_t j)
{
    const struct yoke_gemm *g = &t->s->gemm;
    struct sum sum = { 0 };

    for (size_t k = 0; k < t->a.cols; k++) {
        const double *x = &t->arrays[GEMM_A].value[2 * gemm_at(&t->a, b, i, k)];
        const double *y = &t->arrays[GEMM_B].value[2 * gemm_at(&t->b, b, k, j)];
        const long double x_im = g->conj_a ? -x[1] : x[1], y_im = g->conj_b ? -y[1] : y[1];
        sum.re += (long double)x[0] * y[0] - x_im * y_im;
        sum.im += x[0] * y_im + x_im * y[0];
        sum.magnitude += (fabs(x[0]) + fabs(x[1])) * (fabs(y[0]) + fabs(y[1]));
    }
    const long double re = sum.re;
    sum.re = t->alpha[0] * re - t->alpha[1] * sum.im;
    sum.im = t->alpha[0] * sum.im + t->alpha[1] * re;
    sum.magnitude *= fabs(t->alpha[0]) + fabs(t->alpha[1]);
    return sum;
}

/* beta C, times factor. */
static void add_output(const struct product *t, size_t part, size_t at, double factor,
                       struct op_point *p)
{
    const double *c = &t->arrays[GEMM_C].value[at * t->parts];

    if (!gemm_reads_output(t->s)) return;
    p->want += (long double)t->beta[0] * c[part] * factor;
    p->magnitude += fabs(t->beta[0] * c[part] * factor);
    if (t->parts == 1) return;
    p->want += (part ? 1 : -1) * (long double)t->beta[1] * c[1 - part] * factor;
    p->magnitude += fabs(t->beta[1] * c[1 - part] * factor);
}

/* C[b,i,j] = act(alpha sum_k A[b,i,k] B[b,k,j] + beta C[b,i,j] + bias + R[b,i,j]) */
static size_t elements(const struct product *t, struct op_point *points)
{
    struct op_point *p = points;

    for (size_t b = 0; b < t->c.batch; b++)
        for (size_t i = 0; i < t->c.rows; i++)
            for (size_t j = 0; j < t->c.cols; j++) {
                const size_t at = gemm_at(&t->c, b, i, j);
                const struct sum sum = (t->parts == 2 ? complex_sum : real_sum)(t, b, i, j);
                for (size_t part = 0; part < t->parts; part++, p++) {
                    *p = (struct op_point){ .at = at * t->parts + part };
                    p->want = part ? sum.im : sum.re;
                    p->magnitude = sum.magnitude;
                    add_output(t, part, at, 1.0, p);
                    gemm_add_epilogue(t->s, t->arrays, t->parts, part, b, i, j, 1.0, p);
                    gemm_activate(t->s, p);
                    p->got = t->got[p->at];
                }
            }
    return (size_t)(p - points);
}

/* y = X x and z = |X| |x| */
static void multiply(const struct gemm_place *p, size_t b, const double *value,
                     const long double *x, const double *x_abs, long double *y, double *z)
{
    for (size_t i = 0; i < p->rows; i++) {
        y[i] = 0.0L;
        z[i] = 0.0;
        for (size_t j = 0; j < p->cols; j++) {
            const double v = value[gemm_at(p, b, i, j)];
            y[i] += v * x[j];
            z[i] += fabs(v) * x_abs[j];
        }
    }
}

/* Rows of matrix b in the residual form; xs and zs hold x, B x, A B x and their magnitudes. */
static void residual_rows(const struct product *t, size_t b, long double *xs[3], double *zs[3],
                          struct op_point *points)
{
    multiply(&t->b, b, t->arrays[GEMM_B].value, xs[0], zs[0], xs[1], zs[1]);
    multiply(&t->a, b, t->arrays[GEMM_A].value, xs[1], zs[1], xs[2], zs[2]);
    for (size_t i = 0; i < t->c.rows; i++) {
        struct op_point *p = &points[i];
        *p = (struct op_point){ .at = gemm_at(&t->c, b, i, 0) };
        p->want = t->alpha[0] * xs[2][i];
        p->magnitude = fabs(t->alpha[0]) * zs[2][i];
        for (size_t j = 0; j < t->c.cols; j++) {
            const size_t here = gemm_at(&t->c, b, i, j);
            p->got += t->got[here] * xs[0][j];
            add_output(t, 0, here, (double)xs[0][j], p);
            gemm_add_epilogue(t->s, t->arrays, 1, 0, b, i, j, (double)xs[0][j], p);
        }
    }
}

/* The residual form, after BLIS: C x against alpha A (B x) + beta C0 x, n^2 work instead of n^3.
 * x holds integers of -4 .. 4 without 0, so that no column is left out and integers stay exact; the
 * bound of a row is the sum of its elements' bounds times |x|. NaN would hide what is beside it. */
static size_t residual(const struct product *t, struct op_point *points)
{
    const struct yoke_gemm *g = &t->s->gemm;
    const size_t n = g->M + g->N + g->K;
    long double *x = malloc(3 * n * sizeof *x), *xs[] = { x, x + n, x + 2 * n };
    double *z = malloc(3 * n * sizeof *z), *zs[] = { z, z + n, z + 2 * n };
    struct rng r = { n };

    ck_assert(x && z);
    for (size_t j = 0; j < g->N; j++) {
        const double magnitude = 1.0 + (double)rng_below(&r, 4);
        z[j] = magnitude;
        x[j] = rng_percent(&r, 50) ? magnitude : -magnitude;
    }
    for (size_t b = 0; b < t->c.batch; b++)
        residual_rows(t, b, xs, zs, points + b * g->M);
    free(x);
    free(z);
    return t->c.batch * g->M;
}

static bool is_linear(const struct op_shape *s, enum yoke_type type)
{
    return s->values != OP_SPECIALS && !yoke_type_is_complex(type) && type != YOKE_F16 &&
           type != YOKE_BF16 && !(s->has_epilogue && s->epilogue.activation != YOKE_ACT_NONE);
}

size_t gemm_oracle(const struct op_shape *s, enum yoke_type type, const struct op_array *arrays,
                   const double *got, struct op_point *points)
{
    const struct product t = product_of(s, type, arrays, got);
    const double macs = (double)t.c.batch * (double)t.c.rows * (double)t.c.cols * (double)t.a.cols;

    if (macs > RESIDUAL_MACS && is_linear(s, type)) return residual(&t, points);
    return elements(&t, points);
}
