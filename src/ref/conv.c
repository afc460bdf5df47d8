/* conv.c - convolution in plain loops.
 * SPDX-License-Identifier: MIT */
#include "ref/conv.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/element.h"
#include "ref/conv_task.h"

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
    const struct yoke_ref_conv_task *t = yoke_ref_conv_task(ref);
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

/* Y[n,k,p,q] = bias[k] + sum_{c,r,s} X[n, g C/groups + c, ..] W[k,c,r,s], as in yoke/conv.h */
static struct yoke_ref_sum sum_at(const struct yoke_ref *ref, size_t n, size_t k, size_t p,
                                  size_t q)
{
    const struct yoke_ref_conv_task *t = yoke_ref_conv_task(ref);
    const struct yoke_conv *c = &t->conv;
    struct yoke_ref_sum sum = { .terms = (double)(t->channels * c->R * c->S) };

    for (size_t r = 0; r < c->R; r++)
        for (size_t s = 0; s < c->S; s++) {
            /* On the padding these are past the last row or column: before the first they wrap. */
            const size_t y = p * c->stride_h + r * c->dilation_h - c->pad_h[0];
            const size_t x = q * c->stride_w + s * c->dilation_w - c->pad_w[0];
            const size_t turned[2] = { c->R - 1 - r, c->S - 1 - s }, straight[2] = { r, s };
            if (y < c->H && x < c->W)
                add_channels(ref, n, k, c->true_convolution ? turned : straight, y, x, &sum);
        }
    if (t->bias) {
        const double bias = yoke_element_get(ref->type, t->bias, k);
        sum.want += bias;
        sum.magnitude += fabs(bias);
    }
    return sum;
}

/* A term is rounded as a product, in C / groups R S - 1 partial sums, and as the bias is added. */
static void element_at(const struct yoke_ref *ref, size_t element, struct yoke_ref_value *values)
{
    const size_t *d = ref->dims, d3 = element % d[3], rest = element / d[3];
    const size_t d2 = rest % d[2], d1 = rest / d[2] % d[1], n = rest / d[2] / d[1];
    const bool last = yoke_ref_conv_task(ref)->conv.layout == YOKE_NHWC; /* N P Q K, else N K P Q */
    const struct yoke_ref_sum sum = last ? sum_at(ref, n, d3, d1, d2) : sum_at(ref, n, d1, d2, d3);

    *values = yoke_ref_value_of(&sum, ref->type, ref->data, element);
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

/* A row is a pixel of the result for a group: its filters. */
static void set_rows(struct yoke_ref *ref, const struct yoke_ref_conv_task *t)
{
    const size_t channel = t->conv.layout == YOKE_NHWC ? 3 : 1;

    ref->rows.n_dims = ref->n_dims;
    memcpy(ref->rows.dims, ref->dims, sizeof ref->dims);
    ref->rows.dims[channel] = t->conv.groups;
    ref->rows.length = t->filters;
    ref->rows.step = channel == 3 ? 1 : ref->dims[2] * ref->dims[3];
    ref->rows.sum = yoke_ref_conv_sum;
}

void yoke_ref_conv(struct yoke_ref *ref, const struct yoke_conv *conv, enum yoke_ref_data data,
                   const void *X, const void *W, const void *bias)
{
    const struct yoke_conv c = filled_in(conv);
    const size_t P = yoke_ref_conv_rows(&c), Q = yoke_ref_conv_cols(&c);
    const struct yoke_ref_conv_task t = { c, X, W, bias, c.C / c.groups, c.K / c.groups };
    const double terms = (double)t.channels * (double)c.R * (double)c.S;
    const double n_x = (double)c.N * (double)c.C * (double)c.H * (double)c.W;
    const double n_y = (double)c.N * (double)c.K * (double)P * (double)Q;
    const double n_bias = bias ? (double)c.K : 0.0;

    static_assert(sizeof t <= YOKE_REF_TASK_BYTES, "a convolution fits in a reference's own room");
    *ref = (struct yoke_ref){
        .type = c.type,
        .result = yoke_type_result(c.type),
        .data = data,
        .n_dims = 4,
        .dims = { c.N, c.K, P, Q },
        .flops = 2.0 * n_y * terms,
        .bytes = (n_x + (double)c.K * terms + n_y + n_bias) * (double)yoke_type_size(c.type),
        .at = element_at,
    };
    if (c.layout == YOKE_NHWC) {
        ref->dims[1] = P;
        ref->dims[2] = Q;
        ref->dims[3] = c.K;
    }
    memcpy(ref->task, &t, sizeof t);
    if (data == YOKE_REF_WHOLE && !bias) set_rows(ref, &t);
}
