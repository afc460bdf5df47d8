/* conv_oracle.c - convolution in plain loops. SPDX-License-Identifier: MIT */
#include "conv_oracle.h"

#include <math.h>

size_t conv_or_one(size_t n)
{
    return n ? n : 1;
}

size_t conv_reach(size_t n_taps, size_t dilation)
{
    return conv_or_one(dilation) * (n_taps - 1) + 1;
}

static size_t output(size_t n, const size_t pad[2], size_t n_taps, size_t dilation, size_t stride)
{
    return (n + pad[0] + pad[1] - conv_reach(n_taps, dilation)) / conv_or_one(stride) + 1;
}

size_t conv_rows(const struct yoke_conv *c)
{
    return output(c->H, c->pad_h, c->R, c->dilation_h, c->stride_h);
}

size_t conv_cols(const struct yoke_conv *c)
{
    return output(c->W, c->pad_w, c->S, c->dilation_w, c->stride_w);
}

size_t conv_terms(const struct op_shape *s, enum yoke_type type)
{
    const struct yoke_conv *c = &s->conv;

    (void)type;
    return c->C / conv_or_one(c->groups) * c->R * c->S + s->has_bias;
}

/* Element (c, y, x) of image n, or tap (r, s) of channel c of filter k, of an array that has C of
 * the second, H of the third and W of the last dimension. */
static size_t at(const struct yoke_conv *conv, const size_t dims[3], size_t n, size_t c, size_t y,
                 size_t x)
{
    if (conv->layout == YOKE_NHWC) return ((n * dims[1] + y) * dims[2] + x) * dims[0] + c;
    return ((n * dims[0] + c) * dims[1] + y) * dims[2] + x;
}

/* Row or column of the image under tap t of output o. On the padding it is past the image's last:
 * before the first it wraps. */
static size_t under(size_t o, size_t stride, size_t pad, size_t t, size_t dilation)
{
    return o * conv_or_one(stride) + t * conv_or_one(dilation) - pad;
}

/* Y[n,k,p,q] = bias[k] + sum_{c,r,s} X[n, g C/groups + c, ..] W[k,c,r,s], as in yoke/conv.h */
static struct op_point element(const struct op_shape *shape, const struct op_array *arrays,
                               size_t n, size_t k, size_t p, size_t q)
{
    const struct yoke_conv *conv = &shape->conv;
    const size_t C_group = conv->C / conv_or_one(conv->groups);
    const size_t first = k / (conv->K / conv_or_one(conv->groups)) * C_group;
    const size_t x_dims[3] = { conv->C, conv->H, conv->W };
    const size_t w_dims[3] = { C_group, conv->R, conv->S };
    const size_t x_step = conv->layout == YOKE_NHWC ? 1 : conv->H * conv->W;
    const size_t w_step = conv->layout == YOKE_NHWC ? 1 : conv->R * conv->S;
    struct op_point point = { 0 };

    for (size_t r = 0; r < conv->R; r++)
        for (size_t s = 0; s < conv->S; s++) {
            const size_t y = under(p, conv->stride_h, conv->pad_h[0], r, conv->dilation_h);
            const size_t x = under(q, conv->stride_w, conv->pad_w[0], s, conv->dilation_w);
            const size_t wr = conv->true_convolution ? conv->R - 1 - r : r;
            const size_t ws = conv->true_convolution ? conv->S - 1 - s : s;
            if (y >= conv->H || x >= conv->W) continue;
            const double *a = &arrays[CONV_X].value[at(conv, x_dims, n, first, y, x)];
            const double *b = &arrays[CONV_W].value[at(conv, w_dims, k, 0, wr, ws)];
            for (size_t c = 0; c < C_group; c++) {
                const long double product = (long double)a[c * x_step] * b[c * w_step];
                point.want += product;
                point.magnitude += (double)fabsl(product);
            }
        }
    if (shape->has_bias) {
        point.want += arrays[CONV_BIAS].value[k];
        point.magnitude += fabs(arrays[CONV_BIAS].value[k]);
    }
    return point;
}

size_t conv_oracle(const struct op_shape *s, enum yoke_type type, const struct op_array *arrays,
                   const double *got, struct op_point *points)
{
    const struct yoke_conv *c = &s->conv;
    const size_t y_dims[3] = { c->K, conv_rows(c), conv_cols(c) };
    size_t i = 0;

    (void)type;
    for (size_t n = 0; n < c->N; n++)
        for (size_t k = 0; k < c->K; k++)
            for (size_t p = 0; p < y_dims[1]; p++)
                for (size_t q = 0; q < y_dims[2]; q++, i++) {
                    points[i] = element(s, arrays, n, k, p, q);
                    points[i].at = at(c, y_dims, n, k, p, q);
                    points[i].got = got[points[i].at];
                }
    return i;
}
