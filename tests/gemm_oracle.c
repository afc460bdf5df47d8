/* gemm_oracle.c - the matrix product in plain loops. SPDX-License-Identifier: MIT */
#include "gemm_oracle.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define RESIDUAL_MACS 0x1p25

struct gemm_place gemm_place_of(const struct yoke_gemm *g, size_t array)
{
    const bool trans = array == GEMM_A ? g->trans_a : array == GEMM_B ? g->trans_b : false;
    const bool by_col = trans != (g->order == YOKE_COL_MAJOR); /* columns are contiguous */
    const size_t lds[] = { g->ldc, g->lda, g->ldb };
    const size_t strides[] = { g->stride_c, g->stride_a, g->stride_b };
    const size_t offsets[] = { g->offset_c, g->offset_a, g->offset_b };
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
    return p;
}

bool gemm_reads_output(const struct op_shape *s)
{
    return s->has_beta && s->beta != 0.0;
}

static void add_output(const struct op_shape *s, const struct op_array *arrays, size_t at,
                       double factor, struct op_point *p)
{
    const double c = arrays[GEMM_C].value[at];

    if (!gemm_reads_output(s)) return;
    p->want += (long double)s->beta * c * factor;
    p->magnitude += fabs(s->beta * c * factor);
}

/* C[b,i,j] = alpha sum_k A[b,i,k] B[b,k,j] + beta C[b,i,j] */
static size_t elements(const struct op_shape *s, const struct op_array *arrays, const double *got,
                       struct op_point *points)
{
    const struct gemm_place pa = gemm_place_of(&s->gemm, GEMM_A),
                            pb = gemm_place_of(&s->gemm, GEMM_B),
                            pc = gemm_place_of(&s->gemm, GEMM_C);
    const double *va = arrays[GEMM_A].value, *vb = arrays[GEMM_B].value;
    const double alpha = s->has_alpha ? s->alpha : 1.0;
    struct op_point *p = points;

    for (size_t b = 0; b < pc.batch; b++)
        for (size_t i = 0; i < pc.rows; i++)
            for (size_t j = 0; j < pc.cols; j++, p++) {
                *p = (struct op_point){ .at = gemm_at(&pc, b, i, j) };
                for (size_t k = 0; k < pa.cols; k++) {
                    const long double x = va[gemm_at(&pa, b, i, k)], y = vb[gemm_at(&pb, b, k, j)];
                    p->want += x * y;
                    p->magnitude += (double)fabsl(x * y);
                }
                if (pa.cols) p->want *= alpha;
                p->magnitude *= fabs(alpha);
                add_output(s, arrays, p->at, 1.0, p);
                p->got = got[p->at];
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
static void residual_rows(const struct op_shape *s, const struct op_array *arrays,
                          const double *got, size_t b, long double *xs[3], double *zs[3],
                          struct op_point *points)
{
    const struct gemm_place pa = gemm_place_of(&s->gemm, GEMM_A),
                            pb = gemm_place_of(&s->gemm, GEMM_B),
                            pc = gemm_place_of(&s->gemm, GEMM_C);
    const double alpha = s->has_alpha ? s->alpha : 1.0;

    multiply(&pb, b, arrays[GEMM_B].value, xs[0], zs[0], xs[1], zs[1]);
    multiply(&pa, b, arrays[GEMM_A].value, xs[1], zs[1], xs[2], zs[2]);
    for (size_t i = 0; i < pc.rows; i++) {
        struct op_point *p = &points[i];
        *p = (struct op_point){ .at = gemm_at(&pc, b, i, 0) };
        p->want = alpha * xs[2][i];
        p->magnitude = fabs(alpha) * zs[2][i];
        for (size_t j = 0; j < pc.cols; j++) {
            const size_t here = gemm_at(&pc, b, i, j);
            p->got += got[here] * xs[0][j];
            add_output(s, arrays, here, (double)xs[0][j], p);
        }
    }
}

/* The residual form, after BLIS: C x against alpha A (B x) + beta C0 x, n^2 work instead of n^3.
 * x holds integers of -4 .. 4 without 0, so that no column is left out and integers stay exact; the
 * bound of a row is the sum of its elements' bounds times |x|. NaN would hide what is beside it. */
static size_t residual(const struct op_shape *s, const struct op_array *arrays, const double *got,
                       struct op_point *points)
{
    const size_t n = s->gemm.M + s->gemm.N + s->gemm.K, batch = s->gemm.batch ? s->gemm.batch : 1;
    long double *x = malloc(3 * n * sizeof *x), *xs[] = { x, x + n, x + 2 * n };
    double *z = malloc(3 * n * sizeof *z), *zs[] = { z, z + n, z + 2 * n };
    struct rng r = { n };

    ck_assert(x && z);
    ck_assert_int_ne(s->values, OP_SPECIALS);
    for (size_t j = 0; j < s->gemm.N; j++) {
        const double magnitude = 1.0 + (double)rng_below(&r, 4);
        z[j] = magnitude;
        x[j] = rng_percent(&r, 50) ? magnitude : -magnitude;
    }
    for (size_t b = 0; b < batch; b++)
        residual_rows(s, arrays, got, b, xs, zs, points + b * s->gemm.M);
    free(x);
    free(z);
    return batch * s->gemm.M;
}

size_t gemm_oracle(const struct op_shape *s, const struct op_array *arrays, const double *got,
                   struct op_point *points)
{
    const struct yoke_gemm *g = &s->gemm;
    const double macs =
        (double)(g->batch ? g->batch : 1) * (double)g->M * (double)g->N * (double)g->K;

    return (macs > RESIDUAL_MACS ? residual : elements)(s, arrays, got, points);
}
