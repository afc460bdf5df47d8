/* conv.c - convolution in plain loops.
 * SPDX-License-Identifier: MIT */
#include "ref/conv.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/element.h"
#include "ref/epilogue.h"

struct task {
    struct yoke_conv conv; /* every default filled in */
    const void *X, *W;
    size_t channels, filters;      /* of a group */
    struct yoke_epilogue epilogue; /* whose arrays are NULL where there is none */
    struct yoke_ref_conv_residual residual;
    double terms;
};

static const struct task *task_of(const struct yoke_ref *ref)
{
    return (const struct task *)(const void *)ref->task;
}

static size_t output(size_t n, const size_t pad[2], size_t n_taps, size_t dilation, size_t stride)
{
    const size_t have = n + pad[0] + pad[1], need = yoke_ref_conv_reach(n_taps, dilation);

    return have < need ? 0 : (have - need) / yoke_size_or_one(stride) + 1;
}

size_t yoke_ref_conv_rows(const struct yoke_conv *c)
{
    return output(c->H, c->pad_h, c->R, c->dilation_h, c->stride_h);
}

size_t yoke_ref_conv_cols(const struct yoke_conv *c)
{
    return output(c->W, c->pad_w, c->S, c->dilation_w, c->stride_w);
}

/* Element (c, y, x) of image n, or tap (r, s) of channel c of filter k, of an array that has C of
 * the second, H of the third and W of the last dimension. */
static size_t index_of(const struct yoke_conv *conv, const size_t dims[3], size_t n, size_t c,
                       size_t y, size_t x)
{
    if (conv->layout == YOKE_NHWC) return ((n * dims[1] + y) * dims[2] + x) * dims[0] + c;
    return ((n * dims[0] + c) * dims[1] + y) * dims[2] + x;
}

/* The products of tap (r, s) of filter k with image n at (y, x), over the channels of a group. */
static void add_channels(const struct yoke_ref *ref, size_t n, size_t k, const size_t tap[2],
                         size_t y, size_t x, struct yoke_ref_sum *sum)
{
    const struct task *t = task_of(ref);
    const struct yoke_conv *c = &t->conv;
    const bool last = c->layout == YOKE_NHWC;
    const size_t x_dims[3] = { c->C, c->H, c->W }, w_dims[3] = { t->channels, c->R, c->S };
    const size_t x_step = last ? 1 : c->H * c->W, w_step = last ? 1 : c->R * c->S;
    size_t at_x = index_of(c, x_dims, n, k / t->filters * t->channels, y, x);
    size_t at_w = index_of(c, w_dims, k, 0, tap[0], tap[1]);

    for (size_t i = 0; i < t->channels; i++, at_x += x_step, at_w += w_step) {
        const long double product = (long double)yoke_element_get(ref->type, t->X, at_x) *
                                    yoke_element_get(ref->type, t->W, at_w);
        sum->want += product;
        sum->magnitude += (double)fabsl(product);
    }
}

/* Add one number to a sum. */
static void add(const struct yoke_ref *ref, const void *array, size_t at, struct yoke_ref_sum *sum)
{
    const double value = yoke_element_get(ref->type, array, at);

    sum->want += value;
    sum->magnitude += fabs(value);
}

/* Y[n,k,p,q] = act(sum_{c,r,s} X[n, g C/groups + c, ..] W[k,c,r,s] + bias[k] + R[n,k,p,q]), as in
 * yoke/conv.h and yoke/epilogue.h */
static struct yoke_ref_sum sum_at(const struct yoke_ref *ref, size_t n, size_t k, size_t p,
                                  size_t q)
{
    const struct task *t = task_of(ref);
    const struct yoke_epilogue *e = &t->epilogue;
    const struct yoke_ref_conv_residual *R = &t->residual;
    const struct yoke_conv *c = &t->conv;
    struct yoke_ref_sum sum = { .terms = t->terms };

    for (size_t r = 0; r < c->R; r++)
        for (size_t s = 0; s < c->S; s++) {
            /* On the padding these are past the last row or column: before the first they wrap. */
            const size_t y = p * c->stride_h + r * c->dilation_h - c->pad_h[0];
            const size_t x = q * c->stride_w + s * c->dilation_w - c->pad_w[0];
            const size_t turned[2] = { c->R - 1 - r, c->S - 1 - s }, straight[2] = { r, s };
            if (y < c->H && x < c->W)
                add_channels(ref, n, k, c->true_convolution ? turned : straight, y, x, &sum);
        }
    if (e->bias_array) add(ref, e->bias_array, e->offset_bias + k, &sum);
    if (e->residual_array)
        add(ref, e->residual_array,
            R->offset + n * R->image + k * R->channel + p * R->row + q * R->col, &sum);
    yoke_ref_activate(&sum, e);
    return sum;
}

static void element_at(const struct yoke_ref *ref, size_t element, struct yoke_ref_value *values)
{
    const size_t *d = ref->dims, d3 = element % d[3], rest = element / d[3];
    const size_t d2 = rest % d[2], d1 = rest / d[2] % d[1], n = rest / d[2] / d[1];
    const bool last = task_of(ref)->conv.layout == YOKE_NHWC; /* N P Q K, else N K P Q */
    const struct yoke_ref_sum sum = last ? sum_at(ref, n, d3, d1, d2) : sum_at(ref, n, d1, d2, d3);

    *values = yoke_ref_value_of(&sum, ref->type, ref->data, element);
}

struct yoke_ref_conv_residual yoke_ref_conv_residual(const struct yoke_conv *c)
{
    const size_t P = yoke_ref_conv_rows(c), Q = yoke_ref_conv_cols(c);
    const struct yoke_epilogue *e = c->epilogue;
    const bool last = c->layout == YOKE_NHWC;
    const size_t ld = e->ldr ? e->ldr : last ? c->K : Q;
    struct yoke_ref_conv_residual r = { .offset = e->offset_r };

    r.col = last ? ld : 1;
    r.row = last ? Q * ld : ld;
    r.channel = last ? 1 : P * ld;
    r.image = last ? P * Q * ld : c->K * P * ld;
    if (e->stride_r) r.image = e->stride_r == YOKE_STRIDE_SHARED ? 0 : e->stride_r;
    return r;
}

static struct yoke_conv filled_in(const struct yoke_conv *conv)
{
    struct yoke_conv c = *conv;

    c.groups = yoke_size_or_one(c.groups);
    c.stride_h = yoke_size_or_one(c.stride_h);
    c.stride_w = yoke_size_or_one(c.stride_w);
    c.dilation_h = yoke_size_or_one(c.dilation_h);
    c.dilation_w = yoke_size_or_one(c.dilation_w);
    return c;
}

/* As the arithmetic holds it. */
static void take_epilogue(struct task *t, const struct yoke_conv *c)
{
    struct yoke_epilogue *e = &t->epilogue;

    if (!c->epilogue) return;
    *e = *c->epilogue;
    e->clamp_min = yoke_ref_scalar(e->clamp_min, c->type);
    e->clamp_max = yoke_ref_scalar(e->clamp_max, c->type);
    if (e->bias == YOKE_BIAS_NONE) e->bias_array = NULL;
    t->residual = yoke_ref_conv_residual(c);
}

/* The elements that the epilogue reads. */
static double epilogue_elements(const struct yoke_conv *c, double n_y)
{
    const struct yoke_epilogue *e = c->epilogue;
    double n = 0;

    if (e && e->bias != YOKE_BIAS_NONE) n += (double)c->K;
    if (e && (e->residual_array || e->residual_buffer))
        n += e->stride_r == YOKE_STRIDE_SHARED && c->N ? n_y / (double)c->N : n_y;
    return n;
}

/* A term is rounded as a product and in C / groups R S - 1 partial sums; what the epilogue adds is
 * one term more each. */
void yoke_ref_conv(struct yoke_ref *ref, const struct yoke_conv *conv, enum yoke_ref_data data,
                   const void *X, const void *W)
{
    const struct yoke_conv c = filled_in(conv);
    const size_t P = yoke_ref_conv_rows(&c), Q = yoke_ref_conv_cols(&c);
    struct task t = {
        .conv = c, .X = X, .W = W, .channels = c.C / c.groups, .filters = c.K / c.groups
    };
    const double terms = (double)t.channels * (double)c.R * (double)c.S;
    const double n_x = (double)c.N * (double)c.C * (double)c.H * (double)c.W;
    const double n_y = (double)c.N * (double)c.K * (double)P * (double)Q;

    static_assert(sizeof t <= YOKE_REF_TASK_BYTES, "a convolution fits in a reference's own room");
    take_epilogue(&t, &c);
    t.terms = terms + (t.epilogue.bias_array != NULL) + (t.epilogue.residual_array != NULL);
    *ref = (struct yoke_ref){
        .type = c.type,
        .result = yoke_type_result(c.type),
        .data = data,
        .n_dims = 4,
        .dims = { c.N, c.K, P, Q },
        .flops = 2.0 * n_y * terms,
        .bytes = (n_x + (double)c.K * terms + n_y + epilogue_elements(&c, n_y)) *
                 (double)yoke_type_size(c.type),
        .at = element_at,
    };
    if (c.layout == YOKE_NHWC) {
        ref->dims[1] = P;
        ref->dims[2] = Q;
        ref->dims[3] = c.K;
    }
    memcpy(ref->task, &t, sizeof t);
}
