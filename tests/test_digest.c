/* test_digest.c - problems that differ have digests that differ: a plan that was kept for one never
 * serves another. SPDX-License-Identifier: MIT */
#include <string.h>

#include "op/class.h"
#include "ops/conv/conv.h"
#include "ops/gemm/gemm.h"
#include "unit.h"

struct digest {
    uint64_t words[YOKE_DIGEST_WORDS];
    size_t n;
};

static bool is_same(const struct digest *a, const struct digest *b)
{
    return a->n == b->n && memcmp(a->words, b->words, a->n * sizeof *a->words) == 0;
}

static void expect_all_differ(const struct digest *d, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            ck_assert_msg(!is_same(&d[i], &d[k]), "%zu and %zu have one digest", k, i);
}

#define SIZE  .M = 5, .N = 6, .K = 7
#define BATCH SIZE, .batch = 3
static const double two = 2, half = 0.5;
static const struct yoke_epilogue
    by_row = { .bias = YOKE_BIAS_ROW, .bias_array = &two },
    by_column = { .bias = YOKE_BIAS_COLUMN, .bias_array = &two },
    behind = { .bias = YOKE_BIAS_COLUMN, .bias_array = &two, .offset_bias = 1 },
    by_channel = { .bias = YOKE_BIAS_CHANNEL, .bias_array = &two },
    by_channel_behind = { .bias = YOKE_BIAS_CHANNEL, .bias_array = &two, .offset_bias = 1 },
    spaced = { .residual_array = &two, .stride_r = 999 }, added = { .residual_array = &two },
    wide = { .residual_array = &two, .ldr = 9 }, late = { .residual_array = &two, .offset_r = 1 },
    relu = { .activation = YOKE_ACT_RELU }, gelu = { .activation = YOKE_ACT_GELU },
    clamp_1 = { .activation = YOKE_ACT_CLAMP, .clamp_max = 1 },
    clamp_2 = { .activation = YOKE_ACT_CLAMP, .clamp_max = 2 },
    clamp_3 = { .activation = YOKE_ACT_CLAMP, .clamp_min = -1, .clamp_max = 2 };

/* Each differs from the first in something. */
static const struct yoke_gemm products[] = {
    { SIZE },
    { .M = 4, .N = 6, .K = 7 },
    { .M = 5, .N = 5, .K = 7 },
    { .M = 5, .N = 6, .K = 8 },
    { SIZE, .type = YOKE_F64 },
    { SIZE, .type = YOKE_F16 },
    { SIZE, .type = YOKE_C64 },
    { SIZE, .type = YOKE_C64, .conj_a = true },
    { SIZE, .type = YOKE_C64, .conj_b = true },
    { SIZE, .order = YOKE_COL_MAJOR },
    { SIZE, .trans_a = true },
    { SIZE, .trans_b = true },
    { SIZE, .allow_tf32 = true },
    { SIZE, .alpha = &two },
    { SIZE, .alpha = &half },
    { SIZE, .beta = &two },
    { SIZE, .beta = &half },
    { SIZE, .lda = 9 },
    { SIZE, .ldb = 9 },
    { SIZE, .ldc = 9 },
    { SIZE, .offset_a = 1 },
    { SIZE, .offset_b = 1 },
    { SIZE, .offset_c = 1 },
    { BATCH },
    { SIZE, .batch = 4 },
    { BATCH, .stride_a = 99 },
    { BATCH, .stride_b = 99 },
    { BATCH, .stride_c = 99 },
    { SIZE, .max_workspace_bytes = 1 },
    { SIZE, .variant = "gemm_general" },
    { SIZE, .variant = "gemm_tile" },
    { SIZE, .epilogue = &by_row },
    { SIZE, .epilogue = &by_column },
    { SIZE, .epilogue = &behind },
    { SIZE, .epilogue = &added },
    { SIZE, .epilogue = &wide },
    { SIZE, .epilogue = &late },
    { SIZE, .epilogue = &relu },
    { SIZE, .epilogue = &gelu },
    { SIZE, .epilogue = &clamp_1 },
    { SIZE, .epilogue = &clamp_2 },
    { SIZE, .epilogue = &clamp_3 },
};
enum { N_PRODUCTS = sizeof products / sizeof *products };

static struct digest of_problem(const struct yoke_gemm_problem *p)
{
    struct digest d;

    d.n = yoke_gemm_class.digest(p, d.words);
    ck_assert_uint_le(d.n, YOKE_DIGEST_WORDS);
    return d;
}

static struct yoke_gemm_problem prepare(const struct yoke_gemm *gemm)
{
    struct yoke_gemm_problem p;

    ck_assert_msg(yoke_gemm_prepare(gemm, &p) == YOKE_OK, "%s", yoke_last_error());
    return p;
}

START_TEST(products_differ)
{
    struct digest digests[N_PRODUCTS];

    for (size_t i = 0; i < N_PRODUCTS; i++) {
        const struct yoke_gemm_problem p = prepare(&products[i]), again = prepare(&products[i]);
        digests[i] = of_problem(&p);
        const struct digest same = of_problem(&again);
        ck_assert(is_same(&digests[i], &same));
    }
    expect_all_differ(digests, N_PRODUCTS);
}
END_TEST

/* What is known of a product only once its arrays and its device are. */
START_TEST(resolved_products_differ)
{
    struct yoke_gemm_problem p[7];
    struct digest digests[7];

    for (size_t i = 0; i < 7; i++)
        p[i] = prepare(&products[0]);
    p[1].alignment_bytes[YOKE_GEMM_A] /= 2;
    p[2].alignment_bytes[YOKE_GEMM_B] /= 2;
    p[3].in_panels[YOKE_GEMM_A] = true;
    p[4].in_panels[YOKE_GEMM_B] = true;
    p[5].tile.MR++;
    p[6].tile.VW++;
    for (size_t i = 0; i < 7; i++)
        digests[i] = of_problem(&p[i]);
    expect_all_differ(digests, 7);
}
END_TEST

#define IMAGE .N = 2, .C = 4, .H = 9, .W = 8, .K = 6, .R = 3, .S = 3
static const struct yoke_conv convs[] = {
    { IMAGE },
    { .N = 3, .C = 4, .H = 9, .W = 8, .K = 6, .R = 3, .S = 3 },
    { .N = 2, .C = 2, .H = 9, .W = 8, .K = 6, .R = 3, .S = 3 },
    { .N = 2, .C = 4, .H = 8, .W = 8, .K = 6, .R = 3, .S = 3 },
    { .N = 2, .C = 4, .H = 9, .W = 9, .K = 6, .R = 3, .S = 3 },
    { .N = 2, .C = 4, .H = 9, .W = 8, .K = 4, .R = 3, .S = 3 },
    { .N = 2, .C = 4, .H = 9, .W = 8, .K = 6, .R = 2, .S = 3 },
    { .N = 2, .C = 4, .H = 9, .W = 8, .K = 6, .R = 3, .S = 2 },
    { IMAGE, .type = YOKE_F64 },
    { IMAGE, .layout = YOKE_NHWC },
    { IMAGE, .stride_h = 2 },
    { IMAGE, .stride_w = 2 },
    { IMAGE, .dilation_h = 2 },
    { IMAGE, .dilation_w = 2 },
    { IMAGE, .pad_h = { 1, 0 } },
    { IMAGE, .pad_h = { 0, 1 } },
    { IMAGE, .pad_w = { 1, 0 } },
    { IMAGE, .pad_w = { 0, 1 } },
    { IMAGE, .groups = 2 },
    { IMAGE, .true_convolution = true },
    { IMAGE, .variant = "conv_general" },
    { IMAGE, .max_workspace_bytes = 1 },
    { IMAGE, .epilogue = &by_channel },
    { IMAGE, .epilogue = &by_channel_behind },
    { IMAGE, .epilogue = &added },
    { IMAGE, .epilogue = &wide },
    { IMAGE, .epilogue = &spaced },
    { IMAGE, .epilogue = &late },
    { IMAGE, .epilogue = &relu },
    { IMAGE, .epilogue = &gelu },
    { IMAGE, .epilogue = &clamp_1 },
    { IMAGE, .epilogue = &clamp_2 },
    { IMAGE, .epilogue = &clamp_3 },
};
enum { N_CONVS = sizeof convs / sizeof *convs };

static struct digest of_convolution(const struct yoke_conv_problem *p)
{
    struct digest d;

    d.n = yoke_conv_class.digest(p, d.words);
    ck_assert_uint_le(d.n, YOKE_DIGEST_WORDS);
    return d;
}

START_TEST(convolutions_differ)
{
    struct digest digests[N_CONVS];
    struct yoke_conv_problem p;

    for (size_t i = 0; i < N_CONVS; i++) {
        ck_assert_msg(yoke_conv_prepare(&convs[i], &p) == YOKE_OK, "%s", yoke_last_error());
        digests[i] = of_convolution(&p);
    }
    expect_all_differ(digests, N_CONVS);
}
END_TEST

/* Where operands begin, once they are bound. */
START_TEST(offsets_of_convolutions_differ)
{
    enum { N = 6 };
    struct yoke_conv_problem p[N];
    struct digest digests[N];

    for (size_t i = 0; i < N; i++)
        ck_assert(yoke_conv_prepare(&convs[0], &p[i]) == YOKE_OK);
    p[1].x_offset++;
    p[2].y_offset++;
    p[3].w_offset++;
    p[4].bias_offset++;
    p[5].r_offset++;
    for (size_t i = 0; i < N; i++)
        digests[i] = of_convolution(&p[i]);
    expect_all_differ(digests, N);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("digest");
    TCase *tc = tcase_create("digest");

    tcase_add_test(tc, products_differ);
    tcase_add_test(tc, resolved_products_differ);
    tcase_add_test(tc, convolutions_differ);
    tcase_add_test(tc, offsets_of_convolutions_differ);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
