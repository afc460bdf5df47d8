/* gemm_tile.c - the matrix product in register tiles, for devices whose work-item is a thread.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "base/error.h"
#include "base/size.h"
#include "device/scratch.h"
#include "ops/gemm_args.h"
#include "ops/gemm_rows.h"
#include "tune/tile.h"

/* struct gemm_plan of gemm_tile.cl, the same in memory. */
struct plan {
    uint64_t scratch_size;
    uint32_t kc, rows_per_item, panels, row_items, col_items, n_items, first_ticket;
    uint32_t a_pitch, copy_a;
    uint32_t gap;
};

enum {
    MAX_KC = 1024,   /* long sums win although a panel then lies in the second cache          */
    MAX_PANELS = 4,  /* of a work-group: 512 KB of floats with MAX_KC                         */
    TILES_HIGH = 4,  /* MB / MR of gemm_tile.cl                                               */
    PACK_COST = 8,   /* packing an element of B takes as long as multiplying it by 8 rows     */
    MAX_SPLITS = 32, /* ranges of rows tried                                                  */
};
static const size_t max_rows_bytes = (size_t)17 << 20; /* rows of A that stay in the last cache */

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

/* Cut C into items so that the units are done soonest: all units draw equal items, and each item
 * packs its panels of B anew. */
static void cut(struct plan *s, const struct yoke_gemm_problem *p, const struct yoke_tile *tile,
                size_t units)
{
    const size_t NR = tile->NV * tile->VW;
    const size_t row_bytes = yoke_size_max(p->K * yoke_type_size(p->type), 1);
    const size_t max_rows = yoke_size_max(max_rows_bytes / row_bytes, tile->MR);
    const size_t least = yoke_div_up(p->M, max_rows);
    const size_t most = yoke_size_min(least + MAX_SPLITS, yoke_div_up(p->M, tile->MR));
    double best = 0;

    for (size_t panels = yoke_size_min(MAX_PANELS, yoke_div_up(p->N, NR)); panels > 0; panels--) {
        const size_t cols = yoke_div_up(p->N, panels * NR);
        for (size_t splits = least; splits <= yoke_size_max(most, least); splits++) {
            const size_t rows = yoke_round_up(yoke_div_up(p->M, splits), tile->MR);
            const size_t row_items = yoke_div_up(p->M, rows);
            const double rounds = (double)yoke_div_up(cols * row_items * p->batch, units);
            const double time = rounds * (double)(panels * NR) * (double)(rows + PACK_COST);
            if (best > 0 && time >= best) continue;
            best = time;
            s->panels = (uint32_t)panels;
            s->col_items = (uint32_t)cols;
            s->rows_per_item = (uint32_t)rows;
            s->row_items = (uint32_t)row_items;
        }
    }
    s->n_items = (uint32_t)(s->col_items * s->row_items * p->batch);
}

static struct plan plan_of(const struct yoke_gemm_problem *p, const struct yoke_tile *tile,
                           size_t units)
{
    const size_t NR = tile->NV * tile->VW;
    const size_t size = yoke_type_size(p->type), line = YOKE_LINE_BYTES / size;
    struct plan s = { .kc = (uint32_t)yoke_div_up(p->K, yoke_div_up(p->K, MAX_KC)) };

    cut(&s, p, tile, units);
    s.copy_a = p->at[YOKE_GEMM_A].row * size % YOKE_BAD_STRIDE == 0;
    s.a_pitch = (uint32_t)(yoke_round_up(s.kc, line) + line);
    s.scratch_size = yoke_round_up(
        s.kc * s.panels * NR + s.a_pitch * TILES_HIGH * tile->MR + tile->MR * NR, 1024);
    return s;
}

yoke_status yoke_gemm_enqueue_tile(yoke_queue *q, const struct yoke_variant *row,
                                   const void *problem, const void *arrays, yoke_event **event)
{
    const struct yoke_gemm_problem *p = problem;
    yoke_device *dev = yoke_queue_device(q);
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    const struct yoke_tile tile = yoke_tile_for(dev, p->type, 0, p->N);
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
    TRY(yoke_queue_scratch(q, groups * s.scratch_size * yoke_type_size(p->type), &scratch));
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
