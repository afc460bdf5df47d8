/* gemm.c - the matrix product in plain loops.
 * SPDX-License-Identifier: MIT */
#include "ref/gemm.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/element.h"
#include "ref/epilogue.h"
#include "ref/gemm_task.h"

struct number {
    long double re, im; /* im stays 0 where there are no imaginary parts */
};

static struct number element_of(const struct yoke_ref_operand *x, enum yoke_type type, size_t b,
                                size_t i, size_t j)
{
    const size_t at = yoke_ref_place_at(&x->place, b, i, j);

    if (!yoke_type_is_complex(type))
        return (struct number){ yoke_element_get(type, x->data, at), 0.0L };
    return (struct number){ yoke_element_get(type, x->data, 2 * at),
                            yoke_element_get(type, x->data, 2 * at + 1) };
}

static struct number times(struct number x, struct number y)
{
    return (struct number){ x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re };
}

/* |x| of a complex x is |re x| + |im x|: both parts of x y are at most |x| |y|. */
static double size_of(struct number x)
{
    return (double)(fabsl(x.re) + fabsl(x.im));
}

static struct number real_sum(const struct yoke_ref *ref, size_t b, size_t i, size_t j,
                              double *magnitude)
{
    const struct yoke_ref_operand *x = &yoke_ref_gemm_task(ref)->operand[YOKE_REF_GEMM_A],
                                  *y = &yoke_ref_gemm_task(ref)->operand[YOKE_REF_GEMM_B];
    size_t at_x = yoke_ref_place_at(&x->place, b, i, 0);
    size_t at_y = yoke_ref_place_at(&y->place, b, 0, j);
    struct number sum = { 0.0L, 0.0L };

    for (size_t k = 0; k < x->place.cols; k++) {
        const long double product = (long double)yoke_element_get(ref->type, x->data, at_x) *
                                    yoke_element_get(ref->type, y->data, at_y);
        sum.re += product;
        *magnitude += (double)fabsl(product);
        at_x += x->place.col_stride;
        at_y += y->place.row_stride;
    }
    return sum;
}

static struct number complex_sum(const struct yoke_ref *ref, size_t b, size_t i, size_t j,
                                 double *magnitude)
{
    const struct yoke_ref_gemm_task *t = yoke_ref_gemm_task(ref);
    const struct yoke_ref_operand *A = &t->operand[YOKE_REF_GEMM_A],
                                  *B = &t->operand[YOKE_REF_GEMM_B];
    struct number sum = { 0.0L, 0.0L };

    for (size_t k = 0; k < A->place.cols; k++) {
        struct number x = element_of(A, ref->type, b, i, k), y = element_of(B, ref->type, b, k, j);
        if (t->conj_a) x.im = -x.im;
        if (t->conj_b) y.im = -y.im;
        const struct number product = times(x, y);
        sum.re += product.re;
        sum.im += product.im;
        *magnitude += size_of(x) * size_of(y);
    }
    return sum;
}

void yoke_ref_gemm_add(const struct yoke_ref *ref, size_t b, size_t i, size_t j, double factor,
                       struct yoke_ref_sum parts[YOKE_REF_PARTS])
{
    static const enum yoke_ref_gemm_operand added[] = { YOKE_REF_GEMM_C, YOKE_REF_GEMM_R,
                                                        YOKE_REF_GEMM_BIAS };
    const struct yoke_ref_gemm_task *t = yoke_ref_gemm_task(ref);

    for (size_t n = 0; n < sizeof added / sizeof *added; n++) {
        const struct yoke_ref_operand *x = &t->operand[added[n]];
        const bool is_c = added[n] == YOKE_REF_GEMM_C;
        const struct number times_x = { (is_c ? t->beta[0] : 1.0) * factor,
                                        (is_c ? t->beta[1] : 0.0) * factor };
        if (!x->data) continue;
        const struct number v = element_of(x, ref->result, b, i, j), term = times(times_x, v);
        parts[0].want += term.re;
        parts[0].magnitude += (double)(fabsl(times_x.re * v.re) + fabsl(times_x.im * v.im));
        parts[1].want += term.im;
        parts[1].magnitude += (double)(fabsl(times_x.re * v.im) + fabsl(times_x.im * v.re));
    }
}

/* C[b,i,j] = act(alpha sum_k A[b,i,k] B[b,k,j] + beta C[b,i,j] + bias + R[b,i,j]) */
static void element_at(const struct yoke_ref *ref, size_t element, struct yoke_ref_value *values)
{
    const struct yoke_ref_gemm_task *t = yoke_ref_gemm_task(ref);
    const size_t M = ref->dims[1], N = ref->dims[2], parts = yoke_type_parts(ref->type);
    const size_t j = element % N, i = element / N % M, b = element / N / M;
    const size_t at = yoke_ref_place_at(&t->operand[YOKE_REF_GEMM_C].place, b, i, j) * parts;
    const struct number alpha = { t->alpha[0], t->alpha[1] };
    double magnitude = 0.0;

    const struct number sum =
        times(alpha, (parts == 2 ? complex_sum : real_sum)(ref, b, i, j, &magnitude));
    magnitude *= size_of(alpha);
    struct yoke_ref_sum sums[YOKE_REF_PARTS] = {
        { .want = sum.re, .magnitude = magnitude, .terms = t->terms },
        { .want = sum.im, .magnitude = magnitude, .terms = t->terms },
    };
    if (t->tf32) sums[0].rounded = (0x1p-10 + 0x1p-22) * magnitude;
    yoke_ref_gemm_add(ref, b, i, j, 1.0, sums);
    for (size_t part = 0; part < parts; part++) {
        yoke_ref_activate(&sums[part], &t->epilogue);
        values[part] = yoke_ref_value_of(&sums[part], ref->type, ref->data, at + part);
    }
}

static uint32_t integer_of(const struct yoke_ref_operand *x, enum yoke_type type, size_t b,
                           size_t i, size_t j)
{
    return (uint32_t)(int32_t)element_of(x, type, b, i, j).re;
}

/* Of integers, modulo 2^32. */
static void integer_at(const struct yoke_ref *ref, size_t element, struct yoke_ref_value *values)
{
    const struct yoke_ref_gemm_task *t = yoke_ref_gemm_task(ref);
    const struct yoke_ref_operand *x = t->operand;
    const size_t M = ref->dims[1], N = ref->dims[2];
    const size_t j = element % N, i = element / N % M, b = element / N / M;
    uint32_t sum = 0;

    for (size_t k = 0; k < x[YOKE_REF_GEMM_A].place.cols; k++)
        sum += integer_of(&x[YOKE_REF_GEMM_A], ref->type, b, i, k) *
               integer_of(&x[YOKE_REF_GEMM_B], ref->type, b, k, j);
    sum *= (uint32_t)(int32_t)t->alpha[0];
    for (size_t n = YOKE_REF_GEMM_R; n <= YOKE_REF_GEMM_BIAS; n++)
        if (x[n].data) sum += integer_of(&x[n], ref->result, b, i, j);
    if (x[YOKE_REF_GEMM_C].data)
        sum +=
            integer_of(&x[YOKE_REF_GEMM_C], ref->result, b, i, j) * (uint32_t)(int32_t)t->beta[0];
    struct yoke_ref_sum s = { .want = (int32_t)sum };
    yoke_ref_activate(&s, &t->epilogue);
    *values = yoke_ref_value_of(&s, ref->type, ref->data,
                                yoke_ref_place_at(&x[YOKE_REF_GEMM_C].place, b, i, j));
}

struct yoke_ref_place yoke_ref_gemm_place(const struct yoke_gemm *g, size_t operand)
{
    static const struct yoke_epilogue none;
    const struct yoke_epilogue *e = g->epilogue ? g->epilogue : &none;
    const size_t lds[] = { g->ldc, g->lda, g->ldb, e->ldr, 0 };
    const size_t strides[] = { g->stride_c, g->stride_a, g->stride_b, e->stride_r, 0 };
    const size_t offsets[] = { g->offset_c, g->offset_a, g->offset_b, e->offset_r, e->offset_bias };
    const bool trans = operand == YOKE_REF_GEMM_A   ? g->trans_a
                       : operand == YOKE_REF_GEMM_B ? g->trans_b
                                                    : false;
    const bool by_col = trans != (g->order == YOKE_COL_MAJOR); /* columns are contiguous */
    struct yoke_ref_place p = {
        .rows = operand == YOKE_REF_GEMM_B ? g->K : g->M,
        .cols = operand == YOKE_REF_GEMM_A ? g->K : g->N,
        .batch = g->batch ? g->batch : 1,
        .offset = offsets[operand],
        .ld = 1,
    };

    if (operand == YOKE_REF_GEMM_BIAS) {
        p.row_stride = e->bias == YOKE_BIAS_ROW;
        p.col_stride = e->bias != YOKE_BIAS_ROW;
        return p;
    }
    p.ld = lds[operand] ? lds[operand] : by_col ? p.rows : p.cols;
    p.row_stride = by_col ? 1 : p.ld;
    p.col_stride = by_col ? p.ld : 1;
    p.batch_stride = strides[operand] ? strides[operand] : (by_col ? p.cols : p.rows) * p.ld;
    if (strides[operand] == YOKE_STRIDE_SHARED) p.batch_stride = 0;
    return p;
}

static void set_scalars(struct yoke_ref_gemm_task *t, const struct yoke_gemm *g)
{
    const size_t parts = yoke_type_parts(g->type);

    t->alpha[0] = 1.0;
    for (size_t part = 0; part < parts && g->alpha && g->K > 0; part++)
        t->alpha[part] = yoke_ref_scalar(g->alpha[part], g->type);
    for (size_t part = 0; part < parts && g->beta; part++)
        t->beta[part] = yoke_ref_scalar(g->beta[part], g->type);
}

/* k of the bound. A part of a complex sum has 2 K products; alpha, unless it is 1, makes two
 * products and a sum of two such parts, and beta C adds two terms: 2 K + 2 roundings of a term so
 * far and 2 more. tf32: see yoke/gemm.h. */
static double terms_of(const struct yoke_ref_gemm_task *t, enum yoke_type type)
{
    const struct yoke_ref_operand *x = t->operand;
    const double K = (double)x[YOKE_REF_GEMM_A].place.cols;
    const double added = (x[YOKE_REF_GEMM_R].data != NULL) + (x[YOKE_REF_GEMM_BIAS].data != NULL);
    const bool plain = t->alpha[0] == 1.0 && t->alpha[1] == 0.0 && !x[YOKE_REF_GEMM_C].data;

    if (yoke_type_is_complex(type)) return 2.0 * K + (plain ? 0.0 : 2.0) + added;
    return (t->tf32 ? 3.0 * K + 37.0 : K) + added;
}

/* The elements that are there, and those of an array that may be shared once. */
static double elements(const struct yoke_gemm *g, size_t operand)
{
    const struct yoke_ref_place p = yoke_ref_gemm_place(g, operand);

    if (operand == YOKE_REF_GEMM_BIAS) return (double)(p.row_stride ? p.rows : p.cols);
    return (double)p.rows * (double)p.cols * (double)(p.batch_stride ? p.batch : 1);
}

static double bytes_of(const struct yoke_gemm *g, const struct yoke_ref_gemm_task *t)
{
    const double in = (double)yoke_type_size(g->type),
                 out = (double)yoke_type_size(yoke_type_result(g->type));
    const bool has_c = t->beta[0] != 0.0 || t->beta[1] != 0.0;
    const struct yoke_epilogue *e = &t->epilogue;
    double n = elements(g, YOKE_REF_GEMM_C) * (has_c ? 2.0 : 1.0);

    if (e->bias != YOKE_BIAS_NONE) n += elements(g, YOKE_REF_GEMM_BIAS);
    if (e->residual_array || e->residual_buffer) n += elements(g, YOKE_REF_GEMM_R);
    return n * out + (elements(g, YOKE_REF_GEMM_A) + elements(g, YOKE_REF_GEMM_B)) * in;
}

static bool is_narrow(enum yoke_type type)
{
    return type == YOKE_F16 || type == YOKE_BF16;
}

static void set_rows(struct yoke_ref *ref, const struct yoke_ref_place *C)
{
    ref->rows.n_dims = 2;
    ref->rows.dims[0] = C->batch;
    ref->rows.dims[1] = C->rows;
    ref->rows.length = C->cols;
    ref->rows.step = C->col_stride;
    ref->rows.sum = yoke_ref_gemm_sum;
}

void yoke_ref_gemm(struct yoke_ref *ref, const struct yoke_gemm *g, enum yoke_ref_data data,
                   const void *C, const void *A, const void *B)
{
    const bool complex = yoke_type_is_complex(g->type);
    const size_t batch = g->batch ? g->batch : 1;
    struct yoke_ref_gemm_task t = { .tf32 = g->allow_tf32 && g->type == YOKE_F32 };

    static_assert(sizeof t <= YOKE_REF_TASK_BYTES, "a product fits in a reference's own room");
    set_scalars(&t, g);
    if (g->epilogue) t.epilogue = *g->epilogue;
    t.epilogue.clamp_min = yoke_ref_scalar(t.epilogue.clamp_min, g->type);
    t.epilogue.clamp_max = yoke_ref_scalar(t.epilogue.clamp_max, g->type);
    t.conj_a = g->conj_a && complex;
    t.conj_b = g->conj_b && complex;
    const void *const arrays[] = {
        t.beta[0] != 0.0 || t.beta[1] != 0.0 ? C : NULL,
        A,
        B,
        t.epilogue.residual_array,
        t.epilogue.bias != YOKE_BIAS_NONE ? t.epilogue.bias_array : NULL,
    };
    for (size_t n = 0; n < YOKE_REF_GEMM_OPERANDS; n++)
        t.operand[n] = (struct yoke_ref_operand){ yoke_ref_gemm_place(g, n), arrays[n] };
    t.terms = terms_of(&t, g->type);
    *ref = (struct yoke_ref){
        .type = g->type,
        .result = yoke_type_result(g->type),
        .data = data,
        .n_dims = 3,
        .dims = { batch, g->M, g->N },
        .flops = (complex ? 8.0 : 2.0) * (double)batch * (double)g->M * (double)g->N * (double)g->K,
        .bytes = bytes_of(g, &t),
        .at = yoke_type_is_integer(g->type) ? integer_at : element_at,
    };
    memcpy(ref->task, &t, sizeof t);
    if (t.epilogue.activation == YOKE_ACT_NONE && (data == YOKE_REF_WHOLE || !is_narrow(g->type)))
        set_rows(ref, &t.operand[YOKE_REF_GEMM_C].place);
}
