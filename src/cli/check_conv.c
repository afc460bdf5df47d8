/* check_conv.c - convolution in plain loops in double precision.
 * SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/element.h"
#include "cli/check_sample.h"

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
            const double product =
                yoke_element_get(v->type, t->X.data, x0 + i * t->X.row + j * t->X.col) *
                yoke_element_get(v->type, t->W.data, w0 + wr * t->W.row + wq * t->W.col);
            s->want += product;
            s->magnitude += fabs(product);
        }
}

static struct sample conv_at(const void *task, size_t index, size_t part)
{
    const struct conv_task *t = task;
    const struct yoke_conv *v = t->conv;
    const size_t at[4] = { index / t->Q / t->P / v->K, index / t->Q / t->P % v->K,
                           index / t->Q % t->P, index % t->Q }; /* n k p q */
    const size_t y =
        at[0] * t->Y.image + at[1] * t->Y.channel + at[2] * t->Y.row + at[3] * t->Y.col;
    struct sample s = { .got = yoke_element_get(v->type, t->Y.data, y) };

    (void)part; /* convolutions have no complex types */
    if (t->bias) {
        s.want = yoke_element_get(v->type, t->bias, at[1]);
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
    const double k = (double)(t.channels * conv->R * conv->S);
    const struct check_result r = { conv->type, conv->N * conv->K * t.P * t.Q, k, 2.0 * k };
    check_elements(check, conv_at, &t, &r, seed);
}
