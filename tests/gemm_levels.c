/* gemm_levels.c - what the levels of the grid of products mean. SPDX-License-Identifier: MIT */
#include "gemm_levels.h"

#include "gemm_arrays.h"

void gemm_set_scalars(struct op_shape *s, unsigned char alpha, unsigned char beta)
{
    static const double alphas[2][4][2] = {
        { { 1.0 }, { (double)-0.7f, (double)0.3f }, { 0.0 }, { 0.0, (double)0.6f } },
        { { 1.0 }, { -2.0, 1.0 }, { 0.0 }, { 0.0, 3.0 } },
    };
    static const double betas[2][5][2] = {
        { { 0.0 }, { 0.0 }, { 1.0 }, { (double)1.3f, (double)-0.4f }, { 0.0, (double)0.9f } },
        { { 0.0 }, { 0.0 }, { 1.0 }, { 3.0, -2.0 }, { 0.0, -1.0 } },
    };
    const bool integers = s->values == OP_INTEGERS;

    for (size_t part = 0; part < 2; part++) {
        s->alpha[part] = alphas[integers][alpha][part];
        s->beta[part] = betas[integers][beta][part];
    }
    s->has_alpha = alpha != ALPHA_NULL;
    s->has_beta = beta != BETA_NULL;
}

static size_t padded_ld(const struct op_shape *s, size_t array, unsigned char level, size_t gap)
{
    const size_t ld = gemm_place_of(s, array).ld, page = 1024;

    return level == LD_LONGER ? ld + gap : level == LD_PAGES ? (ld / page + 1) * page : 0;
}

static void set_batch(struct op_shape *s, unsigned char level, size_t gap)
{
    const struct yoke_ref_place a = gemm_place_of(s, GEMM_A), b = gemm_place_of(s, GEMM_B),
                                c = gemm_place_of(s, GEMM_C);
    struct yoke_gemm *g = &s->gemm;

    g->batch = level == BATCH_NONE ? 0 : level == BATCH_ONE ? 1 : level == BATCH_SPACED ? 2 : 3;
    if (level == BATCH_SPACED) {
        g->stride_a = a.batch_stride + gap;
        g->stride_b = b.batch_stride + 2 * gap;
        g->stride_c = c.batch_stride + 3 * gap;
    } else if (level == BATCH_SHARED_A) {
        g->stride_a = YOKE_STRIDE_SHARED;
    } else if (level == BATCH_SHARED_B) {
        g->stride_b = YOKE_STRIDE_SHARED;
        g->stride_a = 1; /* matrices of an input may overlap */
        g->stride_c = c.batch_stride + gap;
    }
}

void gemm_set_clamp(struct op_shape *s)
{
    s->epilogue.clamp_min = s->values == OP_INTEGERS ? -3.0 : -0.5;
    s->epilogue.clamp_max = s->values == OP_INTEGERS ? 5.0 : 0.75;
}

static void set_epilogue(struct op_shape *s, const unsigned char *row, size_t gap)
{
    struct yoke_epilogue *e = &s->epilogue;

    s->has_epilogue = true;
    s->has_residual = row[RESIDUAL] != RESIDUAL_NONE;
    e->bias = (enum yoke_bias)row[BIAS];
    e->activation = (enum yoke_activation)row[ACT];
    gemm_set_clamp(s);
    e->offset_bias = row[OFFSETS] ? gap + 1 : 0;
    e->offset_r = row[OFFSETS] ? 2 * gap + 5 : 0;
    e->ldr = padded_ld(s, GEMM_R, row[RESIDUAL] == RESIDUAL_LONGER ? LD_LONGER : LD_DENSE, gap + 3);
    if (row[RESIDUAL] == RESIDUAL_SPACED) e->stride_r = gemm_place_of(s, GEMM_R).batch_stride + gap;
    if (row[RESIDUAL] == RESIDUAL_SHARED) e->stride_r = YOKE_STRIDE_SHARED;
}

void gemm_set_levels(struct op_shape *s, const unsigned char *row, size_t gap, bool plain)
{
    struct yoke_gemm *g = &s->gemm;

    s->values = (enum op_values)row[VALUES];
    s->tier = (enum op_tier)row[TIER];
    s->misaligned = row[OFF_PAGE];
    s->pack_a = row[PACK] & 1;
    s->pack_b = row[PACK] & 2;
    gemm_set_scalars(s, row[ALPHA], row[BETA]);
    g->trans_a = row[TRANS] & 1;
    g->trans_b = row[TRANS] & 2;
    g->conj_a = row[CONJ] & 1;
    g->conj_b = row[CONJ] & 2;
    g->order = row[ORDER] ? YOKE_COL_MAJOR : YOKE_ROW_MAJOR;
    g->lda = padded_ld(s, GEMM_A, row[LDA], gap);
    g->ldb = padded_ld(s, GEMM_B, row[LDB], gap + 1);
    g->ldc = padded_ld(s, GEMM_C, row[LDC], gap + 2);
    g->offset_a = row[OFFSETS] ? gap : 0;
    g->offset_b = row[OFFSETS] ? 64 : 0;
    g->offset_c = row[OFFSETS] ? 3 * gap : 0;
    set_batch(s, row[BATCH], gap);
    if (!plain) set_epilogue(s, row, gap);
}
