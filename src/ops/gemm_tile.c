/* gemm_tile.c - the matrix product in register tiles, for devices whose work-item is a thread.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "base/element.h"
#include "base/error.h"
#include "base/size.h"
#include "device/scratch.h"
#include "ops/gemm_args.h"
#include "ops/gemm_rows.h"
#include "tune/tile.h"

/* struct gemm_plan of gemm_tile.cl, the same in memory. */
struct plan {
    uint64_t scratch_size, tiles_size;
    uint32_t kc, panels, rows_per_item, cols_per_item, row_items, col_items, n_items, first_ticket;
    uint32_t a_packed, b_packed;
};

enum {
    MAX_KC = 1024,    /* long sums win although a panel then lies in the second cache          */
    MAX_PANELS = 6,   /* of B packed at once: 768 KB of floats with MAX_KC                     */
    PACK_A_COST = 15, /* packing a number of A takes as long as multiplying it by 15 columns   */
    PACK_B_COST = 35, /* packing a number of B takes as long as multiplying it by 35 rows      */
    MAX_SPLITS = 32,  /* ranges of rows tried                                                  */
    MAX_ROUNDS = 4,   /* items that a unit takes one after another, tried                      */
};
static const size_t max_packed_bytes = (size_t)8 << 20; /* of A: the units share the last cache */

const char yoke_gemm_tile_name[] = "gemm_tile";

bool yoke_gemm_tile_runs(const yoke_device *dev, const struct yoke_variant *row,
                         const void *problem)
{
    const struct yoke_gemm_problem *p = problem;

    return row->takes(p->type) && p->K > 0 && yoke_tile_runs(dev) &&
           (double)p->batch * (double)p->M * (double)p->N < (double)UINT32_MAX * 0.9;
}

bool yoke_gemm_tile_suits(const yoke_device *dev, const struct yoke_variant *row,
                          const void *problem)
{
    return yoke_tile_suits(dev) && yoke_gemm_tile_runs(dev, row, problem);
}

/* Numbers that the arithmetic works on, in bytes: of K, of N. */
static size_t number_bytes(enum yoke_type type)
{
    return yoke_type_is_double(type) ? 8 : 4;
}

/* How long the items of a cut take, in products of one row and one column. */
static double cut_time(const struct plan *s, size_t batch, size_t units)
{
    const double rows = s->rows_per_item, cols = s->cols_per_item;
    const size_t items = (size_t)s->row_items * s->col_items * batch;

    return (double)yoke_div_up(items, units) *
           (rows * cols + rows * PACK_A_COST + cols * PACK_B_COST);
}

/* Cut C into items so that the units are done soonest: all units draw equal items, and each item
 * packs its rows of A and its columns of B anew. `width` columns are a panel. */
static void cut(struct plan *s, const struct yoke_gemm_problem *p, size_t MR, size_t width,
                size_t units)
{
    const size_t column_bytes = s->kc * yoke_type_parts(p->type) * number_bytes(p->type);
    const size_t max_rows = yoke_size_max(max_packed_bytes / column_bytes, MR);
    const size_t least = yoke_div_up(p->M, max_rows);
    const size_t most = yoke_size_min(least + MAX_SPLITS, yoke_div_up(p->M, MR));
    double best = 0;

    for (size_t splits = least; splits <= yoke_size_max(most, least); splits++) {
        for (size_t rounds = 1; rounds <= MAX_ROUNDS; rounds++) {
            struct plan t = *s;
            const size_t col_items = yoke_div_up(units * rounds, splits * p->batch);
            t.rows_per_item = (uint32_t)yoke_round_up(yoke_div_up(p->M, splits), MR);
            t.cols_per_item = (uint32_t)yoke_round_up(yoke_div_up(p->N, col_items), width);
            t.row_items = (uint32_t)yoke_div_up(p->M, t.rows_per_item);
            t.col_items = (uint32_t)yoke_div_up(p->N, t.cols_per_item);
            const double time = cut_time(&t, p->batch, units);
            if (best > 0 && time >= best) continue;
            best = time;
            *s = t;
        }
    }
    s->n_items = (uint32_t)(s->col_items * s->row_items * p->batch);
}

static struct plan plan_of(const struct yoke_gemm_problem *p, const struct yoke_tile *tile,
                           size_t units)
{
    const size_t NR = tile->NV * tile->VW, parts = yoke_type_parts(p->type);
    struct plan s = { .kc = (uint32_t)yoke_div_up(p->K, yoke_div_up(p->K, MAX_KC)) };
    const bool sums_in_c = p->type != YOKE_F16 && p->type != YOKE_BF16;

    cut(&s, p, tile->MR, NR / parts, units);
    const size_t panels = s.cols_per_item / (NR / parts);
    const size_t rows = s.rows_per_item, kc = s.kc * parts;
    s.panels = (uint32_t)yoke_div_up(panels, yoke_div_up(panels, MAX_PANELS));
    s.a_packed = p->in_panels[YOKE_GEMM_A];
    s.b_packed = p->in_panels[YOKE_GEMM_B];
    s.tiles_size = s.a_packed ? 0 : rows * kc;
    s.scratch_size = s.panels * NR * kc + tile->MR * NR + s.tiles_size;
    if (!sums_in_c && s.kc < p->K) s.scratch_size += rows * s.cols_per_item;
    s.scratch_size = yoke_round_up(s.scratch_size, 1024);
    return s;
}

yoke_status yoke_gemm_enqueue_tile(yoke_queue *q, const struct yoke_variant *row,
                                   const void *problem, const void *arrays, yoke_event **event)
{
    const struct yoke_gemm_problem *p = problem;
    yoke_device *dev = yoke_queue_device(q);
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    const struct yoke_tile tile =
        p->tile.MR ? p->tile : yoke_tile_for(dev, p->type, 0, p->N * yoke_type_parts(p->type));
    struct plan s = plan_of(p, &tile, info->units);
    const size_t groups = yoke_size_min(info->units, s.n_items);
    const yoke_buffer *scratch, *counter;
    struct yoke_options options;
    struct yoke_gemm_args a;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_gemm_options(&options, info->fma, p->type, yoke_gemm_has_epilogue(p));
    yoke_options_add_tile(&options, &tile);
    TRY(yoke_kernel_get(dev, row->files, options.text, &kernel));
    TRY(yoke_queue_scratch(q, groups * s.scratch_size * number_bytes(p->type), &scratch));
    TRY(yoke_queue_tickets(q, &counter, &s.first_ticket));
    yoke_gemm_args_begin(&a, p, arrays);
    size_t n = YOKE_GEMM_N_ARGS;
    a.args[n++] = YOKE_ARG_BUFFER(scratch);
    a.args[n++] = YOKE_ARG_BUFFER(counter);
    a.args[n++] = YOKE_ARG_VALUE(s);
    TRY(yoke_enqueue_items(q, kernel, groups, s.n_items, a.args, n, event));
out:
    return st;
}
