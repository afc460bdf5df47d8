/* tile.c - the matrix product in register tiles, for devices whose work-item is a thread.
 * SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdint.h>

#include "abi/gemm_tile.h"
#include "base/element.h"
#include "base/error.h"
#include "base/size.h"
#include "op/profile.h"
#include "op/tile.h"
#include "ops/gemm/args.h"
#include "ops/gemm/families.h"

// clang-format off
enum {
    MAX_SPLITS = 32,     /* ranges of rows tried                                                 */
    MAX_ROUNDS = 4,      /* items that a unit takes one after another, tried                     */
    LINE_NUMBERS = 1024, /* work-groups' scratch begins so far apart: a page of memory           */
    LOW = 64,            /* so few rows want a tile that divides them                            */
    NARROW = 16,         /* tiles for fewer columns would be one more program to compile         */
    MIN_KC = 64,         /* under a cap, shorter blocks of k are given up last                   */
};
// clang-format on

const char yoke_gemm_tile_name[] = "gemm_tile";

/* Whether an operand's numbers are those of the arithmetic, and its neighbours in caches no rivals.
 */
static bool can_stay(const struct yoke_profile *own, const struct yoke_gemm_problem *p,
                     size_t pitch)
{
    return (p->type == YOKE_F32 || p->type == YOKE_F64) &&
           pitch * yoke_gemm_number_bytes(p->type) % own->conflict_bytes != 0;
}

/* Of an item whose rows of A are read in place. */
static size_t max_cols_in_place(const struct yoke_profile *own, const struct yoke_gemm_problem *p)
{
    return p->at[YOKE_GEMM_A].step == 1 ? own->in_place_cols : own->in_place_cols_t;
}

/* What need not be packed for a cut. */
static void choose_sources(struct yoke_gemm_tile_plan *s, const struct yoke_profile *own,
                           const struct yoke_gemm_problem *p)
{
    const struct yoke_matrix *a = &p->at[YOKE_GEMM_A], *b = &p->at[YOKE_GEMM_B];
    const size_t bytes = yoke_gemm_number_bytes(p->type);

    if (s->a_is != YOKE_GEMM_PACKED)
        s->a_is = s->cols_per_item <= max_cols_in_place(own, p) &&
                          can_stay(own, p, a->step == 1 ? a->row : a->step)
                      ? YOKE_GEMM_IN_PLACE
                      : YOKE_GEMM_TO_PACK;
    if (s->b_is != YOKE_GEMM_PACKED)
        s->b_is =
            b->step == 1 && b->row <= own->spread_bytes / bytes / s->kc && can_stay(own, p, b->row)
                ? YOKE_GEMM_IN_PLACE
                : YOKE_GEMM_TO_PACK;
}

/* What is read in place, or was packed beforehand, has to come from afar all the same: so much of
 * what packing takes. */
static const double fetching = 0.25;

/* What A costs an item for each of its rows, in columns. In place it grows with the columns, until
 * packing takes no longer. */
static double cost_of_a(const struct yoke_gemm_tile_plan *s, const struct yoke_profile *own,
                        size_t limit)
{
    const double pack = (double)own->pack_a_cost;

    if (s->a_is == YOKE_GEMM_TO_PACK) return pack;
    if (s->a_is == YOKE_GEMM_PACKED) return fetching * pack;
    return pack * (fetching + (1 - fetching) * s->cols_per_item / (double)limit);
}

static double cost_of_b(const struct yoke_gemm_tile_plan *s, const struct yoke_profile *own)
{
    return (double)own->pack_b_cost * (s->b_is == YOKE_GEMM_TO_PACK ? 1 : fetching);
}

/* How long the items of a cut take, in products of one row and one column. */
static double cut_time(const struct yoke_gemm_tile_plan *s, const struct yoke_profile *own,
                       const struct yoke_gemm_problem *p, size_t units)
{
    const double rows = s->rows_per_item, cols = s->cols_per_item;
    const size_t items = (size_t)s->row_items * s->col_items * p->batch;

    return (double)yoke_div_up(items, units) *
           (rows * cols + rows * cost_of_a(s, own, max_cols_in_place(own, p)) +
            cols * cost_of_b(s, own));
}

/* Cut C into items so that the units are done soonest: all units draw equal items, and each item
 * packs its rows of A and its columns of B anew. `width` columns are a panel. */
static void cut(struct yoke_gemm_tile_plan *s, const struct yoke_profile *own,
                const struct yoke_gemm_problem *p, size_t MR, size_t width, size_t units)
{
    const size_t column_bytes = s->kc * yoke_type_parts(p->type) * yoke_gemm_number_bytes(p->type);
    const size_t max_rows = yoke_size_max(own->packed_bytes / column_bytes, MR);
    const size_t least = yoke_div_up(p->M, max_rows);
    const size_t most = yoke_size_min(least + MAX_SPLITS, yoke_div_up(p->M, MR));
    double best = 0;

    for (size_t splits = least; splits <= yoke_size_max(most, least); splits++) {
        for (size_t rounds = 1; rounds <= MAX_ROUNDS; rounds++) {
            struct yoke_gemm_tile_plan t = *s;
            const size_t col_items = yoke_div_up(units * rounds, splits * p->batch);
            t.rows_per_item = (uint32_t)yoke_round_up(yoke_div_up(p->M, splits), MR);
            t.cols_per_item = (uint32_t)yoke_round_up(yoke_div_up(p->N, col_items), width);
            t.row_items = (uint32_t)yoke_div_up(p->M, t.rows_per_item);
            t.col_items = (uint32_t)yoke_div_up(p->N, t.cols_per_item);
            choose_sources(&t, own, p);
            const double time = cut_time(&t, own, p, units);
            if (best > 0 && time >= best) continue;
            best = time;
            *s = t;
        }
    }
}

/* What a work-group needs, in numbers. */
static void set_scratch(struct yoke_gemm_tile_plan *s, const struct yoke_gemm_problem *p,
                        const struct yoke_tile *tile)
{
    const size_t NR = tile->NV * tile->VW, kc = s->kc * yoke_type_parts(p->type);
    const bool sums_in_c = p->type != YOKE_F16 && p->type != YOKE_BF16;

    const bool keep = s->cols_per_item > s->panels * NR / yoke_type_parts(p->type);
    const size_t rows =
        keep ? s->rows_per_item : yoke_size_min(s->rows_per_item, YOKE_GEMM_TILES_HIGH * tile->MR);
    const size_t tiles[] = { rows, 0, tile->MR }, panels[] = { s->panels, 0, 1 };

    s->tiles_size = tiles[s->a_is] * kc;
    s->panels_size = panels[s->b_is] * NR * kc;
    s->scratch_size = s->panels_size + tile->MR * NR + s->tiles_size;
    if (!sums_in_c && s->kc < p->K) s->scratch_size += (size_t)s->rows_per_item * s->cols_per_item;
    s->scratch_size = yoke_round_up(s->scratch_size, LINE_NUMBERS);
}

/* Take less at a time until a work-group's scratch fits; false where nothing is left to take away.
 */
static bool shrink(struct yoke_gemm_tile_plan *s, const struct yoke_gemm_problem *p,
                   const struct yoke_tile *tile, size_t max_numbers)
{
    const size_t width = tile->NV * tile->VW / yoke_type_parts(p->type);

    while (s->scratch_size > max_numbers) {
        if (s->rows_per_item > YOKE_GEMM_TILES_HIGH * tile->MR &&
            s->rows_per_item >= s->panels * width)
            s->rows_per_item = (uint32_t)yoke_round_up(s->rows_per_item / 2, tile->MR);
        else if (s->panels > 1)
            s->panels /= 2;
        else if (s->kc > MIN_KC)
            s->kc /= 2;
        else if (s->rows_per_item > tile->MR)
            s->rows_per_item = (uint32_t)tile->MR;
        else if (s->cols_per_item > width)
            s->cols_per_item = (uint32_t)width;
        else
            return false;
        set_scratch(s, p, tile);
    }
    return true;
}

/* As many groups as units, each with scratch of its own; false where too little is allowed. */
static bool plan_of(const yoke_device *dev, const struct yoke_gemm_problem *p,
                    const struct yoke_tile *tile, struct yoke_gemm_tile_plan *out)
{
    const struct yoke_profile *own = yoke_profile_of(dev);
    const size_t units = yoke_gemm_units(dev, p), parts = yoke_type_parts(p->type);
    const size_t width = tile->NV * tile->VW / parts;
    const size_t k_block = yoke_type_is_double(p->type) ? own->k_block_f64 : own->k_block;
    struct yoke_gemm_tile_plan s = {
        .kc = (uint32_t)yoke_div_up(p->K, yoke_div_up(p->K, k_block)),
        .a_is = p->in_panels[YOKE_GEMM_A] ? YOKE_GEMM_PACKED : YOKE_GEMM_TO_PACK,
        .b_is = p->in_panels[YOKE_GEMM_B] ? YOKE_GEMM_PACKED : YOKE_GEMM_TO_PACK
    };

    cut(&s, own, p, tile->MR, width, units);
    const size_t panel_bytes = tile->NV * tile->VW * s.kc * parts * yoke_gemm_number_bytes(p->type);
    const size_t max_panels = yoke_size_max(own->panel_bytes / panel_bytes, 1);
    const size_t panels = s.cols_per_item / width;
    s.panels = (uint32_t)yoke_div_up(panels, yoke_div_up(panels, max_panels));
    set_scratch(&s, p, tile);
    if (!shrink(&s, p, tile,
                yoke_gemm_max_scratch_bytes(dev, p) / units / yoke_gemm_number_bytes(p->type)))
        return false;
    s.row_items = (uint32_t)yoke_div_up(p->M, s.rows_per_item);
    s.col_items = (uint32_t)yoke_div_up(p->N, s.cols_per_item);
    s.n_items = (uint32_t)(s.col_items * s.row_items * p->batch);
    *out = s;
    return true;
}

static struct yoke_tile tile_of(const yoke_device *dev, const struct yoke_gemm_problem *p)
{
    const size_t cols = p->N * yoke_type_parts(p->type);

    if (p->tile.MR) return p->tile;
    return yoke_tile_for(dev, p->type, p->M <= LOW ? p->M : 0, yoke_size_max(cols, NARROW));
}

/* So many bytes for each unit are enough for any problem: a plan can be made smaller. */
static const size_t enough_bytes = (size_t)1 << 20;

bool yoke_gemm_tile_supports(const yoke_device *dev, const struct yoke_variant *variant,
                             const void *problem)
{
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_tile tile = tile_of(dev, p);
    struct yoke_gemm_tile_plan plan;

    return variant->accepts(p->type) && p->K > 0 && yoke_tile_runs(dev) &&
           (double)p->batch * (double)p->M * (double)p->N < (double)UINT32_MAX * 0.9 &&
           (yoke_gemm_max_scratch_bytes(dev, p) / yoke_gemm_units(dev, p) >= enough_bytes ||
            plan_of(dev, p, &tile, &plan));
}

bool yoke_gemm_tile_prefers(const yoke_device *dev, const struct yoke_variant *variant,
                            const void *problem)
{
    return yoke_tile_suits(dev) && yoke_gemm_tile_supports(dev, variant, problem);
}

size_t yoke_gemm_tile_workspace(const yoke_device *dev, const struct yoke_variant *variant,
                                const void *problem)
{
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_tile tile = tile_of(dev, p);
    struct yoke_gemm_tile_plan plan;

    (void)variant;
    if (!plan_of(dev, p, &tile, &plan)) return 0;
    return yoke_size_min(yoke_gemm_units(dev, p), plan.n_items) * plan.scratch_size *
           yoke_gemm_number_bytes(p->type);
}

yoke_status yoke_gemm_tile_plan(yoke_device *dev, const struct yoke_variant *variant,
                                const void *problem, struct yoke_plan *plan)
{
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_tile tile = tile_of(dev, p);
    struct yoke_text options;
    struct yoke_gemm_tile_plan s;

    if (!plan_of(dev, p, &tile, &s))
        return yoke_fail(YOKE_ERR_LIMIT, "%zu bytes of workspace are too few for %s",
                         yoke_gemm_max_scratch_bytes(dev, p), variant->name);
    const size_t groups = yoke_size_min(yoke_gemm_units(dev, p), s.n_items);
    const struct yoke_gemm_chunks chunks = {
        .groups = groups,
        .n_chunks = s.n_items,
        .workspace_bytes = groups * s.scratch_size * yoke_gemm_number_bytes(p->type),
        .plan = &s,
        .plan_bytes = sizeof s,
        .first_at = offsetof(struct yoke_gemm_tile_plan, first_ticket),
    };
    yoke_gemm_options_for(&options, dev, p);
    yoke_options_add_tile(&options, &tile);
    return yoke_gemm_plan_chunks(plan, &options, p, &chunks);
}
