/* check.c - results of GEMM and convolution against plain loops in double precision.
 * SPDX-License-Identifier: MIT */
#include "cli/check.h"

#include <float.h>
#include <math.h>

#include "cli/cli.h"

#define CHECK_MAX_OPS  2e9 /* past this, a sample */
#define SAMPLE_MAX_OPS 2e8 /* of so many operations */

/* One element of a result. */
struct sample {
    double got, want;
    double magnitude; /* |alpha| |A||B| + |beta||C0| */
};
typedef struct sample sample_fn(const void *task, size_t index);

static double load(const void *data, enum yoke_type type, size_t i)
{
    return type == YOKE_F64 ? ((const double *)data)[i] : (double)((const float *)data)[i];
}

/* Higham's gamma; past its domain, n u (Jeannerod and Rump 2013). */
static double gamma_n(double n, double u)
{
    return n * u < 0.5 ? n * u / (1.0 - n * u) : n * u;
}

/* Error over bound; 0 where NaN or infinity is right. */
static double error_ratio(const struct sample *s, enum yoke_type type, double bound)
{
    const double least = type == YOKE_F64 ? DBL_MIN : (double)FLT_MIN;
    const double most = type == YOKE_F64 ? DBL_MAX : (double)FLT_MAX;

    if (isnan(s->want)) return isnan(s->got) ? 0.0 : INFINITY;
    if (isinf(s->want)) return s->got == s->want ? 0.0 : INFINITY;
    if (s->magnitude > most) return 0.0; /* partial sums may overflow */
    if (!isfinite(s->got)) return INFINITY;
    return fabs(s->got - s->want) / (bound * s->magnitude + least);
}

static size_t sample_index(size_t i, size_t total, uint64_t *seed)
{
    if (i == 0) return 0;
    if (i == 1) return total - 1;
    return (size_t)((cli_random(seed) + 1.0) / 2.0 * (double)total);
}

/* Look at all elements or a sample; each is a sum of k products. */
static void check_elements(struct check *check, sample_fn *at, const void *task, size_t total,
                           double k, enum yoke_type type, uint64_t seed)
{
    const double ops = 2.0 * k;
    const double u = type == YOKE_F64 ? 0x1p-53 : 0x1p-24;
    const double bound = gamma_n(k + 2.0, u) + gamma_n(k + 2.0, 0x1p-53);
    const bool all = (double)total * ops <= CHECK_MAX_OPS || total <= 2;

    *check = (struct check){ .elements = total, .total = total };
    if (!all) check->elements = (size_t)fmin((double)total, fmax(2.0, SAMPLE_MAX_OPS / ops));
    for (size_t i = 0; i < check->elements; i++) {
        const struct sample s = at(task, all ? i : sample_index(i, total, &seed));
        const double ratio = error_ratio(&s, type, bound);
        if (ratio > check->worst_ratio) check->worst_ratio = ratio;
    }
    check->passed = check->worst_ratio <= 1.0;
}

/* A batch of matrices: element (i, j) of the b-th is at b * batch + i * row + j * col. */
struct matrix {
    const void *data;
    size_t batch, row, col;
};

struct gemm_task {
    size_t M, N, K;
    enum yoke_type type;
    double alpha, beta;
    struct matrix A, B, C, C0;
};

static struct sample gemm_at(const void *task, size_t index)
{
    const struct gemm_task *t = task;
    const size_t i = index % t->M, j = index / t->M % t->N, b = index / t->M / t->N;
    const size_t a0 = b * t->A.batch + i * t->A.row, b0 = b * t->B.batch + j * t->B.col;
    const size_t c0 = b * t->C.batch + i * t->C.row + j * t->C.col;
    double sum = 0.0, magnitude = 0.0;

    for (size_t k = 0; k < t->K; k++) {
        const double product = load(t->A.data, t->type, a0 + k * t->A.col) *
                               load(t->B.data, t->type, b0 + k * t->B.row);
        sum += product;
        magnitude += fabs(product);
    }
    struct sample s = { load(t->C.data, t->type, c0), t->alpha * sum, fabs(t->alpha) * magnitude };
    if (t->beta != 0.0) {
        const double old = t->beta * load(t->C0.data, t->type, c0);
        s.want += old;
        s.magnitude += fabs(old);
    }
    return s;
}

/* op(X) of `rows` rows and `cols` columns, where X is stored row-major. */
static struct matrix matrix_of(const void *data, size_t rows, size_t cols, bool trans, size_t ld,
                               size_t stride)
{
    if (ld == 0) ld = trans ? rows : cols;
    if (stride == 0) stride = ld * (trans ? cols : rows);
    if (stride == YOKE_STRIDE_SHARED) stride = 0;
    return (struct matrix){ data, stride, trans ? 1 : ld, trans ? ld : 1 };
}

/* The operators take scalars in the type of the arrays. */
static double scalar(const double *value, double unset, enum yoke_type type)
{
    if (!value) return unset;
    return type == YOKE_F64 ? *value : (double)(float)*value;
}

void check_gemm(struct check *check, const struct yoke_gemm *gemm, const void *C, const void *A,
                const void *B, const void *C0, uint64_t seed)
{
    const size_t M = gemm->M, N = gemm->N, K = gemm->K, batch = gemm->batch ? gemm->batch : 1;
    const struct gemm_task task = {
        .M = M,
        .N = N,
        .K = K,
        .type = gemm->type,
        .alpha = scalar(gemm->alpha, 1.0, gemm->type),
        .beta = scalar(gemm->beta, 0.0, gemm->type),
        .A = matrix_of(A, M, K, gemm->trans_a, gemm->lda, gemm->stride_a),
        .B = matrix_of(B, K, N, gemm->trans_b, gemm->ldb, gemm->stride_b),
        .C = matrix_of(C, M, N, false, gemm->ldc, gemm->stride_c),
        .C0 = matrix_of(C0, M, N, false, gemm->ldc, gemm->stride_c),
    };

    check_elements(check, gemm_at, &task, M * N * batch, (double)K, gemm->type, seed);
}

/* Images, filters or results: strides of image (or filter), channel, row and column. */
struct images {
    const void *data;
    size_t image, channel, row, col;
};

struct conv_task {
    const struct yoke_conv *conv;
    struct images X, W, Y;
    const void *bias;
    size_t P, Q, stride_h, stride_w, dilation_h, dilation_w, channels, filters; /* of a group */
};

static struct images images_of(const void *data, enum yoke_layout layout, size_t C, size_t H,
                               size_t W)
{
    if (layout == YOKE_NHWC) return (struct images){ data, H * W * C, 1, W * C, C };
    return (struct images){ data, C * H * W, H * W, W, 1 };
}

/* Adds the products of channel c of the group whose first channel is c0. Row i and column j of an
 * image lie outside it when they are past its end; below zero they wrap around to there. */
static void add_channel(struct sample *s, const struct conv_task *t, const size_t at[4], size_t c0,
                        size_t c)
{
    const struct yoke_conv *v = t->conv;
    const size_t x0 = at[0] * t->X.image + (c0 + c) * t->X.channel;
    const size_t w0 = at[1] * t->W.image + c * t->W.channel;

    for (size_t r = 0; r < v->R; r++)
        for (size_t q = 0; q < v->S; q++) {
            const size_t i = at[2] * t->stride_h + r * t->dilation_h - v->pad_h[0];
            const size_t j = at[3] * t->stride_w + q * t->dilation_w - v->pad_w[0];
            const size_t wr = v->true_convolution ? v->R - 1 - r : r;
            const size_t wq = v->true_convolution ? v->S - 1 - q : q;
            if (i >= v->H || j >= v->W) continue;
            const double product = load(t->X.data, v->type, x0 + i * t->X.row + j * t->X.col) *
                                   load(t->W.data, v->type, w0 + wr * t->W.row + wq * t->W.col);
            s->want += product;
            s->magnitude += fabs(product);
        }
}

static struct sample conv_at(const void *task, size_t index)
{
    const struct conv_task *t = task;
    const struct yoke_conv *v = t->conv;
    const size_t at[4] = { index / t->Q / t->P / v->K, index / t->Q / t->P % v->K,
                           index / t->Q % t->P, index % t->Q }; /* n k p q */
    const size_t y =
        at[0] * t->Y.image + at[1] * t->Y.channel + at[2] * t->Y.row + at[3] * t->Y.col;
    struct sample s = { .got = load(t->Y.data, v->type, y) };

    if (t->bias) {
        s.want = load(t->bias, v->type, at[1]);
        s.magnitude = fabs(s.want);
    }
    for (size_t c = 0; c < t->channels; c++)
        add_channel(&s, t, at, at[1] / t->filters * t->channels, c);
    return s;
}

void check_conv(struct check *check, const struct yoke_conv *conv, const void *Y, const void *X,
                const void *W, const void *bias, uint64_t seed)
{
    const size_t groups = conv->groups ? conv->groups : 1;
    struct conv_task t = {
        .conv = conv,
        .bias = bias,
        .stride_h = conv->stride_h ? conv->stride_h : 1,
        .stride_w = conv->stride_w ? conv->stride_w : 1,
        .dilation_h = conv->dilation_h ? conv->dilation_h : 1,
        .dilation_w = conv->dilation_w ? conv->dilation_w : 1,
        .channels = conv->C / groups,
        .filters = conv->K / groups,
    };

    *check = (struct check){ .worst_ratio = INFINITY };
    if (yoke_conv_output(conv, &t.P, &t.Q) != YOKE_OK) return;
    t.X = images_of(X, conv->layout, conv->C, conv->H, conv->W);
    t.W = images_of(W, conv->layout, t.channels, conv->R, conv->S);
    t.Y = images_of(Y, conv->layout, conv->K, t.P, t.Q);
    check_elements(check, conv_at, &t, conv->N * conv->K * t.P * t.Q,
                   (double)(t.channels * conv->R * conv->S), conv->type, seed);
}
