/* variants.c - the ways to compute a convolution, best first.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "abi/conv.h"
#include "base/error.h"
#include "base/size.h"
#include "device/scratch.h"
#include "kernel/kernel.h"
#include "op/enqueue.h"
#include "op/tile.h"
#include "ops/conv/conv.h"

enum {
    ITEMS_PER_UNIT = 8, /* for balance among the units                                          */
};
static const size_t panel_bytes = (size_t)512 << 10;      /* packed filters that stay in cache  */
static const size_t max_scratch_bytes = (size_t)64 << 20; /* of a unit; past it another variant */

static struct yoke_conv_shape shape_of(const struct yoke_conv_problem *p, bool has_bias)
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
        .has_bias = has_bias,
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

static bool tile_runs(const yoke_device *dev, const struct yoke_variant *row, const void *problem)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    struct yoke_conv_problem p = *(const struct yoke_conv_problem *)problem;

    (void)row;
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
static bool tile_suits(const yoke_device *dev, const struct yoke_variant *row, const void *problem)
{
    const struct yoke_conv_problem *p = problem;

    return yoke_tile_suits(dev) && p->K >= 3 && tile_runs(dev, row, problem);
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

static yoke_status enqueue_tile(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                                const void *arrays, yoke_event **event)
{
    const struct yoke_conv_arrays *a = arrays;
    struct yoke_conv_problem p = *(const struct yoke_conv_problem *)problem;
    yoke_device *dev = yoke_queue_device(q);
    const size_t units = yoke_device_get_info(dev)->units;
    struct yoke_text options;
    const yoke_buffer *scratch, *counter;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    join_pixels(&p);
    const struct yoke_tile tile = yoke_tile_for(dev, p.type, p.Q, p.K);
    const struct yoke_conv_shape s = shape_of(&p, a->bias != NULL);
    struct yoke_conv_plan plan = plan_of(&p, &tile, units);
    const size_t groups = yoke_size_min(units, plan.n_items);
    yoke_options_begin(&options, yoke_device_get_info(dev)->fma, p.type);
    yoke_options_add_tile(&options, &tile);
    TRY(yoke_kernel_get_with(dev, row->kernel, &options, &kernel));
    TRY(yoke_queue_scratch(q, groups * plan.scratch_size * yoke_type_size(p.type), &scratch));
    TRY(yoke_queue_tickets(q, &counter, &plan.first_ticket));
    const struct yoke_arg args[] = {
        YOKE_ARG_BUFFER(a->Y),    YOKE_ARG_BUFFER(a->X),
        YOKE_ARG_BUFFER(a->W),    YOKE_ARG_BUFFER(a->bias ? a->bias : a->W),
        YOKE_ARG_BUFFER(scratch), YOKE_ARG_BUFFER(counter),
        YOKE_ARG_VALUE(s),        YOKE_ARG_VALUE(plan),
    };
    TRY(yoke_enqueue_items(q, kernel, groups, plan.n_items, args, sizeof args / sizeof *args,
                           event));
out:
    return st;
}

static yoke_status enqueue_general(yoke_queue *q, const struct yoke_variant *row,
                                   const void *problem, const void *arrays, yoke_event **event)
{
    const struct yoke_conv_problem *p = problem;
    const struct yoke_conv_arrays *a = arrays;
    yoke_device *dev = yoke_queue_device(q);
    const struct yoke_conv_shape s = shape_of(p, a->bias != NULL);
    struct yoke_text options;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_options_begin(&options, yoke_device_get_info(dev)->fma, p->type);
    TRY(yoke_kernel_get_with(dev, row->kernel, &options, &kernel));
    const size_t size[3] = { p->Q, p->P, p->N * p->groups * p->K };
    const struct yoke_arg args[] = {
        YOKE_ARG_BUFFER(a->Y), YOKE_ARG_BUFFER(a->X),
        YOKE_ARG_BUFFER(a->W), YOKE_ARG_BUFFER(a->bias ? a->bias : a->W),
        YOKE_ARG_VALUE(s),
    };
    TRY(yoke_enqueue_3d(q, kernel, size, args, sizeof args / sizeof *args, event));
out:
    return st;
}

// clang-format off
const struct yoke_variant yoke_conv_variants[] = {
    { "conv_tile",    "conv_tile",    true,  yoke_variant_f32_f64,
      tile_suits,          tile_runs,           enqueue_tile, { 0 }, NULL },
    { "conv_general", "conv_general", false, yoke_variant_f32_f64,
      yoke_variant_always, yoke_variant_always, enqueue_general, { 0 }, NULL },
};
// clang-format on
const size_t yoke_n_conv_variants = sizeof yoke_conv_variants / sizeof *yoke_conv_variants;
