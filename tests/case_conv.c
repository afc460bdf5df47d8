/* case_conv.c - convolution as a test case. SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>

#include "cases.h"
#include "pairwise.h"
#include "ref/conv.h"

#define MAX_MACS 0x1p20 /* of a shape: the reference takes 2 ms */

enum { CONV_Y, CONV_X, CONV_W, CONV_BIAS }; /* the arrays */

/* Channels around the edges of tiles, images and filters from the smallest. */
static const size_t channels[] = { 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 70 };
static const size_t sizes[] = { 1, 2, 3, 5, 8, 13, 16, 17, 28, 33 };
static const size_t taps[] = { 1, 2, 3, 4, 5, 7 };

// clang-format off
enum factor { LAYOUT, N, C, K, H, W, R, S, STRIDE_H, STRIDE_W, DILATION_H, DILATION_W,
              PAD_TOP, PAD_BOTTOM, PAD_LEFT, PAD_RIGHT, GROUPS, TURNED, HAS_BIAS, VALUES, TIER,
              OFF_PAGE };
static const unsigned char levels[] = { 2, 4, 14, 14, 10, 10, 6, 6, 4, 4, 4, 4,
                                        4, 4, 4, 4, 5, 2, 2, 3, 3, 2 };
// clang-format on
#define N_FACTORS (sizeof levels / sizeof levels[0])
#define DEPTHWISE 4 /* level of GROUPS; below it, that many groups and 0 for none */

static double macs(const struct op_shape *s)
{
    const struct yoke_conv *c = &s->conv;

    return (double)c->N * (double)c->K * (double)yoke_ref_conv_rows(c) *
           (double)yoke_ref_conv_cols(c) *
           (double)(c->C / yoke_size_or_one(c->groups) * c->R * c->S + s->has_bias);
}

/* The filter must fit into the padded image. */
static size_t at_least_reach(size_t n, const size_t pad[2], size_t n_taps, size_t dilation)
{
    const size_t need = yoke_ref_conv_reach(n_taps, dilation), have = n + pad[0] + pad[1];

    return have < need ? n + need - have : n;
}

static void fit(struct yoke_conv *c)
{
    c->H = at_least_reach(c->H, c->pad_h, c->R, c->dilation_h);
    c->W = at_least_reach(c->W, c->pad_w, c->S, c->dilation_w);
}

/* Make the image smaller, then the channels, until the reference is quick. */
static void shrink(struct op_shape *s)
{
    struct yoke_conv *c = &s->conv;
    const size_t groups = yoke_size_or_one(c->groups);

    while (macs(s) > MAX_MACS) {
        const double before = macs(s);
        size_t *side = c->H > c->W ? &c->H : &c->W;
        *side -= *side / 3;
        fit(c);
        if (macs(s) < before) continue;
        if (c->N > 1) c->N--;
        c->C = (c->C / groups + 1) / 2 * groups;
        c->K = (c->K / groups + 1) / 2 * groups;
    }
}

static void set_groups(struct yoke_conv *c, unsigned char level)
{
    if (level == DEPTHWISE) { /* one channel in, one or two out */
        c->groups = c->C;
        c->K = c->C * (1 + c->K % 2);
    } else {
        c->groups = level;
        c->C *= yoke_size_or_one(level);
        c->K *= yoke_size_or_one(level);
    }
}

/* Everything but C, K, H and W, which are set. */
static void set_levels(struct op_shape *s, const unsigned char *row)
{
    struct yoke_conv *c = &s->conv;

    c->layout = row[LAYOUT] ? YOKE_NHWC : YOKE_NCHW;
    c->N = row[N];
    c->R = taps[row[R]];
    c->S = taps[row[S]];
    c->stride_h = row[STRIDE_H];
    c->stride_w = row[STRIDE_W];
    c->dilation_h = row[DILATION_H];
    c->dilation_w = row[DILATION_W];
    c->pad_h[0] = row[PAD_TOP];
    c->pad_h[1] = row[PAD_BOTTOM];
    c->pad_w[0] = row[PAD_LEFT];
    c->pad_w[1] = row[PAD_RIGHT];
    c->true_convolution = row[TURNED];
    s->has_bias = row[HAS_BIAS];
    s->values = (enum op_values)row[VALUES];
    s->tier = (enum op_tier)row[TIER];
    s->misaligned = row[OFF_PAGE];
    set_groups(c, row[GROUPS]);
    fit(c);
    shrink(s);
}

/* 1 x 1 filters over every pixel, which a variant may take for one long row: in some layouts the
 * pixels of a batch follow each other, in some they only seem to. */
static bool plain_filter(size_t i, struct op_shape *s)
{
    static const size_t sides[] = { 1, 2, 5 }, n_channels[] = { 1, 3, 8, 17 };

    if (i >= 2 * 3 * 4) return false;
    *s = (struct op_shape){ .conv = { .N = 3,
                                      .C = n_channels[i / 2 % 4],
                                      .H = sides[i / 8],
                                      .W = sides[i / 8],
                                      .K = n_channels[(i / 2 + 1) % 4] + 2,
                                      .R = 1,
                                      .S = 1,
                                      .layout = i % 2 ? YOKE_NHWC : YOKE_NCHW } };
    return true;
}

static bool edge(size_t i, struct op_shape *s)
{
    static unsigned char *grid;
    static size_t n_rows;

    if (!grid) grid = pairwise_rows(levels, N_FACTORS, &n_rows);
    ck_assert_ptr_nonnull(grid);
    if (i >= n_rows) return plain_filter(i - n_rows, s);
    s->conv.C = channels[grid[i * N_FACTORS + C]];
    s->conv.K = channels[grid[i * N_FACTORS + K]];
    s->conv.H = sizes[grid[i * N_FACTORS + H]];
    s->conv.W = sizes[grid[i * N_FACTORS + W]];
    set_levels(s, grid + i * N_FACTORS);
    return true;
}

/* Half of the time what networks use: square odd filters, equal strides, pads that keep sizes. */
static void make_usual(struct rng *r, unsigned char *row)
{
    const unsigned char n_taps[] = { 0, 2, 2, 4 }; /* levels of 1, 3 and 5 */

    row[R] = row[S] = n_taps[rng_below(r, 4)];
    row[STRIDE_H] = row[STRIDE_W] = (unsigned char)rng_below(r, 3);
    row[DILATION_H] = row[DILATION_W] = rng_percent(r, 20) ? 2 : 0;
    row[PAD_TOP] = row[PAD_BOTTOM] = row[PAD_LEFT] = row[PAD_RIGHT] = row[R] / 2;
}

static void random_shape(struct rng *r, struct op_shape *s)
{
    unsigned char row[N_FACTORS];

    for (size_t f = 0; f < N_FACTORS; f++)
        row[f] = (unsigned char)rng_below(r, levels[f]);
    if (rng_percent(r, 50)) make_usual(r, row);
    if (rng_percent(r, 50)) row[GROUPS] = 0;
    if (rng_percent(r, 80)) row[TIER] = OP_DEVICE_BUFFERS;
    if (rng_percent(r, 90) && row[N] == 0) row[N] = 1;
    s->conv.C = rng_percent(r, 50) ? channels[row[C]] : 1 + rng_below(r, 70);
    s->conv.K = rng_percent(r, 50) ? channels[row[K]] : 1 + rng_below(r, 70);
    s->conv.H = 1 + rng_below(r, 40);
    s->conv.W = 1 + rng_below(r, 40);
    set_levels(s, row);
}

static void cap(struct op_shape *s, size_t max_dim)
{
    struct yoke_conv *c = &s->conv;
    const size_t groups =
        yoke_size_or_one(c->groups) < max_dim ? yoke_size_or_one(c->groups) : max_dim;
    const size_t c_each = c->C / yoke_size_or_one(c->groups),
                 k_each = c->K / yoke_size_or_one(c->groups);

    c->C = groups * (c_each < max_dim / groups ? c_each : yoke_size_or_one(max_dim / groups));
    c->K = groups * (k_each < max_dim / groups ? k_each : yoke_size_or_one(max_dim / groups));
    if (c->groups) c->groups = groups;
    if (c->H > max_dim) c->H = max_dim;
    if (c->W > max_dim) c->W = max_dim;
    fit(c);
}

static void print(const struct op_shape *s, char *text, size_t size)
{
    static const char *const values[] = { "unit", "integers", "specials" };
    static const char *const tiers[] = { "device buffers", "host buffers", "run" };
    const struct yoke_conv *c = &s->conv;

    snprintf(text, size,
             "%s input=%zux%zux%zux%zu filters=%zux%zux%zux%zu stride=%zux%zu pad=%zu,%zux%zu,%zu "
             "dilation=%zux%zu groups=%zu%s%s, %s, %s%s",
             c->layout ? "nhwc" : "nchw", c->N, c->C, c->H, c->W, c->K,
             c->C / yoke_size_or_one(c->groups), c->R, c->S, c->stride_h, c->stride_w, c->pad_h[0],
             c->pad_h[1], c->pad_w[0], c->pad_w[1], c->dilation_h, c->dilation_w, c->groups,
             c->true_convolution ? " true-convolution" : "", s->has_bias ? " bias" : "",
             values[s->values], tiers[s->tier], s->misaligned ? ", off page" : "");
}

static size_t length(const struct op_shape *s, size_t array)
{
    const struct yoke_conv *c = &s->conv;

    switch (array) {
    case CONV_Y: return c->N * c->K * yoke_ref_conv_rows(c) * yoke_ref_conv_cols(c);
    case CONV_X: return c->N * c->C * c->H * c->W;
    case CONV_W: return c->K * (c->C / yoke_size_or_one(c->groups)) * c->R * c->S;
    default: return s->has_bias ? c->K : 0;
    }
}

static void mark(const struct op_shape *s, size_t array, unsigned char *owned)
{
    for (size_t i = 0; i < length(s, array); i++)
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

static struct yoke_conv descriptor(const struct op_shape *s, enum yoke_type type,
                                   const char *variant)
{
    struct yoke_conv c = s->conv;

    c.type = type;
    c.variant = variant;
    return c;
}

static void check(const struct op_shape *s, enum yoke_type type, const void *const *before,
                  const void *output, struct yoke_ref_result *result)
{
    const struct yoke_conv c = descriptor(s, type, NULL);
    struct yoke_ref ref;

    yoke_ref_conv(&ref, &c, op_data(s->values), before[CONV_X], before[CONV_W],
                  s->has_bias ? before[CONV_BIAS] : NULL);
    yoke_ref_check(&ref, NULL, 0, output, result);
}

static yoke_status enqueue(const struct op_shape *s, enum yoke_type type, const char *variant,
                           yoke_buffer *const *buffers)
{
    const struct yoke_conv c = descriptor(s, type, variant);

    return yoke_conv_enqueue(test_queue, &c, buffers[CONV_Y], buffers[CONV_X], buffers[CONV_W],
                             s->has_bias ? buffers[CONV_BIAS] : NULL, NULL);
}

static yoke_status run(const struct op_shape *s, enum yoke_type type, const char *variant,
                       void *const *host)
{
    const struct yoke_conv c = descriptor(s, type, variant);

    return yoke_conv_run(test_team, &c, host[CONV_Y], host[CONV_X], host[CONV_W],
                         s->has_bias ? host[CONV_BIAS] : NULL, NULL);
}

static const char *variant_of(const struct op_shape *s, enum yoke_type type, const char *variant)
{
    const struct yoke_conv c = descriptor(s, type, variant);

    return yoke_op_variant(test_device, OF_CONV(&c));
}

const struct op_case conv_case = {
    .name = "conv",
    .array_names = { "Y", "X", "W", "bias" },
    .n_arrays = 4,
    .takes_type = takes_type,
    .edge = edge,
    .random = random_shape,
    .cap = cap,
    .print = print,
    .length = length,
    .mark = mark,
    .reads_output = reads_output,
    .takes_specials = takes_specials,
    .check = check,
    .enqueue = enqueue,
    .run = run,
    .kind = YOKE_OP_CONV,
    .variant = variant_of,
};
