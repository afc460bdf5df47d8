/* gemm_variants.c - the ways to compute a matrix product, best first.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/size.h"
#include "device/scratch.h"
#include "kernel/kernel.h"
#include "ops/common.h"
#include "ops/gemm.h"
#include "tune/tile.h"

/* struct gemm_shape of gemm_tile.cl, and up to K that of gemm_general.cl; the same in memory. */
struct strides {
    uint64_t a_row, a_step, b_row, b_step, c_row;
    uint64_t a_batch, b_batch, c_batch;
    uint64_t a_offset, b_offset, c_offset;
};
struct tile_shape {
    struct strides at;
    uint64_t scratch_size;
    uint32_t M, N, K, kc;
    uint32_t rows_per_item, panels, row_items, col_items, n_items, first_ticket;
    uint32_t a_pitch, copy_a;
};
struct general_shape {
    struct strides at;
    uint32_t M, N, K, gap;
};

enum {
    MAX_KC = 1024,   /* long sums win although a panel then lies in the second cache          */
    MAX_PANELS = 4,  /* of a work-group: 512 KB of floats with MAX_KC                         */
    TILES_HIGH = 4,  /* MB / MR of gemm_tile.cl                                               */
    PACK_COST = 8,   /* packing an element of B takes as long as multiplying it by 8 rows     */
    MAX_SPLITS = 32, /* ranges of rows tried                                                  */
};
static const size_t max_rows_bytes = (size_t)17 << 20; /* rows of A that stay in the last cache */

static struct strides strides_of(const struct yoke_gemm_problem *p)
{
    return (struct strides){
        p->A.row,   p->A.step,  p->B.row,    p->B.step,   p->C.row,    p->A.batch,
        p->B.batch, p->C.batch, p->A.offset, p->B.offset, p->C.offset,
    };
}

static bool tile_runs(const yoke_device *dev, const void *problem)
{
    const struct yoke_gemm_problem *p = problem;

    return p->K > 0 && yoke_tile_runs(dev) &&
           (double)p->batch * (double)p->M * (double)p->N < (double)UINT32_MAX * 0.9;
}

static bool tile_suits(const yoke_device *dev, const void *problem)
{
    return yoke_tile_suits(dev) && tile_runs(dev, problem);
}

/* Cut C into items so that the units are done soonest: all units draw equal items, and each item
 * packs its panels of B anew. */
static void cut(struct tile_shape *s, const struct yoke_gemm_problem *p,
                const struct yoke_tile *tile, size_t units)
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

static struct tile_shape shape_of(const struct yoke_gemm_problem *p, const struct yoke_tile *tile,
                                  size_t units)
{
    const size_t NR = tile->NV * tile->VW;
    struct tile_shape s = {
        .at = strides_of(p),
        .M = (uint32_t)p->M,
        .N = (uint32_t)p->N,
        .K = (uint32_t)p->K,
        .kc = (uint32_t)yoke_div_up(p->K, yoke_div_up(p->K, MAX_KC)),
    };

    const size_t size = yoke_type_size(p->type), line = YOKE_LINE_BYTES / size;

    cut(&s, p, tile, units);
    s.copy_a = p->A.row * size % YOKE_BAD_STRIDE == 0;
    s.a_pitch = (uint32_t)(yoke_round_up(s.kc, line) + line);
    s.scratch_size = yoke_round_up(
        s.kc * s.panels * NR + s.a_pitch * TILES_HIGH * tile->MR + tile->MR * NR, 1024);
    return s;
}

static yoke_status enqueue_tile(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                                const void *arrays, yoke_event **event)
{
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_gemm_arrays *a = arrays;
    yoke_device *dev = yoke_queue_device(q);
    const struct yoke_tile tile = yoke_tile_for(dev, p->type, 0, p->N);
    const size_t units = yoke_device_get_info(dev)->units;
    struct tile_shape s = shape_of(p, &tile, units);
    const size_t groups = yoke_size_min(units, s.n_items);
    const struct yoke_scalar alpha = yoke_scalar(p->type, p->alpha),
                             beta = yoke_scalar(p->type, p->beta);
    char options[YOKE_OPTIONS_ROOM];
    const yoke_buffer *scratch, *counter;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_options_tile(options, dev, p->type, &tile);
    TRY(yoke_kernel_get(dev, row->files, options, &kernel));
    TRY(yoke_queue_scratch(q, groups * s.scratch_size * yoke_type_size(p->type), &scratch));
    TRY(yoke_queue_tickets(q, &counter, &s.first_ticket));
    const struct yoke_arg args[] = {
        YOKE_ARG_BUFFER(a->C),    YOKE_ARG_BUFFER(a->A),    YOKE_ARG_BUFFER(a->B),
        YOKE_ARG_BUFFER(scratch), YOKE_ARG_BUFFER(counter), YOKE_ARG_VALUE(s),
        yoke_scalar_arg(&alpha),  yoke_scalar_arg(&beta),
    };
    TRY(yoke_enqueue_items(q, kernel, groups, s.n_items, args, sizeof args / sizeof *args, event));
out:
    return st;
}

static yoke_status enqueue_general(yoke_queue *q, const struct yoke_variant *row,
                                   const void *problem, const void *arrays, yoke_event **event)
{
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_gemm_arrays *a = arrays;
    yoke_device *dev = yoke_queue_device(q);
    const struct general_shape s = {
        .at = strides_of(p), .M = (uint32_t)p->M, .N = (uint32_t)p->N, .K = (uint32_t)p->K
    };
    const struct yoke_scalar alpha = yoke_scalar(p->type, p->alpha),
                             beta = yoke_scalar(p->type, p->beta);
    char options[YOKE_OPTIONS_ROOM];
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_options_plain(options, dev, p->type);
    TRY(yoke_kernel_get(dev, row->files, options, &kernel));
    const struct yoke_launch launch = yoke_launch_3d(kernel, p->N, p->M, p->batch);
    const struct yoke_arg args[] = {
        YOKE_ARG_BUFFER(a->C), YOKE_ARG_BUFFER(a->A),   YOKE_ARG_BUFFER(a->B),
        YOKE_ARG_VALUE(s),     yoke_scalar_arg(&alpha), yoke_scalar_arg(&beta),
    };
    TRY(yoke_kernel_enqueue(q, kernel, &launch, args, sizeof args / sizeof *args, event));
out:
    return st;
}

// clang-format off
const struct yoke_variant yoke_gemm_variants[] = {
    { "gemm_tile",    { "yoke.clh", "tile.clh", "gemm_tile.cl" }, true,
      tile_suits,          tile_runs,           enqueue_tile },
    { "gemm_general", { "yoke.clh", "gemm_general.cl" },          false,
      yoke_variant_always, yoke_variant_always, enqueue_general },
};
// clang-format on
const size_t yoke_n_gemm_variants = sizeof yoke_gemm_variants / sizeof *yoke_gemm_variants;
