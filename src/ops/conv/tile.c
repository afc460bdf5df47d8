/* tile.c - convolution in register tiles, for devices whose work-item is a thread.
 * SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdint.h>

#include "abi/conv.h"
#include "base/error.h"
#include "base/size.h"
#include "op/tile.h"
#include "ops/conv/args.h"
#include "ops/conv/families.h"

enum {
    CHUNKS_PER_UNIT = 8,  /* for balance among the compute units */
    LINE_ELEMENTS = 1024, /* work-groups' workspaces begin so far apart */
};
static const size_t panel_bytes = (size_t)512 << 10; /* packed filters that stay in cache */
static const size_t max_workspace_bytes = (size_t)64
                                          << 20; /* of a group; past it another variant */

/* A convolution as it is launched, and how. */
struct tile_plan {
    struct yoke_conv_problem p;
    struct yoke_tile tile;
    size_t groups; /* work-groups, each with a workspace of its own */
    struct yoke_conv_plan plan;
};

/* Whether the pixels of an image, and the images of a batch, follow each other in all arrays at
 * equal distances. */
static bool rows_follow(const struct yoke_conv_problem *p)
{
    return p->x_row == p->W * p->x_col && p->y_row == p->Q * p->y_col &&
           (!p->has_residual || p->r_row == p->Q * p->r_col);
}

static bool images_follow(const struct yoke_conv_problem *p)
{
    const size_t pixels = p->H * p->W;

    return p->x_image == pixels * p->x_col && p->y_image == pixels * p->y_col &&
           (!p->has_residual || p->r_image == pixels * p->r_col);
}

/* A 1 x 1 filter that visits every pixel sees no rows: make one row of them all, so that tiles do
 * not end with each. In NHWC the images of a batch follow each other pixel by pixel as well. */
static void join_pixels(struct yoke_conv_problem *p)
{
    const bool every = p->R == 1 && p->S == 1 && p->stride_h == 1 && p->stride_w == 1 &&
                       p->pad_h == 0 && p->pad_w == 0 && p->P == p->H && p->Q == p->W;
    size_t pixels = p->H * p->W, images = p->N;

    if (!every || !rows_follow(p)) return;
    if (images_follow(p)) {
        pixels *= images;
        images = 1;
    }
    if (pixels > INT32_MAX / 2) return;
    p->N = images;
    p->H = p->P = 1;
    p->W = p->Q = pixels;
}

/* Elements between the pixels of an input patch once they are copied. */
static size_t patch_col(const struct yoke_conv_problem *p)
{
    const size_t size = yoke_type_size(p->type);

    return p->C + (p->stride_w * p->C * size % YOKE_BAD_STRIDE == 0 ? YOKE_LINE_BYTES / size : 0);
}

/* Elements of the input patch of one tile. */
static double patch_size(const struct yoke_conv_problem *p, const struct yoke_tile *tile)
{
    return (double)p->R * (double)patch_col(p) *
           ((double)(tile->MR - 1) * (double)p->stride_w +
            (double)(p->S - 1) * (double)p->dilation_w + 1);
}

/* Of a panel of filters, with its biases. */
static double panel_size(const struct yoke_conv_problem *p, const struct yoke_tile *tile)
{
    return (double)(tile->NV * tile->VW) * ((double)p->w_filter + 1);
}

/* What a group of so many panels needs, in elements. */
static size_t workspace_size(const struct tile_plan *t, size_t panels)
{
    const size_t NR = t->tile.NV * t->tile.VW;

    return yoke_round_up(panels * (size_t)panel_size(&t->p, &t->tile) + t->tile.MR * NR +
                             (size_t)patch_size(&t->p, &t->tile),
                         LINE_ELEMENTS);
}

/* Panels to pack at once and groups to work at once, as many as the workspace allows: fewer panels
 * first, then fewer groups; false where there is no room for one of each. */
static bool fit(struct tile_plan *t, size_t max_bytes)
{
    const size_t size = yoke_type_size(t->p.type), units = t->groups;
    const size_t n_panels = yoke_div_up(t->p.K, t->tile.NV * t->tile.VW);
    const size_t fit = panel_bytes / ((size_t)panel_size(&t->p, &t->tile) * size);
    size_t chunks = yoke_div_up(n_panels, yoke_size_max(fit, 1));

    while (chunks < n_panels &&
           workspace_size(t, yoke_div_up(n_panels, chunks)) > max_bytes / size / units)
        chunks++;
    t->plan.panels = (uint32_t)yoke_div_up(n_panels, chunks);
    t->plan.panel_chunks = (uint32_t)yoke_div_up(n_panels, t->plan.panels);
    t->plan.workspace_size = workspace_size(t, t->plan.panels);
    t->groups = yoke_size_min(units, max_bytes / size / t->plan.workspace_size);
    return t->groups > 0;
}

/* Cut the tiles of pixels into chunks. */
static void cut(struct tile_plan *t)
{
    const struct yoke_conv_problem *p = &t->p;
    struct yoke_conv_plan *s = &t->plan;
    const size_t tiles = p->N * p->P * yoke_div_up(p->Q, t->tile.MR);
    const size_t wanted = yoke_div_up(CHUNKS_PER_UNIT * t->groups, s->panel_chunks * p->groups);

    s->patch_col = (uint32_t)patch_col(p);
    s->copy_x = p->stride_w * p->x_col * yoke_type_size(p->type) % YOKE_BAD_STRIDE == 0;
    s->tiles = (uint32_t)tiles;
    s->tiles_per_chunk = (uint32_t)yoke_div_up(tiles, yoke_size_min(wanted, tiles));
    s->tile_chunks = (uint32_t)yoke_div_up(tiles, s->tiles_per_chunk);
    s->work.n_chunks = (uint32_t)(s->tile_chunks * s->panel_chunks * p->groups);
    t->groups = yoke_size_min(t->groups, s->work.n_chunks);
}

/* False where it is not for this variant: too much for a workspace, or for 32 bits. */
static bool plan_of(const yoke_device *dev, const struct yoke_conv_problem *problem,
                    struct tile_plan *t)
{
    const uint64_t max_alloc = yoke_device_get_info(dev)->max_alloc_bytes;
    const size_t cap = problem->max_workspace_bytes ? problem->max_workspace_bytes : SIZE_MAX;
    const size_t max_bytes = max_alloc < cap ? (size_t)max_alloc : cap;

    *t = (struct tile_plan){ .p = *problem };
    const struct yoke_conv_problem *p = &t->p;
    join_pixels(&t->p);
    t->tile = yoke_tile_for(dev, p->type, p->Q, p->K);
    t->groups = yoke_conv_units(dev, problem);
    const double least = patch_size(p, &t->tile) + panel_size(p, &t->tile);
    if (least * (double)yoke_type_size(p->type) >= (double)max_workspace_bytes ||
        (double)p->N * (double)p->P * (double)p->Q * (double)p->groups * (double)p->K >=
            (double)UINT32_MAX * 0.9 ||
        !fit(t, max_bytes))
        return false;
    cut(t);
    return true;
}

bool yoke_conv_tile_supports(const yoke_device *dev, const struct yoke_variant *variant,
                             const void *problem)
{
    struct tile_plan t;

    (void)variant;
    return yoke_tile_runs(dev) && plan_of(dev, problem, &t);
}

/* With a filter or two in a group, most of a panel would be zeros. */
bool yoke_conv_tile_prefers(const yoke_device *dev, const struct yoke_variant *variant,
                            const void *problem)
{
    const struct yoke_conv_problem *p = problem;

    return yoke_tile_suits(dev) && p->K >= 3 && yoke_conv_tile_supports(dev, variant, problem);
}

static size_t bytes_of(const struct tile_plan *t)
{
    return t->groups * t->plan.workspace_size * yoke_type_size(t->p.type);
}

size_t yoke_conv_tile_workspace(const yoke_device *dev, const struct yoke_variant *variant,
                                const void *problem)
{
    struct tile_plan t;

    (void)variant;
    return plan_of(dev, problem, &t) ? bytes_of(&t) : 0;
}

yoke_status yoke_conv_tile_plan(yoke_device *dev, const struct yoke_variant *variant,
                                const void *problem, struct yoke_plan *plan)
{
    const struct yoke_conv_problem *p = problem;
    struct yoke_text options;
    struct yoke_step *step;
    struct tile_plan t;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    if (!plan_of(dev, p, &t))
        return yoke_fail(YOKE_ERR_LIMIT, "%zu bytes of workspace are too few for %s",
                         p->max_workspace_bytes, variant->name);
    yoke_conv_options_for(&options, dev, p);
    yoke_options_add_tile(&options, &t.tile);
    TRY(yoke_kernel_get_with(dev, variant->kernel, &options, &kernel));
    TRY(yoke_plan_append(plan, kernel, &step));
    yoke_conv_step_begin(step, &t.p);
    yoke_step_from(step, YOKE_FROM_WORKSPACE);
    yoke_step_from(step, YOKE_FROM_COUNTER);
    const size_t at = yoke_step_value(step, &t.plan, sizeof t.plan);
    yoke_step_chunks(step, t.groups, t.plan.work.n_chunks,
                     at + offsetof(struct yoke_conv_plan, work));
    yoke_plan_need(plan, bytes_of(&t), 0);
out:
    return st;
}
