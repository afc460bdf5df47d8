/* case_gemm.c - the matrix product as a test case. SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>

#include "base/element.h"
#include "base/error.h"
#include "cases.h"
#include "gemm_arrays.h"
#include "gemm_shapes.h"
#include "ref/rows.h"

#define BY_ROWS_FLOPS 0x1p26 /* above it, a reference of n^3 work is too slow */

static bool takes_type(enum yoke_type type)
{
    return type != YOKE_S32;
}

static enum yoke_type type_of(enum yoke_type type, size_t array)
{
    return array == GEMM_A || array == GEMM_B ? type : yoke_type_result(type);
}

static void print_epilogue(const struct op_shape *s, char *text, size_t size)
{
    static const char *const biases[] = { "", " bias by row", " bias by column" };
    static const char *const acts[] = { "", " relu", " clamp", " sigmoid", " tanh", " gelu" };
    const struct yoke_epilogue *e = &s->epilogue;
    char residual[96] = "";

    text[0] = '\0';
    if (!s->has_epilogue) return;
    if (s->has_residual)
        snprintf(residual, sizeof residual, " residual ld=%zu stride=%zd offset=%zu", e->ldr,
                 (ssize_t)e->stride_r, e->offset_r);
    snprintf(text, size, " epilogue%s offset=%zu%s%s", biases[e->bias], e->offset_bias, residual,
             acts[e->activation]);
}

static void print(const struct op_shape *s, char *text, size_t size)
{
    static const char *const values[] = { "unit", "integers", "specials" };
    static const char *const tiers[] = { "device buffers", "host buffers", "run" };
    static const char *const packed[] = { "", ", A packed", ", B packed", ", A, B packed" };
    static const char *const ops[] = { "N", "T", "N*", "T*" };
    const struct yoke_gemm *g = &s->gemm;
    char epilogue[256];

    print_epilogue(s, epilogue, sizeof epilogue);
    snprintf(text, size,
             "%s%s %s M=%zu N=%zu K=%zu ld=%zu,%zu,%zu batch=%zu strides=%zd,%zd,%zd "
             "offsets=%zu,%zu,%zu alpha=%g,%g beta=%g,%g%s%s, %s, %s%s%s",
             ops[g->trans_a + 2 * g->conj_a], ops[g->trans_b + 2 * g->conj_b],
             g->order ? "col" : "row", g->M, g->N, g->K, g->lda, g->ldb, g->ldc, g->batch,
             (ssize_t)g->stride_a, (ssize_t)g->stride_b, (ssize_t)g->stride_c, g->offset_a,
             g->offset_b, g->offset_c, s->alpha[0], s->alpha[1], s->beta[0], s->beta[1],
             s->has_beta ? "" : " (NULL)", epilogue, values[s->values], tiers[s->tier],
             s->misaligned ? ", off page" : "", packed[s->pack_a + 2 * s->pack_b]);
}

static void mark(const struct op_shape *s, size_t array, unsigned char *owned)
{
    const struct yoke_ref_place p = gemm_place_of(s, array);

    if (!gemm_has(s, array)) return;
    for (size_t i = p.offset; array == GEMM_BIAS && i < gemm_length(s, array); i++)
        owned[i] = 1;
    for (size_t b = 0; b < p.batch && array != GEMM_BIAS; b++)
        for (size_t i = 0; i < p.rows; i++)
            for (size_t j = 0; j < p.cols; j++)
                owned[yoke_ref_place_at(&p, b, i, j)] = 1;
}

static bool takes_specials(const struct op_shape *s, size_t array)
{
    (void)s;
    (void)array;
    return true;
}

/* Points into s, and into *e, which becomes the epilogue without its arrays. */
static struct yoke_gemm descriptor(const struct op_shape *s, enum yoke_type type,
                                   const char *variant, struct yoke_epilogue *e)
{
    struct yoke_gemm g = s->gemm;

    *e = s->epilogue;
    g.type = type;
    g.variant = variant;
    g.alpha = s->has_alpha ? s->alpha : NULL;
    g.beta = s->has_beta ? s->beta : NULL;
    g.epilogue = s->has_epilogue ? e : NULL;
    return g;
}

/* Whether sums over the rows tell what the elements are. */
static bool is_linear(const struct op_shape *s, enum yoke_type type)
{
    return s->values != OP_SPECIALS && !yoke_type_is_complex(type) && type != YOKE_F16 &&
           type != YOKE_BF16 && !(s->has_epilogue && s->epilogue.activation != YOKE_ACT_NONE);
}

static void check(const struct op_shape *s, enum yoke_type type, const void *const *before,
                  const void *output, struct yoke_ref_result *result)
{
    struct yoke_epilogue e;
    const struct yoke_gemm g = descriptor(s, type, NULL, &e);
    struct yoke_ref ref;

    e.bias_array = gemm_has(s, GEMM_BIAS) ? before[GEMM_BIAS] : NULL;
    e.residual_array = gemm_has(s, GEMM_R) ? before[GEMM_R] : NULL;
    yoke_ref_gemm(&ref, &g, op_data(s->values), before[GEMM_C], before[GEMM_A], before[GEMM_B]);
    if (ref.flops <= BY_ROWS_FLOPS || !is_linear(s, type)) {
        yoke_ref_check(&ref, NULL, 0, output, result);
        return;
    }
    struct yoke_ref_rows *rows = yoke_ref_rows_create(&ref);
    ck_assert_ptr_nonnull(rows);
    yoke_ref_rows_check(rows, output, result);
    yoke_ref_rows_destroy(&rows);
}

/* What is packed of a shape; the product is then called without those arrays. */
struct packed {
    yoke_gemm_packed *a, *b;
};

static void set_packed(struct yoke_gemm *g, const struct packed *p)
{
    g->packed_a = p->a;
    g->packed_b = p->b;
}

static void destroy_packed(struct packed *p)
{
    yoke_gemm_packed_destroy(&p->a);
    yoke_gemm_packed_destroy(&p->b);
}

static yoke_status enqueue(const struct op_shape *s, enum yoke_type type, const char *variant,
                           yoke_buffer *const *buffers)
{
    struct yoke_epilogue e;
    struct yoke_gemm g = descriptor(s, type, variant, &e);
    yoke_buffer *A = buffers[GEMM_A], *B = buffers[GEMM_B];
    struct packed packed = { NULL, NULL };
    yoke_status st = YOKE_OK;

    if (s->pack_a && !variant)
        TRY(yoke_gemm_pack_buffer(test_queue, &g, YOKE_GEMM_SIDE_A, A, &packed.a));
    if (s->pack_b && !variant)
        TRY(yoke_gemm_pack_buffer(test_queue, &g, YOKE_GEMM_SIDE_B, B, &packed.b));
    set_packed(&g, &packed);
    e.bias_buffer = gemm_has(s, GEMM_BIAS) ? buffers[GEMM_BIAS] : NULL;
    e.residual_buffer = gemm_has(s, GEMM_R) ? buffers[GEMM_R] : NULL;
    TRY(yoke_gemm_enqueue(test_queue, &g, buffers[GEMM_C], packed.a ? NULL : A, packed.b ? NULL : B,
                          NULL));
    TRY(yoke_queue_finish(test_queue));
out:
    destroy_packed(&packed);
    return st;
}

static yoke_status run(const struct op_shape *s, enum yoke_type type, const char *variant,
                       void *const *host)
{
    struct yoke_epilogue e;
    struct yoke_gemm g = descriptor(s, type, variant, &e);
    void *A = host[GEMM_A], *B = host[GEMM_B];
    struct packed packed = { NULL, NULL };
    yoke_status st = YOKE_OK;

    if (s->pack_a && !variant) TRY(yoke_gemm_pack(test_team, &g, YOKE_GEMM_SIDE_A, A, &packed.a));
    if (s->pack_b && !variant) TRY(yoke_gemm_pack(test_team, &g, YOKE_GEMM_SIDE_B, B, &packed.b));
    set_packed(&g, &packed);
    e.bias_array = gemm_has(s, GEMM_BIAS) ? host[GEMM_BIAS] : NULL;
    e.residual_array = gemm_has(s, GEMM_R) ? host[GEMM_R] : NULL;
    TRY(yoke_gemm_run(test_team, &g, host[GEMM_C], packed.a ? NULL : A, packed.b ? NULL : B, NULL));
out:
    destroy_packed(&packed);
    return st;
}

static const char *variant_of(const struct op_shape *s, enum yoke_type type, const char *variant)
{
    struct yoke_epilogue e;
    const struct yoke_gemm g = descriptor(s, type, variant, &e);

    return yoke_op_variant(test_device, OF_GEMM(&g));
}

const struct op_case gemm_case = {
    .name = "gemm",
    .array_names = { "C", "A", "B", "the residual", "the bias" },
    .n_arrays = GEMM_ARRAYS,
    .takes_type = takes_type,
    .type_of = type_of,
    .edge = gemm_edge,
    .random = gemm_random,
    .fit = gemm_fit,
    .cap = gemm_cap,
    .print = print,
    .length = gemm_length,
    .mark = mark,
    .reads_output = gemm_reads_output,
    .takes_specials = takes_specials,
    .check = check,
    .enqueue = enqueue,
    .run = run,
    .kind = YOKE_OP_GEMM,
    .variant = variant_of,
};
