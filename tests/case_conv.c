/* case_conv.c - convolution as a test case. SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "cases.h"
#include "conv_shapes.h"
#include "ref/conv.h"

enum { CONV_Y, CONV_X, CONV_W, CONV_BIAS, CONV_R, CONV_ARRAYS }; /* R is the residual */

static void print_epilogue(const struct op_shape *s, char *text, size_t size)
{
    const struct yoke_epilogue *e = &s->epilogue;
    char residual[96] = "";

    text[0] = '\0';
    if (!s->has_epilogue) return;
    if (s->has_residual)
        snprintf(residual, sizeof residual, " residual ld=%zu stride=%zd offset=%zu", e->ldr,
                 (ssize_t)e->stride_r, e->offset_r);
    snprintf(text, size, " epilogue bias=%s offset=%zu%s act=%s", yoke_bias_name(e->bias),
             e->offset_bias, residual, yoke_activation_name(e->activation));
}

static void print(const struct op_shape *s, char *text, size_t size)
{
    static const char *const values[] = { "unit", "integers", "specials" };
    static const char *const tiers[] = { "device buffers", "host buffers", "run" };
    const struct yoke_conv *c = &s->conv;
    char epilogue[256];

    print_epilogue(s, epilogue, sizeof epilogue);
    snprintf(text, size,
             "%s input=%zux%zux%zux%zu filters=%zux%zux%zux%zu stride=%zux%zu pad=%zu,%zux%zu,%zu "
             "dilation=%zux%zu groups=%zu%s%s workspace=%zu, %s, %s%s",
             yoke_layout_name(c->layout), c->N, c->C, c->H, c->W, c->K,
             c->C / yoke_size_or_one(c->groups), c->R, c->S, c->stride_h, c->stride_w, c->pad_h[0],
             c->pad_h[1], c->pad_w[0], c->pad_w[1], c->dilation_h, c->dilation_w, c->groups,
             c->true_convolution ? " true-convolution" : "", epilogue, c->max_workspace_bytes,
             values[s->values], tiers[s->tier], s->misaligned ? ", off page" : "");
}

/* Points into s; without the epilogue's arrays. */
static struct yoke_conv shape_of(const struct op_shape *s)
{
    struct yoke_conv c = s->conv;

    c.epilogue = s->has_epilogue ? &s->epilogue : NULL;
    return c;
}

static size_t residual_length(const struct op_shape *s)
{
    const struct yoke_conv c = shape_of(s);
    const struct yoke_ref_conv_residual r = yoke_ref_conv_residual(&c);

    if (c.N == 0) return r.offset;
    return r.offset + (c.N - 1) * r.image + (c.K - 1) * r.channel +
           (yoke_ref_conv_rows(&c) - 1) * r.row + (yoke_ref_conv_cols(&c) - 1) * r.col + 1;
}

static size_t length(const struct op_shape *s, size_t array)
{
    const struct yoke_conv *c = &s->conv;

    switch (array) {
    case CONV_Y: return c->N * c->K * yoke_ref_conv_rows(c) * yoke_ref_conv_cols(c);
    case CONV_X: return c->N * c->C * c->H * c->W;
    case CONV_W: return c->K * (c->C / yoke_size_or_one(c->groups)) * c->R * c->S;
    case CONV_BIAS: return s->has_bias ? s->epilogue.offset_bias + c->K : 0;
    default: return s->has_residual ? residual_length(s) : 0;
    }
}

static void mark_residual(const struct op_shape *s, unsigned char *owned)
{
    const struct yoke_conv c = shape_of(s);
    const struct yoke_ref_conv_residual r = yoke_ref_conv_residual(&c);
    const size_t P = yoke_ref_conv_rows(&c), Q = yoke_ref_conv_cols(&c);

    for (size_t n = 0; n < c.N; n++)
        for (size_t k = 0; k < c.K; k++)
            for (size_t i = 0; i < P * Q; i++)
                owned[r.offset + n * r.image + k * r.channel + i / Q * r.row + i % Q * r.col] = 1;
}

static void mark(const struct op_shape *s, size_t array, unsigned char *owned)
{
    const size_t n = length(s, array);

    if (array == CONV_R && s->has_residual) mark_residual(s, owned);
    for (size_t i = array == CONV_BIAS ? s->epilogue.offset_bias : 0; i < n && array != CONV_R; i++)
        owned[i] = 1;
}

static bool reads_output(const struct op_shape *s)
{
    (void)s;
    return false;
}

/* Whether a tap on the padding multiplies by zero or is left out is open, so no infinite weights
 * where there is padding. */
static bool takes_type(enum yoke_type type)
{
    return type == YOKE_F32 || type == YOKE_F64;
}

static bool takes_specials(const struct op_shape *s, size_t array)
{
    const struct yoke_conv *c = &s->conv;

    return array != CONV_W || c->pad_h[0] + c->pad_h[1] + c->pad_w[0] + c->pad_w[1] == 0;
}

/* Points into *e, which becomes the epilogue without its arrays. */
static struct yoke_conv descriptor(const struct op_shape *s, enum yoke_type type,
                                   const char *variant, struct yoke_epilogue *e)
{
    struct yoke_conv c = shape_of(s);

    *e = s->epilogue;
    if (c.epilogue) c.epilogue = e;
    c.type = type;
    c.variant = variant;
    return c;
}

static void check(const struct op_shape *s, enum yoke_type type, const void *const *before,
                  const void *output, struct yoke_ref_result *result)
{
    struct yoke_epilogue e;
    const struct yoke_conv c = descriptor(s, type, NULL, &e);
    struct yoke_ref ref;

    e.bias_array = s->has_bias ? before[CONV_BIAS] : NULL;
    e.residual_array = s->has_residual ? before[CONV_R] : NULL;
    yoke_ref_conv(&ref, &c, op_data(s->values), before[CONV_X], before[CONV_W]);
    yoke_ref_check(&ref, NULL, 0, output, result);
}

static yoke_status enqueue(const struct op_shape *s, enum yoke_type type, const char *variant,
                           yoke_buffer *const *buffers)
{
    struct yoke_epilogue e;
    const struct yoke_conv c = descriptor(s, type, variant, &e);

    e.bias_buffer = s->has_bias ? buffers[CONV_BIAS] : NULL;
    e.residual_buffer = s->has_residual ? buffers[CONV_R] : NULL;
    return yoke_conv_enqueue(test_queue, &c, buffers[CONV_Y], buffers[CONV_X], buffers[CONV_W],
                             NULL);
}

static yoke_status run(const struct op_shape *s, enum yoke_type type, const char *variant,
                       void *const *host)
{
    struct yoke_epilogue e;
    const struct yoke_conv c = descriptor(s, type, variant, &e);

    e.bias_array = s->has_bias ? host[CONV_BIAS] : NULL;
    e.residual_array = s->has_residual ? host[CONV_R] : NULL;
    return yoke_conv_run(test_team, &c, host[CONV_Y], host[CONV_X], host[CONV_W], NULL);
}

static const char *variant_of(const struct op_shape *s, enum yoke_type type, const char *variant)
{
    struct yoke_epilogue e;
    const struct yoke_conv c = descriptor(s, type, variant, &e);

    return yoke_conv_variant(test_device, &c);
}

const struct op_case conv_case = {
    .name = "conv",
    .array_names = { "Y", "X", "W", "bias", "R" },
    .n_arrays = CONV_ARRAYS,
    .takes_type = takes_type,
    .edge = conv_edge,
    .random = conv_random,
    .cap = conv_cap,
    .print = print,
    .length = length,
    .mark = mark,
    .reads_output = reads_output,
    .takes_specials = takes_specials,
    .check = check,
    .enqueue = enqueue,
    .run = run,
    .variant_name = yoke_conv_variant_name,
    .variant = variant_of,
};
