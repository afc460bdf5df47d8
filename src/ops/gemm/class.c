/* class.c - the matrix product as an operator among others: its variants, and what these share.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/size.h"
#include "ops/gemm/families.h"
#include "ops/gemm/gemm.h"
#include "ops/gemm/gpu.h"
#include "ops/gemm/mma.h"

#define FAMILY(f)                                                                                  \
    .supports = yoke_gemm_##f##_supports, .prefers = yoke_gemm_##f##_prefers,                      \
    .plan = yoke_gemm_##f##_plan
#define WORKSPACE(f) .workspace = yoke_gemm_##f##_workspace

#define MMA(...)                                                                                   \
    .kernel = "gemm_mma", .accepts = yoke_gemm_mma_accepts, FAMILY(mma),                           \
    .config = &(const struct yoke_mma_tile)                                                        \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

#define DOT(n)                                                                                     \
    .kernel = "gemm_dot", .accepts = yoke_gemm_dot_accepts, FAMILY(dot), WORKSPACE(dot),           \
    .config = &(const size_t)                                                                      \
    {                                                                                              \
        n                                                                                          \
    }

#define GPU(...)                                                                                   \
    .kernel = "gemm_gpu", .accepts = yoke_gemm_gpu_accepts, FAMILY(gpu),                           \
    .config = &(const struct yoke_gpu_tile)                                                        \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

// clang-format off
static const struct yoke_variant variants[] = {
    { .name = "gemm_mma_256x128", MMA(.BM = 256, .BN = 128, .WM = 64, .WN = 64) },
    { .name = "gemm_mma_128x128", MMA(.BM = 128, .BN = 128, .WM = 64, .WN = 64) },
    { .name = "gemm_mma_64x64",   MMA(.BM =  64, .BN =  64, .WM = 32, .WN = 32) },
    {
        .name = "gemm_split",
        .kernel = "gemm_sum",
        .accepts = yoke_variant_no_rounding,
        FAMILY(split),
        WORKSPACE(split),
    },
    {
        .name = "gemm_skinny",
        .kernel = "gemm_skinny",
        .tiled = true,
        .accepts = yoke_variant_real,
        FAMILY(skinny),
        WORKSPACE(skinny),
    },
    {
        .name = yoke_gemm_tile_name,
        .kernel = "gemm_tile",
        .tiled = true,
        .accepts = yoke_variant_not_integer,
        FAMILY(tile),
        WORKSPACE(tile),
    },
    { .name = "gemm_dot_bytes",  DOT(4) },
    { .name = "gemm_dot_pairs",  DOT(2) },
    { .name = "gemm_dot_floats", DOT(1) },
    { .name = "gemm_gpu_256x128",
      GPU(.BM = 256, .BN = 128, .BK = 16, .TM = 16, .TN = 8, .registers =   0, .rates = 0) },
    { .name = "gemm_gpu_128x128",
      GPU(.BM = 128, .BN = 128, .BK = 16, .TM =  8, .TN = 8, .registers = 128, .rates = 1) },
    { .name = "gemm_gpu_64x64",
      GPU(.BM =  64, .BN =  64, .BK = 16, .TM =  8, .TN = 4, .registers = 128, .rates = 2) },
    { .name = "gemm_gpu_32x32",
      GPU(.BM =  32, .BN =  32, .BK = 16, .TM =  4, .TN = 4, .registers = 128, .rates = 3) },
#ifdef HAVE_CLBLAST
    { .name = "gemm_clblast", .accepts = yoke_variant_no_rounding, FAMILY(clblast),
      WORKSPACE(clblast) },
#endif
    {
        .name = "gemm_general",
        .kernel = "gemm_general",
        .accepts = yoke_variant_any_type,
        .supports = yoke_variant_always,
        .prefers = yoke_variant_always,
        .plan = yoke_gemm_general_plan,
    },
};
// clang-format on

static enum yoke_type type_of(const void *problem)
{
    return ((const struct yoke_gemm_problem *)problem)->type;
}

static const char *asked_for(const void *problem)
{
    return ((const struct yoke_gemm_problem *)problem)->variant;
}

static size_t *max_workspace(void *problem)
{
    return &((struct yoke_gemm_problem *)problem)->max_workspace_bytes;
}

static bool is_empty(const void *problem)
{
    const struct yoke_gemm_problem *p = problem;

    return p->M == 0 || p->N == 0;
}

static double flops(const void *problem)
{
    const struct yoke_gemm_problem *p = problem;

    return 2.0 * (double)p->batch * (double)p->M * (double)p->N * (double)yoke_size_or_one(p->K);
}

static uint64_t bits_of(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static size_t digest(const void *problem, uint64_t words[YOKE_DIGEST_WORDS])
{
    const struct yoke_gemm_problem *p = problem;
    const uint64_t all[] = {
        (uint64_t)p->type << 32 | (uint64_t)p->activation << 16 | (uint64_t)p->conj_a << 5 |
            (uint64_t)p->conj_b << 4 | (uint64_t)p->has_bias << 3 | (uint64_t)p->has_residual << 2 |
            (uint64_t)p->allow_tf32 << 1,
        p->M,
        p->N,
        p->K,
        p->batch,
        bits_of(p->alpha[0]),
        bits_of(p->alpha[1]),
        bits_of(p->beta[0]),
        bits_of(p->beta[1]),
        bits_of(p->clamp_min),
        bits_of(p->clamp_max),
        p->max_workspace_bytes,
        (uint64_t)p->in_panels[YOKE_GEMM_A] << 1 | p->in_panels[YOKE_GEMM_B],
        p->tile.MR,
        p->tile.NV,
        p->tile.VW,
        (uint64_t)(uintptr_t)p->variant, /* the table's own name */
    };
    size_t n = sizeof all / sizeof *all;

    memcpy(words, all, sizeof all);
    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++) {
        const struct yoke_matrix *m = &p->at[i];
        const uint64_t place[] = { m->row, m->step, m->batch, m->offset, p->alignment_bytes[i] };
        memcpy(words + n, place, sizeof place);
        n += sizeof place / sizeof *place;
    }
    return n;
}

/* What was tuned was measured in full f32: whoever allows tf32 gets it first. */
static bool choose_tf32(const yoke_device *dev, const struct yoke_op_class *op,
                        const struct yoke_gemm_problem *p, struct yoke_choice *out)
{
    if (!p->allow_tf32 || p->variant) return false;
    *out = (struct yoke_choice){ .source = YOKE_TUNE_BY_ORDER, .ratio = 1.0, .where = "" };
    return yoke_choose_untuned(dev, op, p, &out->variant) == YOKE_OK &&
           out->variant->plan == yoke_gemm_mma_plan;
}

/* The variant that reads panels. */
static yoke_status choose_for_panels(const yoke_device *dev, const struct yoke_op_class *op,
                                     const struct yoke_gemm_problem *p, struct yoke_choice *out)
{
    const char *device = yoke_device_get_info(dev)->name, *name = p->variant, *why, *where;
    struct yoke_gemm_problem named = *p;
    yoke_status st = YOKE_OK;

    if (name && strcmp(name, yoke_gemm_tile_name) != 0)
        return yoke_fail(YOKE_ERR_UNSUPPORTED, "variant %s; operands packed on %s are for %s", name,
                         device, yoke_gemm_tile_name);
    why = name ? NULL : yoke_choice_ban(dev, op, p->type, yoke_gemm_tile_name, &where);
    if (why)
        return yoke_fail(YOKE_ERR_UNSUPPORTED,
                         "operands packed on %s are for %s, in quarantine since (%s; %s): pack "
                         "them anew",
                         device, yoke_gemm_tile_name, why, where);
    named.variant = yoke_gemm_tile_name;
    TRY(yoke_choose(dev, op, &named, out));
    out->because = "it reads operands as they were packed here";
out:
    return st;
}

static yoke_status choose(const yoke_device *dev, const struct yoke_op_class *op,
                          const void *problem, struct yoke_choice *out)
{
    const struct yoke_gemm_problem *p = problem;

    if (is_empty(p)) return yoke_choose(dev, op, p, out);
    if (yoke_gemm_in_panels(p)) return choose_for_panels(dev, op, p, out);
    return choose_tf32(dev, op, p, out) ? YOKE_OK : yoke_choose(dev, op, p, out);
}

_Static_assert(sizeof(struct yoke_gemm) <= YOKE_PROBLEM_BYTES &&
                   sizeof(struct yoke_gemm_problem) <= YOKE_PROBLEM_BYTES,
               "copies of them have room");

const struct yoke_op_class yoke_gemm_class = {
    .name = "gemm",
    .variants = variants,
    .n_variants = sizeof variants / sizeof *variants,
    .descriptor_bytes = sizeof(struct yoke_gemm),
    .problem_bytes = sizeof(struct yoke_gemm_problem),
    .n_operands = YOKE_GEMM_OPERANDS,
    .prepare = yoke_gemm_prepare,
    .type = type_of,
    .asked_for = asked_for,
    .max_workspace = max_workspace,
    .is_empty = is_empty,
    .is_nothing = yoke_gemm_is_nothing,
    .flops = flops,
    .resolve = yoke_gemm_resolve,
    .choose = choose,
    .digest = digest,
    .operand = yoke_gemm_operand,
    .place = yoke_gemm_put,
    .cuts = yoke_gemm_cuts,
    .part = yoke_gemm_part,
    .key = yoke_gemm_key,
    .describe = yoke_gemm_describe,
    .shrink = yoke_gemm_shrink,
    .sample = yoke_gemm_sample,
    .known = yoke_gemm_known,
};
