/* dot.c - the matrix product of 8-bit integers in register tiles (cl/gemm/gemm_dot.cl).
 * SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdint.h>

#include "abi/gemm_dot.h"
#include "base/error.h"
#include "base/size.h"
#include "op/profile.h"
#include "ops/gemm/args.h"
#include "ops/gemm/dot_probe.h"
#include "ops/gemm/families.h"

// clang-format off
enum {
    MAX_KW = 1024,         /* words of k; floats are not exact beyond it                         */
    MIN_KW = 16,           /* under a cap, shorter blocks of k are not worth it                  */
    MAX_PANELS = 16,       /* numbers of panels tried                                            */
    MAX_SPLITS = 32,       /* ranges of rows tried                                               */
    LINE_WORDS = 1024,     /* work-groups' scratch begins so far apart                           */
    LOW = 64,              /* so few rows want a tile that divides them                          */
    NARROW = 16,           /* tiles for fewer columns would be one more program to compile       */
};
// clang-format on

/* What a program is compiled for, and how it is launched. */
struct form {
    struct yoke_tile tile;
    struct yoke_dot dot;
    struct yoke_gemm_dot_plan plan;
    size_t groups;
};

/* Cut C into items so that the units are done soonest: all units draw equal items, and each item
 * packs its panels of B, at most so many, and its rows of A anew. */
static void cut(struct yoke_gemm_dot_plan *s, const struct yoke_profile *own,
                const struct yoke_gemm_problem *p, const struct yoke_tile *tile, size_t max_panels,
                size_t units)
{
    const size_t NR = tile->NV * tile->VW;
    /* Read in place from the last cache, where nothing packed lies beside them. */
    const size_t max_rows = yoke_size_max(2 * own->packed_bytes / p->K, tile->MR);
    const size_t least = yoke_div_up(p->M, max_rows);
    const size_t most = yoke_size_min(least + MAX_SPLITS, yoke_div_up(p->M, tile->MR));
    double best = 0;

    for (size_t panels = max_panels; panels > 0; panels--) {
        const size_t cols = yoke_div_up(p->N, panels * NR);
        for (size_t splits = least; splits <= yoke_size_max(most, least); splits++) {
            const size_t rows = yoke_round_up(yoke_div_up(p->M, splits), tile->MR);
            const size_t row_items = yoke_div_up(p->M, rows);
            const double rounds = (double)yoke_div_up(cols * row_items * p->batch, units);
            const double time =
                rounds *
                ((double)(panels * NR) * (double)(rows + own->pack_b_cost) + (double)rows * 4);
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

/* Words that a group needs beside its panels. */
static size_t words_of_rows(const struct yoke_gemm_dot_plan *s, const struct yoke_tile *tile)
{
    return tile->MR * tile->NV * tile->VW + YOKE_GEMM_TILES_HIGH * tile->MR * s->a_pitch;
}

/* Blocks of kw words of k: how many panels may a group's scratch have? 0: it is too small. */
static size_t panels_within(struct yoke_gemm_dot_plan *s, const struct yoke_tile *tile, size_t kw,
                            size_t words)
{
    const size_t NR = tile->NV * tile->VW, line = YOKE_LINE_BYTES / sizeof(uint32_t);

    s->kw = (uint32_t)kw;
    s->a_pitch = (uint32_t)(yoke_round_up(kw, line) + line);
    const size_t rest = words_of_rows(s, tile);
    return rest < words ? (words - rest) / (NR * (kw + 1)) : 0;
}

/* Blocks of k and at most so many panels of each as a cache keeps. False where a group may have too
 * few words of scratch. */
static bool set_blocks(struct yoke_gemm_dot_plan *s, const struct yoke_profile *own,
                       const struct yoke_gemm_problem *p, const struct yoke_tile *tile,
                       size_t group, size_t max_words)
{
    const size_t cached = own->panel_bytes / 2 / sizeof(uint32_t); /* beside a strip of A */
    const size_t NR = tile->NV * tile->VW, words = yoke_div_up(p->K, group);
    size_t kw = yoke_div_up(words, yoke_div_up(words, MAX_KW));
    size_t panels = panels_within(s, tile, kw, max_words);

    while (panels == 0 && kw > MIN_KW) {
        kw = yoke_div_up(kw, 2);
        panels = panels_within(s, tile, kw, max_words);
    }
    panels = yoke_size_min(panels, yoke_size_max(cached / (kw * NR), 1));
    s->panels = (uint32_t)yoke_size_min(panels, yoke_size_min(MAX_PANELS, yoke_div_up(p->N, NR)));
    return s->panels > 0;
}

/* All but the cut, without which a row is chosen; false where too little scratch is allowed. */
static bool form_of(const yoke_device *dev, const struct yoke_variant *variant,
                    const struct yoke_gemm_problem *p, struct form *f)
{
    const size_t units = yoke_gemm_units(dev, p), group = *(const size_t *)variant->config;
    const size_t max_words = yoke_gemm_max_scratch_bytes(dev, p) / units / sizeof(uint32_t);

    *f = (struct form){
        .tile = yoke_tile_for(dev, YOKE_F32, p->M <= LOW ? p->M : 0, yoke_size_max(p->N, NARROW)),
    };
    f->dot = yoke_dot_for(dev, group, f->tile.VW);
    f->tile.MR = yoke_size_min(f->tile.MR, f->dot.max_rows);
    return set_blocks(&f->plan, yoke_profile_of(dev), p, &f->tile, group,
                      max_words / LINE_WORDS * LINE_WORDS);
}

/* The cut too: as many groups as units, each with scratch of its own. */
static bool cut_form_of(const yoke_device *dev, const struct yoke_variant *variant,
                        const struct yoke_gemm_problem *p, struct form *f)
{
    const size_t units = yoke_gemm_units(dev, p);
    struct yoke_gemm_dot_plan *s = &f->plan;

    if (!form_of(dev, variant, p, f)) return false;
    cut(s, yoke_profile_of(dev), p, &f->tile, s->panels, units);
    const size_t panels_size = s->panels * f->tile.NV * f->tile.VW * (s->kw + 1);
    s->scratch_size = yoke_round_up(panels_size + words_of_rows(s, &f->tile), LINE_WORDS);
    f->groups = yoke_size_min(units, s->n_items);
    return true;
}

bool yoke_gemm_dot_accepts(enum yoke_type type)
{
    return type == YOKE_S8;
}

/* Whether the row runs, and in what form. */
static bool runs(const yoke_device *dev, const struct yoke_variant *variant,
                 const struct yoke_gemm_problem *p, struct form *f)
{
    return variant->accepts(p->type) && p->K > 0 && yoke_tile_runs(dev) &&
           (double)p->batch * (double)p->M * (double)p->N < (double)UINT32_MAX * 0.9 &&
           form_of(dev, variant, p, f);
}

bool yoke_gemm_dot_supports(const yoke_device *dev, const struct yoke_variant *variant,
                            const void *problem)
{
    struct form f;

    return runs(dev, variant, problem, &f);
}

/* Floats are as fast as floats everywhere; more in a word only by an instruction for it. A single
 * column is not worth packing A for. */
bool yoke_gemm_dot_prefers(const yoke_device *dev, const struct yoke_variant *variant,
                           const void *problem)
{
    const struct yoke_gemm_problem *p = problem;
    struct form f;

    return p->N > 1 && yoke_tile_suits(dev) && runs(dev, variant, p, &f) &&
           (f.dot.native || f.dot.group == 1);
}

size_t yoke_gemm_dot_workspace(const yoke_device *dev, const struct yoke_variant *variant,
                               const void *problem)
{
    struct form f;

    if (!cut_form_of(dev, variant, problem, &f)) return 0;
    return f.groups * f.plan.scratch_size * sizeof(uint32_t);
}

yoke_status yoke_gemm_dot_plan(yoke_device *dev, const struct yoke_variant *variant,
                               const void *problem, struct yoke_plan *plan)
{
    const struct yoke_gemm_problem *p = problem;
    struct yoke_text options;
    struct form f;

    if (!cut_form_of(dev, variant, p, &f))
        return yoke_fail(YOKE_ERR_LIMIT, "%zu bytes of workspace are too few for %s",
                         yoke_gemm_max_scratch_bytes(dev, p), variant->name);
    const struct yoke_gemm_chunks chunks = {
        .groups = f.groups,
        .n_chunks = f.plan.n_items,
        .workspace_bytes = f.groups * f.plan.scratch_size * sizeof(uint32_t),
        .plan = &f.plan,
        .plan_bytes = sizeof f.plan,
        .first_at = offsetof(struct yoke_gemm_dot_plan, first_ticket),
    };
    yoke_gemm_options_for(&options, dev, p);
    yoke_options_add_dot(&options, &f.dot, &f.tile);
    return yoke_gemm_plan_chunks(plan, &options, p, &chunks);
}
