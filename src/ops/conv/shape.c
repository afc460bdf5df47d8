/* shape.c - the plain convolutions that stand for others: to be tuned, checked, measured with.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "ops/conv/conv.h"

/* Of what a reference takes a fraction of a second for. */
static const double most_macs = 1.5e8, most_elements = 0x1p22;

/* "nhwc n8 c64x56x56 k64x3x3 g1 s1x1 d1x1 p1x1 o56x56": images, input channels and size, filters
 * and their size, groups, strides, dilations, padding before, output size. */
void yoke_conv_key(const void *problem, char key[YOKE_KEY_MAX])
{
    const struct yoke_conv_problem *p = problem;

    snprintf(key, YOKE_KEY_MAX,
             "%s n%zu c%zux%zux%zu k%zux%zux%zu g%zu s%zux%zu d%zux%zu p%zux%zu o%zux%zu%s",
             p->x_channel == 1 ? "nhwc" : "nchw", p->N, p->C * p->groups, p->H, p->W,
             p->K * p->groups, p->R, p->S, p->groups, p->stride_h, p->stride_w, p->dilation_h,
             p->dilation_w, p->pad_h, p->pad_w, p->P, p->Q, p->w_row < 0 ? " turned" : "");
}

/* The padding behind, which the size of the result tells. */
static size_t pad_behind(size_t output, size_t length, size_t taps, size_t stride, size_t dilation,
                         size_t pad)
{
    const size_t there = length + pad, needed = (output - 1) * stride + (taps - 1) * dilation + 1;

    return needed > there ? needed - there : 0;
}

static bool read_key(const char *key, struct yoke_conv *c, size_t *P, size_t *Q)
{
    char layout[5];

    if (sscanf(key,
               "%4s n%zu c%zux%zux%zu k%zux%zux%zu g%zu s%zux%zu d%zux%zu p%zux%zu o%zux%zu", layout,
               &c->N, &c->C, &c->H, &c->W, &c->K, &c->R, &c->S, &c->groups, &c->stride_h,
               &c->stride_w, &c->dilation_h, &c->dilation_w, &c->pad_h[0], &c->pad_w[0], P,
               Q) != 17)
        return false;
    c->layout = strcmp(layout, "nhwc") == 0 ? YOKE_NHWC : YOKE_NCHW;
    c->true_convolution = strstr(key, " turned") != NULL;
    return true;
}

bool yoke_conv_describe(enum yoke_type type, const char *key, void *descriptor)
{
    struct yoke_conv c = { .type = type };
    struct yoke_conv_problem p;
    char again[YOKE_KEY_MAX];
    size_t P, Q;

    if (!read_key(key, &c, &P, &Q)) return false;
    c.pad_h[1] = pad_behind(P, c.H, c.R, c.stride_h, c.dilation_h, c.pad_h[0]);
    c.pad_w[1] = pad_behind(Q, c.W, c.S, c.stride_w, c.dilation_w, c.pad_w[0]);
    if (yoke_conv_prepare(&c, &p) != YOKE_OK) return false;
    yoke_conv_key(&p, again);
    memcpy(descriptor, &c, sizeof c);
    return strcmp(key, again) == 0;
}

static bool is_large(const struct yoke_conv *c)
{
    struct yoke_conv_problem p;

    if (yoke_conv_prepare(c, &p) != YOKE_OK) return false;
    const double N = (double)p.N, C = (double)(p.C * p.groups), K = (double)(p.K * p.groups);
    const double taps = (double)p.R * (double)p.S, pixels = (double)p.P * (double)p.Q;
    const double macs = N * K * pixels * taps * (double)p.C;

    return macs > most_macs || N * C * (double)p.H * (double)p.W > most_elements ||
           N * K * pixels > most_elements || K * (double)p.C * taps > most_elements;
}

/* The longer side of the images, as long as the filter stays well inside. */
static bool halve_side(struct yoke_conv *c)
{
    const bool high = c->H >= c->W;
    const size_t taps = high ? c->R : c->S, dilation = high ? c->dilation_h : c->dilation_w;
    size_t *const side = high ? &c->H : &c->W;

    if (*side / 2 < 2 * ((taps - 1) * yoke_size_or_one(dilation) + 1)) return false;
    *side /= 2;
    return true;
}

/* Groups stay whole; the remainder by 32 stays, too. False where a single one is left. */
static bool halve_channels(struct yoke_conv *c)
{
    const size_t groups = yoke_size_or_one(c->groups);
    size_t C = c->C / groups, K = c->K / groups, *const longer = C > K ? &C : &K;
    size_t fewer = groups;

    if (*longer == 1 && groups == 1) return false;
    if (*longer >= 64)
        *longer = *longer / 2 - *longer / 2 % 32 + *longer % 32;
    else if (groups > 1)
        fewer = groups / 2;
    else
        *longer = yoke_div_up(*longer, 2);
    c->C = C * fewer;
    c->K = K * fewer;
    if (c->groups) c->groups = fewer;
    return true;
}

static bool halve_images(struct yoke_conv *c)
{
    if (c->N <= 2) return false;
    c->N /= 2;
    return true;
}

void yoke_conv_shrink(void *descriptor)
{
    struct yoke_conv *c = descriptor;

    while (is_large(c) && (halve_images(c) || halve_side(c) || halve_channels(c)))
        ;
}

/* NHWC, no padding: every pixel of a filter has the same answer. */
void yoke_conv_sample(enum yoke_type type, int level, void *descriptor)
{
    static const struct yoke_conv sizes[YOKE_SAMPLE_LEVELS] = {
        { .N = 1, .C = 16, .H = 16, .W = 16, .K = 32, .R = 3, .S = 3 },
        { .N = 2, .C = 32, .H = 30, .W = 30, .K = 64, .R = 3, .S = 3 },
        { .N = 4, .C = 64, .H = 30, .W = 30, .K = 64, .R = 3, .S = 3 },
    };
    struct yoke_conv *c = descriptor;

    *c = sizes[level];
    c->type = type;
    c->layout = YOKE_NHWC;
}

static double x_of(size_t c)
{
    return (double)(c % 3) - 1;
}
static double w_of(size_t k, size_t c)
{
    return (double)(k % 4 + 1) * (double)(c % 5);
}

double yoke_conv_known(const void *descriptor, size_t operand, size_t i)
{
    const struct yoke_conv *conv = descriptor;
    double sum = 0;

    if (operand == YOKE_CONV_X) return x_of(i % conv->C);
    if (operand == YOKE_CONV_W) return w_of(i / (conv->R * conv->S * conv->C), i % conv->C);
    for (size_t c = 0; c < conv->C; c++)
        sum += x_of(c) * w_of(i % conv->K, c);
    return sum * (double)(conv->R * conv->S);
}
