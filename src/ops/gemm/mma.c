/* mma.c - the matrix product by matrix units (cl/gemm/gemm_mma.cl).
 * SPDX-License-Identifier: MIT */
#include "ops/gemm/mma.h"

#include <stdint.h>

#include "abi/mma.h"
#include "base/error.h"
#include "base/size.h"
#include "device/open.h"
#include "ops/gemm/args.h"
#include "ops/gemm/families.h"

enum {
    WARP = 32,
    RUN_BYTES = 16,
    LOCAL_BYTES_PER_ROW = 128,                                     /* two staged tiles      */
    EMULATION_BYTES = YOKE_MMA_EMULATION_WORDS * sizeof(uint32_t), /* of a warp */
};

static const struct yoke_mma_tile *tile_of(const struct yoke_variant *variant)
{
    return variant->config;
}

static size_t group_of(const struct yoke_variant *variant)
{
    const struct yoke_mma_tile *t = tile_of(variant);

    return (size_t)WARP * (t->BM / t->WM) * (t->BN / t->WN);
}

static size_t blocks_of(const struct yoke_variant *variant, const struct yoke_gemm_problem *p)
{
    return yoke_div_up(p->M, tile_of(variant)->BM) * yoke_div_up(p->N, tile_of(variant)->BN);
}

bool yoke_gemm_mma_accepts(enum yoke_type type)
{
    return type == YOKE_F16 || type == YOKE_BF16 || type == YOKE_S8 || type == YOKE_F32;
}

/* Numbers of f32 would be rounded to tf32: only where that was asked for. */
static bool may_take(const struct yoke_variant *variant, const struct yoke_gemm_problem *p)
{
    return variant->accepts(p->type) && (p->type != YOKE_F32 || p->allow_tf32);
}

const struct yoke_variant *yoke_mma_smallest(void)
{
    const struct yoke_variant *last = NULL;

    for (size_t i = 0; i < yoke_gemm_class.n_variants; i++)
        if (yoke_gemm_class.variants[i].plan == yoke_gemm_mma_plan)
            last = &yoke_gemm_class.variants[i];
    return last;
}

bool yoke_gemm_mma_supports(const yoke_device *dev, const struct yoke_variant *variant,
                            const void *problem)
{
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    size_t local_bytes = LOCAL_BYTES_PER_ROW * (tile_of(variant)->BM + tile_of(variant)->BN);

    if (!may_take(variant, p) || p->K == 0 || !yoke_tile_runs(dev)) return false;
    if (!yoke_mma_probe(dev, p->type)) local_bytes += group_of(variant) / WARP * EMULATION_BYTES;
    return group_of(variant) <= info->max_group && local_bytes <= info->local_bytes &&
           (double)p->batch * (double)blocks_of(variant, p) <= INT32_MAX;
}

/* The largest tiles that still give every unit a block; the smallest where none do. */
bool yoke_gemm_mma_prefers(const yoke_device *dev, const struct yoke_variant *variant,
                           const void *problem)
{
    const struct yoke_gemm_problem *p = problem;
    return yoke_gemm_mma_supports(dev, variant, p) &&
           (variant == yoke_mma_smallest() ||
            p->batch * blocks_of(variant, p) >= yoke_device_get_info(dev)->units) &&
           yoke_mma_probe(dev, p->type);
}

static bool is_multiple(const struct yoke_matrix *m, size_t stride, size_t elements)
{
    return m->offset % elements == 0 && m->batch % elements == 0 && stride % elements == 0;
}

/* WIDE of staged.clh for an operand of that many rows (columns of B), stride apart and `along`
 * apart. */
static bool is_wide(const struct yoke_matrix *m, size_t alignment_bytes, bool by_k, size_t rows,
                    size_t stride, size_t along, size_t size_bytes)
{
    const size_t elements = by_k ? RUN_BYTES / size_bytes : 2;

    return alignment_bytes % (elements * size_bytes) == 0 &&
           is_multiple(m, by_k ? stride : along, elements) && (by_k || rows % 2 == 0);
}

static struct yoke_mma_form form_of(const struct yoke_gemm_problem *p, bool units)
{
    const struct yoke_matrix *a = &p->at[YOKE_GEMM_A], *b = &p->at[YOKE_GEMM_B];
    const size_t size_bytes = yoke_type_size(p->type);
    struct yoke_mma_form f = {
        .units = units,
        .a_by_k = a->step == 1,
        .b_by_k = b->row == 1,
        .epilogue = yoke_gemm_has_epilogue(p),
    };

    f.wide =
        p->K % (RUN_BYTES / size_bytes) == 0 &&
        is_wide(a, p->alignment_bytes[YOKE_GEMM_A], f.a_by_k, p->M, a->row, a->step, size_bytes) &&
        is_wide(b, p->alignment_bytes[YOKE_GEMM_B], f.b_by_k, p->N, b->step, b->row, size_bytes);
    return f;
}

void yoke_mma_options(struct yoke_text *o, bool fma, enum yoke_type type,
                      const struct yoke_variant *variant, const struct yoke_mma_form *form)
{
    const struct yoke_mma_tile *t = tile_of(variant);

    yoke_gemm_options(o, fma, type, form->epilogue);
    yoke_text_add(o, " -DMMA=%d -DWIDE=%d -DA_BY_K=%d -DB_BY_K=%d", form->units, form->wide,
                  form->a_by_k, form->b_by_k);
    yoke_text_add(o, " -DBM=%u -DBN=%u -DWM=%u -DWN=%u -DWG=%zu", t->BM, t->BN, t->WM, t->WN,
                  group_of(variant));
}

yoke_status yoke_mma_append(struct yoke_plan *plan, bool units, const struct yoke_gemm_problem *p)
{
    const struct yoke_variant *variant = plan->variant;
    const struct yoke_mma_form form = form_of(p, units);
    struct yoke_text options;
    struct yoke_step *step;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_mma_options(&options, yoke_device_get_info(plan->dev)->fma, p->type, variant, &form);
    TRY(yoke_kernel_get_with(plan->dev, variant->kernel, &options, &kernel));
    TRY(yoke_plan_append(plan, kernel, &step));
    yoke_gemm_step_begin(step, p);
    step->launch = (struct yoke_launch){
        .global = { p->batch * blocks_of(variant, p) * group_of(variant) },
        .local = { group_of(variant) },
    };
out:
    return st;
}

yoke_status yoke_gemm_mma_plan(yoke_device *dev, const struct yoke_variant *variant,
                               const void *problem, struct yoke_plan *plan)
{
    const struct yoke_gemm_problem *p = problem;

    (void)variant;
    return yoke_mma_append(plan, yoke_mma_probe(dev, p->type), p);
}
