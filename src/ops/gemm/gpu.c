/* gpu.c - the matrix product in tiles of local memory, for GPUs.
 * SPDX-License-Identifier: MIT
 *
 * Variants are named after their tile, gemm_gpu_BMxBN. */
#include "ops/gemm/gpu.h"

#include <string.h>

#include "base/element.h"
#include "base/error.h"
#include "base/size.h"
#include "device/open.h"
#include "ops/gemm/args.h"
#include "ops/gemm/families.h"

/* Offsets within a block have 32 bits, also those of the rows that a tile has too many. */
static const double max_block_bytes = 0x1p31;

struct tile {
    size_t BM, BN, BK, TM, TN, items;
};

static struct tile tile_of(const struct yoke_variant *variant, enum yoke_type type)
{
    const struct yoke_gpu_tile *config = variant->config;
    const size_t half = yoke_type_is_double(type) ? 2 : 1;
    struct tile t = {
        .BM = config->BM,
        .BN = config->BN / half,
        .BK = config->BK / half,
        .TM = config->TM,
        .TN = config->TN / half,
    };

    t.items = (t.BM / t.TM) * (t.BN / t.TN);
    return t;
}

/* Numbers of the arithmetic in 16 bytes: VW of gemm_gpu.clh. */
static size_t vector_of(enum yoke_type type)
{
    return yoke_type_is_double(type) ? 2 : 4;
}

static enum yoke_gpu_maker maker_of(const yoke_device *dev)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);

    if (strstr(info->version, "PoCL")) return YOKE_GPU_OTHER; /* other options, other compiler */
    if (strstr(info->vendor, "NVIDIA")) return YOKE_GPU_NVIDIA;
    if (strstr(info->vendor, "Intel"))
        return strstr(info->name, "GPU Max") ? YOKE_GPU_MAX : YOKE_GPU_INTEL;
    if (!strstr(info->vendor, "AMD") && !strstr(info->vendor, "Advanced Micro"))
        return YOKE_GPU_OTHER;
    return strncmp(info->name, "gfx90a", 6) == 0 || strncmp(info->name, "gfx94", 5) == 0
               ? YOKE_GPU_CDNA
               : YOKE_GPU_AMD;
}

unsigned yoke_gemm_gpu_rate(const struct yoke_variant *variant, enum yoke_gpu_maker maker)
{
    static const unsigned char rates[][YOKE_GPU_MAKERS] = {
        /* other NVIDIA AMD CDNA Intel Max */
        { 0, 0, 0, 100, 0, 0 },
        { 60, 100, 100, 85, 60, 100 },
        { 80, 75, 75, 60, 100, 75 },
        { 100, 45, 45, 35, 60, 45 },
    };

    return rates[((const struct yoke_gpu_tile *)variant->config)->rates][maker];
}

bool yoke_gemm_gpu_accepts(enum yoke_type type)
{
    return !yoke_type_is_complex(type);
}

static bool fits_offsets(const struct yoke_matrix *m, const struct tile *t, enum yoke_type type)
{
    const double stride = (double)yoke_size_max(m->row, m->step);

    return stride * (double)yoke_size_max(t->BM, t->BN) * (double)yoke_type_size(type) <
           max_block_bytes;
}

bool yoke_gemm_gpu_supports(const yoke_device *dev, const struct yoke_variant *variant,
                            const void *problem)
{
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    const struct tile t = tile_of(variant, p->type);
    const size_t local_bytes = t.BK * (t.BM + t.BN) * 16 / vector_of(p->type);

    return variant->accepts(p->type) && p->K > 0 && info->max_group >= t.items &&
           info->local_bytes >= local_bytes &&
           (yoke_device_quirks(dev) & YOKE_QUIRK_SLOW_COMPILER) == 0 && (double)p->M < 0x1p30 &&
           (double)p->N < 0x1p30 && (double)p->K < 0x1p30 &&
           (double)yoke_div_up(p->M, t.BM) * (double)yoke_div_up(p->N, t.BN) * (double)t.items <
               0x1p31 &&
           fits_offsets(&p->at[YOKE_GEMM_A], &t, p->type) &&
           fits_offsets(&p->at[YOKE_GEMM_B], &t, p->type);
}

/* What the busiest unit of the device has to do; 0: nothing that it should. */
static double cost(const yoke_device *dev, const struct yoke_variant *variant,
                   const struct yoke_gemm_problem *p)
{
    const struct tile t = tile_of(variant, p->type);
    const size_t groups = yoke_div_up(p->M, t.BM) * yoke_div_up(p->N, t.BN) * p->batch;
    const unsigned rate = yoke_gemm_gpu_rate(variant, maker_of(dev));

    if (rate == 0 || !yoke_gemm_gpu_supports(dev, variant, p)) return 0.0;
    return (double)yoke_div_up(groups, yoke_size_max(yoke_device_get_info(dev)->units, 1)) *
           (double)(t.BM * t.BN) / rate;
}

bool yoke_gemm_gpu_prefers(const yoke_device *dev, const struct yoke_variant *variant,
                           const void *problem)
{
    const uint32_t not_gpu = YOKE_QUIRK_HOST_CORES | YOKE_QUIRK_INTERPRETER;

    if (yoke_device_get_info(dev)->type != YOKE_DEVICE_GPU || (yoke_device_quirks(dev) & not_gpu))
        return false;
    const double own = cost(dev, variant, problem);
    for (size_t i = 0; own > 0 && i < yoke_gemm_class.n_variants; i++) {
        const struct yoke_variant *other = &yoke_gemm_class.variants[i];
        if (other->plan != variant->plan) continue;
        const double theirs = cost(dev, other, problem);
        if (theirs > 0 && theirs < own) return false;
    }
    return own > 0;
}

void yoke_gemm_gpu_add_options(struct yoke_text *o, const struct yoke_variant *variant,
                               enum yoke_type type, const struct yoke_gemm_gpu_form *form,
                               enum yoke_gpu_maker maker)
{
    const struct yoke_gpu_tile *config = variant->config;
    const struct tile t = tile_of(variant, type);

    yoke_text_add(o, " -DBM=%zu -DBN=%zu -DBK=%zu -DTM=%zu -DTN=%zu", t.BM, t.BN, t.BK, t.TM, t.TN);
    yoke_text_add(o, " -DA_ALONG_K=%d -DB_ALONG_K=%d -DWIDE=%zu", form->a_along_k, form->b_along_k,
                  form->wide ? vector_of(type) : 1);
    /* So that two work-groups share a multiprocessor. */
    if (maker == YOKE_GPU_NVIDIA && config->registers)
        yoke_text_add(o, " -cl-nv-maxrregcount=%u", config->registers);
    /* Left alone it takes 32 items together, for which its registers are too few. */
    yoke_text_add(o, " -DSUB_GROUP=%d", maker == YOKE_GPU_MAX ? 16 : 0);
    if (maker == YOKE_GPU_MAX) yoke_text_add(o, " -cl-intel-256-GRF-per-thread");
}

/* Whether vectors of `wide` elements that begin at a multiple of `wide` can be loaded whole.
 * `dense` is the size that goes in steps of 1. */
static bool is_wide(const struct yoke_matrix *m, size_t stride, size_t dense, size_t wide)
{
    return (stride | dense | m->batch | m->offset) % wide == 0;
}

static struct yoke_gemm_gpu_form form_of(const struct yoke_gemm_problem *p)
{
    const struct yoke_matrix *A = &p->at[YOKE_GEMM_A], *B = &p->at[YOKE_GEMM_B];
    const size_t wide = vector_of(p->type), bytes = wide * yoke_type_size(p->type);
    struct yoke_gemm_gpu_form f = {
        .a_along_k = A->step == 1 || p->K == 1,
        .b_along_k = !(B->step == 1 || p->N == 1),
    };

    f.wide = p->alignment_bytes[YOKE_GEMM_A] % bytes == 0 &&
             p->alignment_bytes[YOKE_GEMM_B] % bytes == 0 &&
             is_wide(A, f.a_along_k ? A->row : A->step, f.a_along_k ? p->K : p->M, wide) &&
             is_wide(B, f.b_along_k ? B->step : B->row, f.b_along_k ? p->K : p->N, wide);
    return f;
}

yoke_status yoke_gemm_gpu_plan(yoke_device *dev, const struct yoke_variant *variant,
                               const void *problem, struct yoke_plan *plan)
{
    const struct yoke_gemm_problem *p = problem;
    const struct tile t = tile_of(variant, p->type);
    const struct yoke_gemm_gpu_form form = form_of(p);
    struct yoke_text options;
    struct yoke_step *step;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_gemm_options_for(&options, dev, p);
    yoke_gemm_gpu_add_options(&options, variant, p->type, &form, maker_of(dev));
    TRY(yoke_kernel_get_with(dev, variant->kernel, &options, &kernel));
    TRY(yoke_plan_append(plan, kernel, &step));
    yoke_gemm_step_begin(step, p);
    step->launch = (struct yoke_launch){
        .global = { yoke_div_up(p->M, t.BM) * yoke_div_up(p->N, t.BN) * t.items, p->batch, 1 },
        .local = { t.items, 1, 1 },
    };
out:
    return st;
}
