/* check_gemm.c - the matrix product and its epilogue in plain loops in double precision.
 * SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/element.h"
#include "cli/check_sample.h"

/* A batch of matrices: element (i, j) of the b-th is at b * batch + i * row + j * col. */
struct matrix {
    const void *data;
    enum yoke_type type;
    size_t batch, row, col;
};

struct gemm_task {
    size_t M, N, K;
    enum yoke_type type;
    bool conj_a, conj_b, tf32;
    double alpha[2], beta[2];
    struct matrix A, B, C, C0, bias, residual; /* without data: not there */
    struct yoke_epilogue epilogue;             /* its numbers as the arithmetic holds them */
};

/* An element as two numbers; of types without imaginary parts the second is 0. */
struct number {
    double re, im;
};

static size_t index_of(const struct matrix *m, size_t b, size_t i, size_t j)
{
    return b * m->batch + i * m->row + j * m->col;
}

static struct number element(const struct matrix *m, size_t b, size_t i, size_t j)
{
    const size_t at = index_of(m, b, i, j);

    if (!yoke_type_is_complex(m->type))
        return (struct number){ yoke_element_get(m->type, m->data, at), 0.0 };
    return (struct number){ yoke_element_get(m->type, m->data, 2 * at),
                            yoke_element_get(m->type, m->data, 2 * at + 1) };
}

/* |x| as in the bound of complex numbers. */
static double size_of(struct number x)
{
    return fabs(x.re) + fabs(x.im);
}

static struct number times(struct number x, struct number y)
{
    return (struct number){ x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re };
}

static struct number real_sum(const struct gemm_task *t, size_t b, size_t i, size_t j,
                              double *magnitude)
{
    const size_t a0 = index_of(&t->A, b, i, 0), b0 = index_of(&t->B, b, 0, j);
    struct number sum = { 0.0, 0.0 };

    for (size_t k = 0; k < t->K; k++) {
        const double product = yoke_element_get(t->type, t->A.data, a0 + k * t->A.col) *
                               yoke_element_get(t->type, t->B.data, b0 + k * t->B.row);
        sum.re += product;
        *magnitude += fabs(product);
    }
    return sum;
}

static struct number complex_sum(const struct gemm_task *t, size_t b, size_t i, size_t j,
                                 double *magnitude)
{
    struct number sum = { 0.0, 0.0 };

    for (size_t k = 0; k < t->K; k++) {
        struct number x = element(&t->A, b, i, k), y = element(&t->B, b, k, j);
        if (t->conj_a) x.im = -x.im;
        if (t->conj_b) y.im = -y.im;
        const struct number product = times(x, y);
        sum.re += product.re;
        sum.im += product.im;
        *magnitude += size_of(x) * size_of(y);
    }
    return sum;
}

static void add(struct sample *s, struct number x, size_t part)
{
    s->want += part ? x.im : x.re;
}

/* For what gain and extra are, see yoke/epilogue.h. An infinite sum has no error to stretch. */
static void activate(struct sample *s, const struct yoke_epilogue *e)
{
    const double x = s->want, low = e->clamp_min, high = e->clamp_max;

    switch (e->activation) {
    case YOKE_ACT_NONE: return;
    case YOKE_ACT_RELU: s->want = x < 0.0 ? 0.0 : x; break;
    case YOKE_ACT_CLAMP: s->want = x < low ? low : x > high ? high : x; break;
    case YOKE_ACT_SIGMOID: s->want = 1.0 / (1.0 + exp(-x)); break;
    case YOKE_ACT_TANH: s->want = tanh(x); break;
    case YOKE_ACT_GELU: s->want = x * (1.0 + erf(x * sqrt(0.5))) / 2.0; break;
    }
    s->gain = e->activation == YOKE_ACT_GELU ? 1.13 : 1.0;
    if (e->activation >= YOKE_ACT_SIGMOID) s->extra = isinf(x) ? 24.0 : 24.0 * fmax(fabs(x), 1.0);
    if (isinf(x)) s->magnitude = s->rounded = 0.0;
}

static struct sample gemm_at(const void *task, size_t index, size_t part)
{
    const struct gemm_task *t = task;
    const struct matrix *const added[] = { &t->bias, &t->residual };
    const size_t i = index % t->M, j = index / t->M % t->N, b = index / t->M / t->N;
    const struct number alpha = { t->alpha[0], t->alpha[1] }, beta = { t->beta[0], t->beta[1] };
    const struct number got = element(&t->C, b, i, j);
    struct sample s = { .got = part ? got.im : got.re };
    const struct number sum =
        (yoke_type_is_complex(t->type) ? complex_sum : real_sum)(t, b, i, j, &s.magnitude);

    add(&s, times(alpha, sum), part);
    s.magnitude *= size_of(alpha);
    if (t->tf32) s.rounded = (0x1p-10 + 0x1p-22) * s.magnitude;
    if (t->C0.data) {
        const struct number old = element(&t->C0, b, i, j);
        add(&s, times(beta, old), part);
        s.magnitude += size_of(beta) * size_of(old);
    }
    for (size_t n = 0; n < 2; n++) {
        if (!added[n]->data) continue;
        const struct number x = element(added[n], b, i, j);
        add(&s, x, part);
        s.magnitude += fabs(part ? x.im : x.re);
    }
    activate(&s, &t->epilogue);
    return s;
}

/* Integers, modulo 2^32. */
static struct sample integer_at(const void *task, size_t index, size_t part)
{
    const struct gemm_task *t = task;
    const struct matrix *const added[] = { &t->C0, &t->bias, &t->residual };
    const size_t i = index % t->M, j = index / t->M % t->N, b = index / t->M / t->N;
    uint32_t sum = 0;

    for (size_t k = 0; k < t->K; k++)
        sum += (uint32_t)(int32_t)(element(&t->A, b, i, k).re * element(&t->B, b, k, j).re);
    sum *= (uint32_t)(int32_t)t->alpha[0];
    for (size_t n = 0; n < 3; n++)
        if (added[n]->data)
            sum += (uint32_t)(int32_t)element(added[n], b, i, j).re *
                   (n == 0 ? (uint32_t)(int32_t)t->beta[0] : 1);
    struct sample s = { .got = element(&t->C, b, i, j).re, .want = (int32_t)sum };
    (void)part;
    activate(&s, &t->epilogue);
    return s;
}

/* op(X) of `rows` rows and `cols` columns, where X is stored row-major. */
static struct matrix matrix_of(const void *data, enum yoke_type type, size_t rows, size_t cols,
                               bool trans, size_t ld, size_t stride)
{
    if (ld == 0) ld = trans ? rows : cols;
    if (stride == 0) stride = ld * (trans ? cols : rows);
    if (stride == YOKE_STRIDE_SHARED) stride = 0;
    return (struct matrix){ data, type, stride, trans ? 1 : ld, trans ? ld : 1 };
}

/* As the arithmetic holds it. */
static double scalar(double value, enum yoke_type type)
{
    if (yoke_type_is_integer(type)) return fmin(fmax(rint(value), INT32_MIN), INT32_MAX);
    return yoke_type_is_double(type) ? value : (double)(float)value;
}

static void set_scalars(struct gemm_task *t, const double *alpha, const double *beta)
{
    t->alpha[0] = scalar(alpha ? alpha[0] : 1.0, t->type);
    t->beta[0] = scalar(beta ? beta[0] : 0.0, t->type);
    if (!yoke_type_is_complex(t->type)) return;
    t->alpha[1] = scalar(alpha ? alpha[1] : 0.0, t->type);
    t->beta[1] = scalar(beta ? beta[1] : 0.0, t->type);
}

static void set_epilogue(struct gemm_task *t, const struct yoke_epilogue *e)
{
    const enum yoke_type type = yoke_type_result(t->type);

    t->epilogue = *e;
    t->epilogue.clamp_min = scalar(e->clamp_min, type);
    t->epilogue.clamp_max = scalar(e->clamp_max, type);
    if (e->bias != YOKE_BIAS_NONE)
        t->bias = (struct matrix){ e->bias_array, type, 0, e->bias == YOKE_BIAS_ROW,
                                   e->bias == YOKE_BIAS_COLUMN };
    t->residual = matrix_of(e->residual_array, type, t->M, t->N, false, e->ldr, e->stride_r);
}

void check_gemm(struct check *check, const struct yoke_gemm *g, const void *C, const void *A,
                const void *B, const void *C0, uint64_t seed)
{
    const size_t M = g->M, N = g->N, K = g->K, batch = g->batch ? g->batch : 1;
    const enum yoke_type type = g->type, result = yoke_type_result(type);
    const bool complex = yoke_type_is_complex(type);
    struct gemm_task t = { .M = M, .N = N, .K = K, .type = type };

    t.conj_a = g->conj_a;
    t.conj_b = g->conj_b;
    t.tf32 = g->allow_tf32 && type == YOKE_F32;
    set_scalars(&t, g->alpha, g->beta);
    t.A = matrix_of(A, type, M, K, g->trans_a, g->lda, g->stride_a);
    t.B = matrix_of(B, type, K, N, g->trans_b, g->ldb, g->stride_b);
    t.C = matrix_of(C, result, M, N, false, g->ldc, g->stride_c);
    t.C0 = t.C;
    t.C0.data = t.beta[0] != 0.0 || t.beta[1] != 0.0 ? C0 : NULL;
    if (g->epilogue) set_epilogue(&t, g->epilogue);

    const size_t n_added = (t.bias.data != NULL) + (t.residual.data != NULL);
    const struct check_result r = {
        .type = result,
        .total = M * N * batch,
        .k = (double)(n_added + (complex  ? 2 * K + 2
                                 : t.tf32 ? 3 * K + 37
                                          : K)),
        .ops = (complex ? 8.0 : 2.0) * (double)K,
    };
    check_elements(check, yoke_type_is_integer(type) ? integer_at : gemm_at, &t, &r, seed);
}
