/* conv_shapes.c - which convolutions are tested. SPDX-License-Identifier: MIT */
#include "conv_shapes.h"

#include <check.h>

#include "pairwise.h"

#define MAX_MACS 0x1p20 /* of a shape: the reference takes 2 ms */

/* Channels around the edges of tiles, images and filters from the smallest. */
static const size_t channels[] = { 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 70 };
static const size_t sizes[] = { 1, 2, 3, 5, 8, 13, 16, 17, 28, 33 };
static const size_t taps[] = { 1, 2, 3, 4, 5, 7 };

// clang-format off
enum factor { LAYOUT, N, C, K, H, W, R, S, STRIDE_H, STRIDE_W, DILATION_H, DILATION_W,
              PAD_TOP, PAD_BOTTOM, PAD_LEFT, PAD_RIGHT, GROUPS, TURNED, HAS_BIAS, ACT, RESIDUAL,
              OFFSETS, WORKSPACE, VALUES, TIER, OFF_PAGE };
static const unsigned char levels[] = { 2, 4, 14, 14, 10, 10, 6, 6, 4, 4, 4, 4,
                                        4, 4, 4, 4, 5, 2, 2, 6, 5,
                                        2, 3, 3, 3, 2 };
// clang-format on
#define N_FACTORS (sizeof levels / sizeof levels[0])
#define DEPTHWISE 4 /* level of GROUPS; below it, that many groups and 0 for none */
enum { RESIDUAL_NONE, RESIDUAL_DENSE, RESIDUAL_LONGER, RESIDUAL_SPACED, RESIDUAL_SHARED };
static const size_t workspaces[] = { 0, 20000, 300000 }; /* 0: no cap */

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

/* Once the sizes are final, which the residual's strides go by. */
static void set_epilogue(struct op_shape *s, const unsigned char *row)
{
    struct yoke_epilogue *e = &s->epilogue;
    struct yoke_conv c = s->conv;

    s->has_residual = row[RESIDUAL] != RESIDUAL_NONE;
    s->has_epilogue = s->has_bias || row[ACT] || s->has_residual || row[OFFSETS];
    e->bias = s->has_bias ? YOKE_BIAS_CHANNEL : YOKE_BIAS_NONE;
    e->activation = (enum yoke_activation)row[ACT];
    e->clamp_min = s->values == OP_INTEGERS ? -3.0 : -0.5;
    e->clamp_max = s->values == OP_INTEGERS ? 5.0 : 0.75;
    if (row[OFFSETS]) {
        e->offset_bias = 3;
        e->offset_r = 5;
    }
    c.epilogue = e;
    if (row[RESIDUAL] == RESIDUAL_LONGER)
        e->ldr = (c.layout == YOKE_NHWC ? c.K : yoke_ref_conv_cols(&c)) + 1 + row[N];
    if (row[RESIDUAL] == RESIDUAL_SPACED) e->stride_r = yoke_ref_conv_residual(&c).image + 7;
    if (row[RESIDUAL] == RESIDUAL_SHARED) e->stride_r = YOKE_STRIDE_SHARED;
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
    c->max_workspace_bytes = workspaces[row[WORKSPACE]];
    set_groups(c, row[GROUPS]);
    fit(c);
    shrink(s);
    set_epilogue(s, row);
}

/* 1 x 1 filters over every pixel, which a variant may take for one long row: in some layouts the
 * pixels of a batch follow each other, in some they only seem to. With each residual, as well. */
static bool plain_filter(size_t i, struct op_shape *s)
{
    static const size_t sides[] = { 1, 2, 5 }, n_channels[] = { 1, 3, 8, 17 };
    unsigned char row[N_FACTORS] = { 0 };

    row[RESIDUAL] = (unsigned char)(i / (2 * 3 * 4));
    if (row[RESIDUAL] >= levels[RESIDUAL]) return false;
    i %= 2 * 3 * 4;
    *s = (struct op_shape){ .conv = { .N = 3,
                                      .C = n_channels[i / 2 % 4],
                                      .H = sides[i / 8],
                                      .W = sides[i / 8],
                                      .K = n_channels[(i / 2 + 1) % 4] + 2,
                                      .R = 1,
                                      .S = 1,
                                      .layout = i % 2 ? YOKE_NHWC : YOKE_NCHW } };
    set_epilogue(s, row);
    return true;
}

bool conv_edge(size_t i, struct op_shape *s)
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

void conv_random(struct rng *r, struct op_shape *s)
{
    unsigned char row[N_FACTORS];

    for (size_t f = 0; f < N_FACTORS; f++)
        row[f] = (unsigned char)rng_below(r, levels[f]);
    if (rng_percent(r, 50)) make_usual(r, row);
    if (rng_percent(r, 50)) row[GROUPS] = 0;
    if (rng_percent(r, 50)) row[ACT] = row[RESIDUAL] = 0;
    if (rng_percent(r, 70)) row[WORKSPACE] = 0;
    if (rng_percent(r, 80)) row[TIER] = OP_DEVICE_BUFFERS;
    if (rng_percent(r, 90) && row[N] == 0) row[N] = 1;
    s->conv.C = rng_percent(r, 50) ? channels[row[C]] : 1 + rng_below(r, 70);
    s->conv.K = rng_percent(r, 50) ? channels[row[K]] : 1 + rng_below(r, 70);
    s->conv.H = 1 + rng_below(r, 40);
    s->conv.W = 1 + rng_below(r, 40);
    set_levels(s, row);
}

void conv_cap(struct op_shape *s, size_t max_dim)
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
