/* class.c - convolution as an operator among others: its variants, and what these share.
 * SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "abi/conv.h"
#include "base/error.h"
#include "base/size.h"
#include "kernel/kernel.h"
#include "op/options.h"
#include "op/tile.h"
#include "ops/conv/conv.h"

enum {
    ITEMS_PER_UNIT = 8, /* for balance among the units                                          */
};
static const size_t panel_bytes = (size_t)512 << 10;      /* packed filters that stay in cache  */
static const size_t max_scratch_bytes = (size_t)64 << 20; /* of a unit; past it another variant */

static struct yoke_conv_shape shape_of(const struct yoke_conv_problem *p)
{
    return (struct yoke_conv_shape){
        .w_row = p->w_row,
        .w_col = p->w_col,
        .w_filter = p->w_filter,
        .w_channel = p->w_channel,
        .w_offset = p->w_offset,
        .x_group = p->x_group,
        .x_image = p->x_image,
        .x_channel = p->x_channel,
        .x_row = p->x_row,
        .x_col = p->x_col,
        .y_group = p->y_group,
        .y_image = p->y_image,
        .y_channel = p->y_channel,
        .y_row = p->y_row,
        .y_col = p->y_col,
        .x_offset = p->x_offset,
        .y_offset = p->y_offset,
        .bias_offset = p->bias_offset,
        .N = (uint32_t)p->N,
        .groups = (uint32_t)p->groups,
        .C = (uint32_t)p->C,
        .K = (uint32_t)p->K,
        .H = (uint32_t)p->H,
        .W = (uint32_t)p->W,
        .P = (uint32_t)p->P,
        .Q = (uint32_t)p->Q,
        .R = (uint32_t)p->R,
        .S = (uint32_t)p->S,
        .pad_h = (int32_t)p->pad_h,
        .pad_w = (int32_t)p->pad_w,
        .stride_h = (uint32_t)p->stride_h,
        .stride_w = (uint32_t)p->stride_w,
        .dilation_h = (uint32_t)p->dilation_h,
        .dilation_w = (uint32_t)p->dilation_w,
        .has_bias = p->has_bias,
    };
}

/* A 1 x 1 filter that visits every pixel sees no rows: make one row of them all, so that tiles do
 * not end with each. */
static void join_pixels(struct yoke_conv_problem *p)
{
    const bool every = p->R == 1 && p->S == 1 && p->stride_h == 1 && p->stride_w == 1 &&
                       p->pad_h == 0 && p->pad_w == 0 && p->P == p->H && p->Q == p->W;
    size_t pixels = p->H * p->W, images = p->N;

    if (!every) return;
    /* NHWC: the images of a batch follow each other pixel by pixel as well. */
    if (p->x_image == pixels * p->x_col && p->y_image == pixels * p->y_col) {
        pixels *= images;
        images = 1;
    }
    if (pixels > INT32_MAX / 2) return;
    p->N = images;
    p->H = p->P = 1;
    p->W = p->Q = pixels;
}

/* Elements between the pixels of a tile once they are copied. */
static size_t slab_col(const struct yoke_conv_problem *p)
{
    const size_t size = yoke_type_size(p->type);

    return p->C + (p->stride_w * p->C * size % YOKE_BAD_STRIDE == 0 ? YOKE_LINE_BYTES / size : 0);
}

/* Elements of the pixels under one tile. */
static double slab_size(const struct yoke_conv_problem *p, const struct yoke_tile *tile)
{
    return (double)p->R * (double)slab_col(p) *
           ((double)(tile->MR - 1) * (double)p->stride_w +
            (double)(p->S - 1) * (double)p->dilation_w + 1);
}

static bool tile_supports(const yoke_device *dev, const struct yoke_variant *variant,
                          const void *problem)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    struct yoke_conv_problem p = *(const struct yoke_conv_problem *)problem;

    (void)variant;
    join_pixels(&p); /* what is launched */
    const struct yoke_tile tile = yoke_tile_for(dev, p.type, p.Q, p.K);
    const double panel = (double)(tile.NV * tile.VW) * ((double)p.w_filter + 1);
    const double bytes = (slab_size(&p, &tile) + panel) * (double)yoke_type_size(p.type);

    return yoke_tile_runs(dev) && bytes < (double)max_scratch_bytes &&
           bytes * info->units < (double)info->max_alloc_bytes &&
           (double)p.N * (double)p.P * (double)p.Q * (double)p.groups * (double)p.K <
               (double)UINT32_MAX * 0.9;
}

/* With a filter or two in a group, most of a panel would be zeros. */
static bool tile_prefers(const yoke_device *dev, const struct yoke_variant *variant,
                         const void *problem)
{
    const struct yoke_conv_problem *p = problem;

    return yoke_tile_suits(dev) && p->K >= 3 && tile_supports(dev, variant, problem);
}

static struct yoke_conv_plan plan_of(const struct yoke_conv_problem *p,
                                     const struct yoke_tile *tile, size_t units)
{
    const size_t NR = tile->NV * tile->VW;
    const size_t one_panel = NR * (p->w_filter + 1) * yoke_type_size(p->type);
    const size_t n_panels = yoke_div_up(p->K, NR);
    const size_t fit = yoke_size_max(panel_bytes / one_panel, 1);
    const size_t panel_items = yoke_div_up(n_panels, fit);
    const size_t tiles = p->N * p->P * yoke_div_up(p->Q, tile->MR);
    const size_t wanted = yoke_div_up(ITEMS_PER_UNIT * units, panel_items * p->groups);
    struct yoke_conv_plan s = { 0 };

    s.slab_col = (uint32_t)slab_col(p);
    s.copy_x = p->stride_w * p->x_col * yoke_type_size(p->type) % YOKE_BAD_STRIDE == 0;
    s.panels = (uint32_t)yoke_div_up(n_panels, panel_items);
    s.panel_items = (uint32_t)yoke_div_up(n_panels, s.panels);
    s.tiles = (uint32_t)tiles;
    s.tiles_per_item = (uint32_t)yoke_div_up(tiles, yoke_size_min(wanted, tiles));
    s.tile_items = (uint32_t)yoke_div_up(tiles, s.tiles_per_item);
    s.n_items = (uint32_t)(s.tile_items * s.panel_items * p->groups);
    s.scratch_size = yoke_round_up(
        s.panels * NR * (p->w_filter + 1) + tile->MR * NR + (size_t)slab_size(p, tile), 1024);
    return s;
}

/* Of all work-groups. */
static size_t tile_workspace(const yoke_device *dev, const struct yoke_variant *variant,
                             const void *problem)
{
    const size_t units = yoke_device_get_info(dev)->units;
    struct yoke_conv_problem p = *(const struct yoke_conv_problem *)problem;

    (void)variant;
    join_pixels(&p);
    const struct yoke_tile tile = yoke_tile_for(dev, p.type, p.Q, p.K);
    const struct yoke_conv_plan cut = plan_of(&p, &tile, units);
    return yoke_size_min(units, cut.n_items) * cut.scratch_size * yoke_type_size(p.type);
}

static void add_operands(struct yoke_step *step)
{
    yoke_step_operand(step, YOKE_CONV_Y);
    yoke_step_operand(step, YOKE_CONV_X);
    yoke_step_operand(step, YOKE_CONV_W);
    yoke_step_operand(step, YOKE_CONV_BIAS);
}

/* The shape, at `at` in the block, holds their offsets. */
static void add_offsets(struct yoke_step *step, size_t at, enum yoke_type type)
{
    static const size_t offsets[YOKE_CONV_OPERANDS] = {
        [YOKE_CONV_Y] = offsetof(struct yoke_conv_shape, y_offset),
        [YOKE_CONV_X] = offsetof(struct yoke_conv_shape, x_offset),
        [YOKE_CONV_W] = offsetof(struct yoke_conv_shape, w_offset),
        [YOKE_CONV_BIAS] = offsetof(struct yoke_conv_shape, bias_offset),
    };

    for (size_t i = 0; i < YOKE_CONV_OPERANDS; i++)
        yoke_step_offset(step, i, at + offsets[i], yoke_type_size(type));
}

static yoke_status plan_tile(yoke_device *dev, const struct yoke_variant *variant,
                             const void *problem, struct yoke_plan *plan)
{
    struct yoke_conv_problem p = *(const struct yoke_conv_problem *)problem;
    const size_t units = yoke_device_get_info(dev)->units;
    struct yoke_text options;
    struct yoke_step *step;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    join_pixels(&p);
    const struct yoke_tile tile = yoke_tile_for(dev, p.type, p.Q, p.K);
    const struct yoke_conv_shape s = shape_of(&p);
    const struct yoke_conv_plan cut = plan_of(&p, &tile, units);
    const size_t groups = yoke_size_min(units, cut.n_items);
    yoke_options_begin(&options, yoke_device_get_info(dev)->fma, p.type);
    yoke_options_add_tile(&options, &tile);
    TRY(yoke_kernel_get_with(dev, variant->kernel, &options, &kernel));
    TRY(yoke_plan_append(plan, kernel, &step));
    add_operands(step);
    yoke_step_from(step, YOKE_FROM_WORKSPACE);
    yoke_step_from(step, YOKE_FROM_COUNTER);
    add_offsets(step, yoke_step_value(step, &s, sizeof s), p.type);
    const size_t at = yoke_step_value(step, &cut, sizeof cut);
    yoke_step_chunks(step, groups, cut.n_items, at + offsetof(struct yoke_conv_plan, first_ticket));
    yoke_plan_need(plan, tile_workspace(dev, variant, problem), 0);
out:
    return st;
}

static yoke_status plan_general(yoke_device *dev, const struct yoke_variant *variant,
                                const void *problem, struct yoke_plan *plan)
{
    const struct yoke_conv_problem *p = problem;
    const struct yoke_conv_shape s = shape_of(p);
    const size_t size[3] = { p->Q, p->P, p->N * p->groups * p->K };
    struct yoke_text options;
    struct yoke_step *step;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_options_begin(&options, yoke_device_get_info(dev)->fma, p->type);
    TRY(yoke_kernel_get_with(dev, variant->kernel, &options, &kernel));
    TRY(yoke_plan_append(plan, kernel, &step));
    add_operands(step);
    add_offsets(step, yoke_step_value(step, &s, sizeof s), p->type);
    yoke_step_grid(step, size);
out:
    return st;
}

static const struct yoke_variant variants[] = {
    {
        .name = "conv_tile",
        .kernel = "conv_tile",
        .tiled = true,
        .accepts = yoke_variant_f32_f64,
        .supports = tile_supports,
        .prefers = tile_prefers,
        .plan = plan_tile,
        .workspace = tile_workspace,
    },
    {
        .name = "conv_general",
        .kernel = "conv_general",
        .accepts = yoke_variant_f32_f64,
        .supports = yoke_variant_always,
        .prefers = yoke_variant_always,
        .plan = plan_general,
    },
};

static enum yoke_type type_of(const void *problem)
{
    return ((const struct yoke_conv_problem *)problem)->type;
}

static const char *asked_for(const void *problem)
{
    return ((const struct yoke_conv_problem *)problem)->variant;
}

static bool is_empty(const void *problem)
{
    return ((const struct yoke_conv_problem *)problem)->N == 0;
}

static size_t *max_workspace(void *problem)
{
    return &((struct yoke_conv_problem *)problem)->max_workspace_bytes;
}

static double flops(const void *problem)
{
    const struct yoke_conv_problem *p = problem;

    return 2.0 * (double)p->N * (double)p->groups * (double)p->K * (double)p->P * (double)p->Q *
           (double)p->C * (double)p->R * (double)p->S;
}

static size_t digest(const void *problem, uint64_t words[YOKE_DIGEST_WORDS])
{
    const struct yoke_conv_problem *p = problem;
    const uint64_t all[] = {
        (uint64_t)p->type << 1 | p->has_bias,
        p->N,
        p->groups,
        p->C,
        p->H,
        p->W,
        p->K,
        p->R,
        p->S,
        p->P,
        p->Q,
        p->stride_h,
        p->stride_w,
        p->dilation_h,
        p->dilation_w,
        p->pad_h,
        p->pad_w,
        p->x_image,
        p->x_channel,
        p->x_row,
        p->x_col,
        p->x_group,
        p->y_image,
        p->y_channel,
        p->y_row,
        p->y_col,
        p->y_group,
        p->w_filter,
        p->w_channel,
        p->w_offset,
        p->x_offset,
        p->y_offset,
        p->bias_offset,
        p->max_workspace_bytes,
        (uint64_t)p->w_row,
        (uint64_t)p->w_col,
        (uint64_t)(uintptr_t)p->variant, /* the table's own name */
    };

    memcpy(words, all, sizeof all);
    return sizeof all / sizeof *all;
}

_Static_assert(sizeof(struct yoke_conv) <= YOKE_PROBLEM_BYTES &&
                   sizeof(struct yoke_conv_problem) <= YOKE_PROBLEM_BYTES,
               "copies of them have room");

const struct yoke_op_class yoke_conv_class = {
    .name = "conv",
    .variants = variants,
    .n_variants = sizeof variants / sizeof *variants,
    .descriptor_bytes = sizeof(struct yoke_conv),
    .problem_bytes = sizeof(struct yoke_conv_problem),
    .n_operands = YOKE_CONV_OPERANDS,
    .prepare = yoke_conv_prepare,
    .type = type_of,
    .asked_for = asked_for,
    .max_workspace = max_workspace,
    .is_empty = is_empty,
    .flops = flops,
    .resolve = yoke_conv_resolve,
    .digest = digest,
    .operand = yoke_conv_operand,
    .place = yoke_conv_put,
    .cuts = yoke_conv_cuts,
    .part = yoke_conv_part,
    .key = yoke_conv_key,
    .describe = yoke_conv_describe,
    .shrink = yoke_conv_shrink,
    .sample = yoke_conv_sample,
    .known = yoke_conv_known,
};
