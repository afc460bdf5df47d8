/* skinny.c - a matrix product whose result has few rows or few columns.
 * SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdint.h>

#include "abi/gemm_skinny.h"
#include "base/error.h"
#include "base/size.h"
#include "op/profile.h"
#include "op/tile.h"
#include "ops/gemm/args.h"
#include "ops/gemm/families.h"

// clang-format off
enum {
    MAX_HEIGHT = 32,         /* with more rows the arithmetic takes longer than the memory       */
    WIDEST_VECTOR = 16,      /* of any device                                                    */
    LEAST_LENGTH = 64,       /* of a row or column of L: shorter ones are all beginning and end  */
    MAX_KC = 4096,           /* of a sum in registers: longer ones are rounded too often         */
    MAX_ROUNDED_K = 1 << 16, /* where C cannot hold sums of blocks of k                          */
    MAX_COLS = 1024,         /* of an item by rows: a page                                       */
    ITEMS_PER_UNIT = 4,      /* so that all units end at about the same time                     */
    COLS = 4,                /* of L in registers at once, where sums run over k                 */
    SCRATCH_NUMBERS = 1024,  /* work-groups' scratch begins so far apart                         */
};
// clang-format on

/* The larger operand as K x W: element (k, w) at k * row + w * step. */
static struct yoke_matrix large_of(const struct yoke_gemm_problem *p)
{
    struct yoke_matrix m = p->at[p->M <= p->N ? YOKE_GEMM_B : YOKE_GEMM_A];

    if (p->M > p->N) {
        const size_t row = m.row;
        m.row = m.step;
        m.step = row;
    }
    return m;
}

/* Rows of L, rather than columns: a row must have a vector's width. */
static bool reads_rows(const struct yoke_gemm_problem *p)
{
    const struct yoke_matrix L = large_of(p);

    return L.step == 1 && (L.row != 1 || yoke_size_max(p->M, p->N) >= WIDEST_VECTOR);
}

static struct yoke_gemm_skinny_plan plan_of(const struct yoke_gemm_problem *p,
                                            const yoke_device *dev)
{
    const struct yoke_profile *own = yoke_profile_of(dev);
    const size_t size = yoke_gemm_number_bytes(p->type), line = YOKE_LINE_BYTES / size;
    const size_t H = yoke_size_min(p->M, p->N), W = yoke_size_max(p->M, p->N);
    const size_t units = yoke_gemm_units(dev, p);
    const bool rounds = yoke_type_size(p->type) < size, by_rows = reads_rows(p);
    const size_t small = own->skinny_small_bytes / size / H; /* stays in the second cache */
    const size_t max_kc = rounds && !by_rows ? p->K : yoke_size_min(MAX_KC, small);
    const size_t kc = yoke_div_up(p->K, yoke_div_up(p->K, max_kc));
    const size_t pitch = yoke_round_up(kc, line) + line;
    size_t cols = yoke_round_up(yoke_div_up(W * p->batch, ITEMS_PER_UNIT * units), 4 * line);
    size_t sums = 0;

    if (by_rows) {
        const size_t most = own->skinny_sums_bytes / size / H / line * line;
        cols = yoke_size_min(cols, yoke_size_min(MAX_COLS, yoke_size_max(most, line)));
        sums = H * yoke_round_up(cols, WIDEST_VECTOR);
    }
    cols = yoke_size_min(cols, W);
    return (struct yoke_gemm_skinny_plan){
        .scratch_size = yoke_round_up(yoke_round_up(H, 4) * pitch + sums, SCRATCH_NUMBERS),
        .H = (uint32_t)H,
        .W = (uint32_t)W,
        .kc = (uint32_t)kc,
        .s_pitch = (uint32_t)pitch,
        .cols_per_item = (uint32_t)cols,
        .col_items = (uint32_t)yoke_div_up(W, cols),
        .n_items = (uint32_t)(yoke_div_up(W, cols) * p->batch),
        .by_rows = by_rows,
        .flipped = p->M > p->N,
    };
}

size_t yoke_gemm_skinny_workspace(const yoke_device *dev, const struct yoke_variant *variant,
                                  const void *problem)
{
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_gemm_skinny_plan s = plan_of(p, dev);

    (void)variant;
    return yoke_size_min(yoke_gemm_units(dev, p), s.n_items) * s.scratch_size *
           yoke_gemm_number_bytes(p->type);
}

bool yoke_gemm_skinny_supports(const yoke_device *dev, const struct yoke_variant *variant,
                               const void *problem)
{
    const struct yoke_gemm_problem *p = problem;
    const size_t H = yoke_size_min(p->M, p->N), W = yoke_size_max(p->M, p->N);
    const bool by_rows = reads_rows(p), rounds = yoke_variant_no_rounding(p->type) == false;

    if (!variant->accepts(p->type) || p->K == 0 || H == 0 || H > MAX_HEIGHT || !yoke_tile_runs(dev))
        return false;
    if (by_rows ? W < WIDEST_VECTOR : rounds && p->K > MAX_ROUNDED_K) return false;
    if ((double)p->batch * (double)W > (double)UINT32_MAX * 0.9) return false;
    return yoke_gemm_skinny_workspace(dev, variant, p) <= yoke_gemm_max_scratch_bytes(dev, p);
}

/* Where reading the large matrix takes longer than the arithmetic; a smaller one is multiplied from
 * caches, in tiles. */
bool yoke_gemm_skinny_prefers(const yoke_device *dev, const struct yoke_variant *variant,
                              const void *problem)
{
    const struct yoke_gemm_problem *p = problem;
    const size_t H = yoke_size_min(p->M, p->N), W = yoke_size_max(p->M, p->N);
    const double bytes = (double)p->K * (double)W * (double)yoke_gemm_number_bytes(p->type);

    return yoke_tile_suits(dev) && yoke_gemm_skinny_supports(dev, variant, problem) &&
           (reads_rows(p) ? W : p->K) >= LEAST_LENGTH &&
           bytes >= (double)H * (double)yoke_profile_of(dev)->skinny_bytes;
}

yoke_status yoke_gemm_skinny_plan(yoke_device *dev, const struct yoke_variant *variant,
                                  const void *problem, struct yoke_plan *plan)
{
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_gemm_skinny_plan s = plan_of(p, dev);
    struct yoke_tile tile = yoke_tile_for(dev, p->type, 0, SIZE_MAX);
    struct yoke_text options;

    tile.NV = COLS;
    tile.MR = s.H > 2 ? 4 : s.H;
    yoke_gemm_options_for(&options, dev, p);
    yoke_options_add_tile(&options, &tile);
    const struct yoke_gemm_chunks chunks = {
        .groups = yoke_size_min(yoke_gemm_units(dev, p), s.n_items),
        .n_chunks = s.n_items,
        .workspace_bytes = yoke_gemm_skinny_workspace(dev, variant, p),
        .plan = &s,
        .plan_bytes = sizeof s,
        .first_at = offsetof(struct yoke_gemm_skinny_plan, first_ticket),
    };
    return yoke_gemm_plan_chunks(plan, &options, p, &chunks);
}
