/* test_args.c - operators refuse what their headers exclude. SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

#define N_FLOATS 4096

static float *host[3];
static yoke_buffer *bufs[3];

static void setup(void)
{
    const struct yoke_buffer_params params = { .size_bytes = N_FLOATS * sizeof(float) };

    harness_open_device();
    for (int i = 0; i < 3; i++) {
        host[i] = calloc(N_FLOATS, sizeof(float));
        ck_assert_ptr_nonnull(host[i]);
        EXPECT_OK(yoke_buffer_create(test_device, &params, &bufs[i]));
    }
}

static void teardown(void)
{
    for (int i = 0; i < 3; i++) {
        yoke_buffer_destroy(&bufs[i]);
        free(host[i]);
    }
    harness_close_device();
}

static const double one = 1.0;

#define HALF     (SIZE_MAX / 2 + 1)
#define PAST_INT ((size_t)1 << 31)

// clang-format off
/* Products that both tiers refuse. */
static const struct {
    const char *why;
    struct yoke_gemm gemm;
    yoke_status want;
} bad_gemms[] = {
    { "lda < K", { .M = 4, .N = 5, .K = 6, .lda = 5 }, YOKE_ERR_INVALID },
    { "ldb < N", { .M = 4, .N = 5, .K = 6, .ldb = 4 }, YOKE_ERR_INVALID },
    { "ldc < N", { .M = 4, .N = 5, .K = 6, .ldc = 4 }, YOKE_ERR_INVALID },
    { "lda < M, transposed", { .M = 4, .N = 5, .K = 3, .trans_a = true, .lda = 3 },
      YOKE_ERR_INVALID },
    { "ldb < K, transposed", { .M = 4, .N = 5, .K = 6, .trans_b = true, .ldb = 5 },
      YOKE_ERR_INVALID },
    { "lda < M, columns", { .M = 4, .N = 5, .K = 3, .order = YOKE_COL_MAJOR, .lda = 3 },
      YOKE_ERR_INVALID },
    { "ldc < M, columns", { .M = 4, .N = 3, .K = 3, .order = YOKE_COL_MAJOR, .ldc = 3 },
      YOKE_ERR_INVALID },
    { "C shared", { .M = 4, .N = 5, .K = 6, .batch = 2, .stride_c = YOKE_STRIDE_SHARED },
      YOKE_ERR_INVALID },
    { "C overlaps", { .M = 4, .N = 5, .K = 6, .batch = 2, .stride_c = 19 }, YOKE_ERR_INVALID },
    { "lda overflows", { .M = 4, .N = 5, .K = 6, .lda = HALF }, YOKE_ERR_INVALID },
    { "stride overflows", { .M = 4, .N = 5, .K = 6, .batch = 3, .stride_b = HALF },
      YOKE_ERR_INVALID },
    { "offset overflows", { .M = 4, .N = 5, .K = 6, .offset_a = SIZE_MAX - 4 }, YOKE_ERR_INVALID },
    { "unknown type", { .M = 4, .N = 5, .K = 6, .type = (enum yoke_type)99 }, YOKE_ERR_INVALID },
    { "unknown order", { .M = 4, .N = 5, .K = 6, .order = (enum yoke_order)99 },
      YOKE_ERR_INVALID },
    { "unknown variant", { .M = 4, .N = 5, .K = 6, .variant = "gemm_of_dreams" },
      YOKE_ERR_INVALID },
    { "M past int", { .M = PAST_INT, .N = 1, .K = 1 }, YOKE_ERR_LIMIT },
    { "N past int", { .M = 1, .N = PAST_INT, .K = 1 }, YOKE_ERR_LIMIT },
    { "K past int", { .M = 1, .N = 1, .K = PAST_INT }, YOKE_ERR_LIMIT },
};
// clang-format on
#define N_BAD_GEMMS (sizeof bad_gemms / sizeof bad_gemms[0])

START_TEST(bad_gemm_is_refused)
{
    const struct yoke_gemm *g = &bad_gemms[_i].gemm;
    yoke_event *ev = (yoke_event *)host[0];

    EXPECT_FAILURE(yoke_gemm_run(test_team, g, host[0], host[1], host[2], NULL),
                   bad_gemms[_i].want);
    EXPECT_FAILURE(yoke_gemm_enqueue(test_queue, g, bufs[0], bufs[1], bufs[2], &ev),
                   bad_gemms[_i].want);
    ck_assert_msg(ev == NULL, "%s: an event without a command", bad_gemms[_i].why);
}
END_TEST

// clang-format off
/* The buffers hold 4096 floats. */
static const struct yoke_gemm large_gemms[] = {
    { .M = 65, .N = 64, .K = 1 },
    { .M = 65, .N = 1, .K = 64 },
    { .M = 1, .N = 64, .K = 65 },
    { .M = 64, .N = 64, .K = 1, .offset_c = 1 },
    { .M = 64, .N = 1, .K = 64, .offset_a = 1 },
    { .M = 1, .N = 64, .K = 64, .offset_b = 1 },
    { .M = 64, .N = 1, .K = 2, .lda = 66 },
    { .M = 1, .N = 32, .K = 32, .batch = 5 },
    { .M = 33, .N = 64, .K = 1, .type = YOKE_F64 },
};
// clang-format on

START_TEST(buffer_too_small_for_gemm_is_refused)
{
    EXPECT_FAILURE(yoke_gemm_enqueue(test_queue, &large_gemms[_i], bufs[0], bufs[1], bufs[2], NULL),
                   YOKE_ERR_INVALID);
}
END_TEST

START_TEST(gemm_fills_its_buffers_to_the_last_element)
{
    const struct yoke_gemm g = { .M = 64, .N = 64, .K = 64 };
    const struct yoke_gemm strided = { .M = 64, .N = 1, .K = 1, .lda = 65 };

    EXPECT_OK(yoke_gemm_enqueue(test_queue, &g, bufs[0], bufs[1], bufs[2], NULL));
    EXPECT_OK(yoke_gemm_enqueue(test_queue, &g, bufs[0], bufs[1], bufs[1], NULL));
    EXPECT_OK(yoke_gemm_enqueue(test_queue, &strided, bufs[0], bufs[1], bufs[2], NULL));
    EXPECT_OK(yoke_queue_finish(test_queue));
}
END_TEST

/* Numbers that are none of an enumeration's. */
START_TEST(unknown_enumerators_are_refused)
{
    struct yoke_gemm g = { .M = 4, .N = 5, .K = 6 };
    struct yoke_buffer_params params = { .size_bytes = 64, .memory = (enum yoke_memory)2 };
    struct yoke_epilogue e = { .bias = (enum yoke_bias)7 };
    yoke_gemm_packed *packed;
    yoke_buffer *buf;

    EXPECT_FAILURE(yoke_gemm_pack(test_team, &g, (enum yoke_gemm_side)2, host[1], &packed),
                   YOKE_ERR_INVALID);
    EXPECT_FAILURE(
        yoke_gemm_pack_buffer(test_queue, &g, (enum yoke_gemm_side) - 1, bufs[1], &packed),
        YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_buffer_create(test_device, &params, &buf), YOKE_ERR_INVALID);
    params.memory = (enum yoke_memory) - 1;
    EXPECT_FAILURE(yoke_buffer_create(test_device, &params, &buf), YOKE_ERR_INVALID);
    g.epilogue = &e;
    EXPECT_FAILURE(yoke_gemm_run(test_team, &g, host[0], host[1], host[2], NULL), YOKE_ERR_INVALID);
    e = (struct yoke_epilogue){ .activation = (enum yoke_activation) - 1 };
    EXPECT_FAILURE(yoke_gemm_run(test_team, &g, host[0], host[1], host[2], NULL), YOKE_ERR_INVALID);
}
END_TEST

START_TEST(null_for_gemm_is_refused)
{
    const struct yoke_gemm g = { .M = 4, .N = 5, .K = 6, .beta = &one };
    float *c = host[0], *a = host[1], *b = host[2];

    EXPECT_FAILURE(yoke_gemm_run(NULL, &g, c, a, b, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_run(test_team, NULL, c, a, b, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_run(test_team, &g, NULL, a, b, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_run(test_team, &g, c, NULL, b, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_run(test_team, &g, c, a, NULL, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_enqueue(NULL, &g, bufs[0], bufs[1], bufs[2], NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_enqueue(test_queue, NULL, bufs[0], bufs[1], bufs[2], NULL),
                   YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_enqueue(test_queue, &g, NULL, bufs[1], bufs[2], NULL),
                   YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_enqueue(test_queue, &g, bufs[0], NULL, bufs[2], NULL),
                   YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_enqueue(test_queue, &g, bufs[0], bufs[1], NULL, NULL),
                   YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_enqueue(test_queue, &g, bufs[0], bufs[0], bufs[1], NULL),
                   YOKE_ERR_INVALID);
}
END_TEST

#define IMAGE   .N = 1, .C = 4, .H = 5, .W = 6
#define FILTERS .K = 2, .R = 3, .S = 3

// clang-format off
/* Convolutions that have no output at all. */
static const struct {
    const char *why;
    struct yoke_conv conv;
    yoke_status want;
} bad_convs[] = {
    { "C = 0", { .N = 1, .C = 0, .H = 5, .W = 6, FILTERS }, YOKE_ERR_INVALID },
    { "H = 0", { .N = 1, .C = 4, .H = 0, .W = 6, FILTERS }, YOKE_ERR_INVALID },
    { "W = 0", { .N = 1, .C = 4, .H = 5, .W = 0, FILTERS }, YOKE_ERR_INVALID },
    { "K = 0", { IMAGE, .K = 0, .R = 3, .S = 3 }, YOKE_ERR_INVALID },
    { "R = 0", { IMAGE, .K = 2, .R = 0, .S = 3 }, YOKE_ERR_INVALID },
    { "S = 0", { IMAGE, .K = 2, .R = 3, .S = 0 }, YOKE_ERR_INVALID },
    { "groups and C", { IMAGE, .K = 3, .R = 3, .S = 3, .groups = 3 }, YOKE_ERR_INVALID },
    { "groups and K", { IMAGE, .K = 3, .R = 3, .S = 3, .groups = 4 }, YOKE_ERR_INVALID },
    { "R > H", { IMAGE, .K = 2, .R = 6, .S = 3 }, YOKE_ERR_INVALID },
    { "S > W", { IMAGE, .K = 2, .R = 3, .S = 7 }, YOKE_ERR_INVALID },
    { "dilated R > H", { IMAGE, FILTERS, .dilation_h = 3 }, YOKE_ERR_INVALID },
    { "padding overflows", { IMAGE, FILTERS, .pad_h = { SIZE_MAX, 3 } }, YOKE_ERR_LIMIT },
    { "input overflows", { .N = 1 << 30, .C = 1 << 30, .H = 1 << 30, .W = 6, FILTERS },
      YOKE_ERR_INVALID },
    { "C past int", { .N = 1, .C = PAST_INT, .H = 3, .W = 3, FILTERS }, YOKE_ERR_LIMIT },
    { "W past int", { .N = 1, .C = 1, .H = 3, .W = PAST_INT, FILTERS }, YOKE_ERR_LIMIT },
    { "K past int", { IMAGE, .K = PAST_INT, .R = 1, .S = 1 }, YOKE_ERR_LIMIT },
};
// clang-format on
#define N_BAD_CONVS (sizeof bad_convs / sizeof bad_convs[0])

START_TEST(bad_conv_is_refused)
{
    const struct yoke_conv *c = &bad_convs[_i].conv;
    yoke_event *ev = (yoke_event *)host[0];
    size_t P, Q;

    EXPECT_FAILURE(yoke_conv_output(c, &P, &Q), bad_convs[_i].want);
    EXPECT_FAILURE(yoke_conv_run(test_team, c, host[0], host[1], host[2], NULL),
                   bad_convs[_i].want);
    EXPECT_FAILURE(yoke_conv_enqueue(test_queue, c, bufs[0], bufs[1], bufs[2], &ev),
                   bad_convs[_i].want);
    ck_assert_msg(ev == NULL, "%s: an event without a command", bad_convs[_i].why);
}
END_TEST

START_TEST(conv_output_is_the_formula)
{
    const struct yoke_conv c = {
        IMAGE,           FILTERS,           .stride_h = 2,    .stride_w = 3,
        .dilation_w = 2, .pad_h = { 1, 0 }, .pad_w = { 2, 3 }
    };
    size_t P = 0, Q = 0;

    EXPECT_OK(yoke_conv_output(&c, &P, &Q));
    ck_assert_uint_eq(P, (5 + 1 + 0 - 1 * 2 - 1) / 2 + 1);
    ck_assert_uint_eq(Q, (6 + 2 + 3 - 2 * 2 - 1) / 3 + 1);
    EXPECT_FAILURE(yoke_conv_output(NULL, &P, &Q), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_output(&c, NULL, &Q), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_output(&c, &P, NULL), YOKE_ERR_INVALID);
}
END_TEST

// clang-format off
/* The buffers hold 4096 floats. */
static const struct yoke_conv large_convs[] = {
    { .N = 1, .C = 1, .H = 65, .W = 64, .K = 1, .R = 3, .S = 3 },
    { .N = 1, .C = 65, .H = 3, .W = 3, .K = 8, .R = 3, .S = 3 },
    { .N = 5, .C = 1, .H = 10, .W = 10, .K = 9, .R = 1, .S = 1 },
    { .N = 1, .C = 1, .H = 46, .W = 46, .K = 1, .R = 1, .S = 1, .type = YOKE_F64 },
};
// clang-format on

START_TEST(buffer_too_small_for_conv_is_refused)
{
    EXPECT_FAILURE(yoke_conv_enqueue(test_queue, &large_convs[_i], bufs[0], bufs[1], bufs[2], NULL),
                   YOKE_ERR_INVALID);
}
END_TEST

START_TEST(null_for_conv_is_refused)
{
    const struct yoke_conv c = { IMAGE, FILTERS };
    const struct yoke_conv unknown = { IMAGE, FILTERS, .variant = "conv_of_dreams" };
    const struct yoke_conv layout = { IMAGE, FILTERS, .layout = (enum yoke_layout)99 };
    const struct yoke_conv type = { IMAGE, FILTERS, .type = (enum yoke_type)99 };
    float *y = host[0], *x = host[1], *w = host[2];
    yoke_buffer *Y = bufs[0], *X = bufs[1], *W = bufs[2];

    EXPECT_FAILURE(yoke_conv_run(NULL, &c, y, x, w, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_run(test_team, NULL, y, x, w, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_run(test_team, &c, NULL, x, w, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_run(test_team, &c, y, NULL, w, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_run(test_team, &c, y, x, NULL, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_enqueue(NULL, &c, Y, X, W, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_enqueue(test_queue, NULL, Y, X, W, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_enqueue(test_queue, &c, NULL, X, W, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_enqueue(test_queue, &c, Y, NULL, W, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_enqueue(test_queue, &c, Y, X, NULL, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_enqueue(test_queue, &c, Y, Y, W, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_run(test_team, &unknown, y, x, w, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_run(test_team, &layout, y, x, w, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_run(test_team, &type, y, x, w, NULL), YOKE_ERR_INVALID);
}
END_TEST

START_TEST(variant_names_are_a_list)
{
    const struct yoke_gemm g = { .M = 64, .N = 64, .K = 64 };
    const struct yoke_conv c = { IMAGE, FILTERS };
    const char *chosen_gemm = yoke_gemm_variant(test_device, &g);
    const char *chosen_conv = yoke_conv_variant(test_device, &c);
    int n_gemm = 0, n_conv = 0;

    for (size_t i = 0; yoke_gemm_variant_name(i); i++)
        n_gemm += strcmp(yoke_gemm_variant_name(i), chosen_gemm) == 0;
    for (size_t i = 0; yoke_conv_variant_name(i); i++)
        n_conv += strcmp(yoke_conv_variant_name(i), chosen_conv) == 0;
    ck_assert_int_eq(n_gemm, 1);
    ck_assert_int_eq(n_conv, 1);
    ck_assert_ptr_null(yoke_gemm_variant_name(SIZE_MAX));
    ck_assert_str_eq(yoke_gemm_variant(test_device, &bad_gemms[0].gemm), "");
    ck_assert_str_eq(yoke_conv_variant(test_device, &bad_convs[0].conv), "");
}
END_TEST

/* More matrices than drivers count work-groups of y or z: the kernels are launched in slices. */
START_TEST(large_batches)
{
    static const char *const variants[] = { "gemm_general", "gemm_tile", "gemm_gpu_32x32" };
    enum { BATCH = 65537 };
    static float C[BATCH], A[BATCH], ones[BATCH];
    const struct yoke_gemm g = { .M = 1, .N = 1, .K = 1, .batch = BATCH, .variant = variants[_i] };

    for (size_t i = 0; i < BATCH; i++) {
        A[i] = (float)i;
        ones[i] = 1;
        C[i] = -1;
    }
    const yoke_status st = yoke_gemm_run(test_team, &g, C, A, ones, NULL);
    if (_i > 0 && st == YOKE_ERR_UNSUPPORTED) return; /* not of this device */
    ck_assert_msg(st == YOKE_OK, "%s: %s", variants[_i], yoke_last_error());
    for (size_t i = 0; i < BATCH; i++)
        ck_assert_msg(C[i] == A[i], "%s: matrix %zu is %g", variants[_i], i, (double)C[i]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("args");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, bad_gemm_is_refused, 0, N_BAD_GEMMS);
    tcase_add_loop_test(tc, buffer_too_small_for_gemm_is_refused, 0,
                        sizeof large_gemms / sizeof large_gemms[0]);
    tcase_add_loop_test(tc, large_batches, 0, 3);
    tcase_add_test(tc, gemm_fills_its_buffers_to_the_last_element);
    tcase_add_test(tc, unknown_enumerators_are_refused);
    tcase_add_test(tc, null_for_gemm_is_refused);
    tcase_add_loop_test(tc, bad_conv_is_refused, 0, N_BAD_CONVS);
    tcase_add_test(tc, conv_output_is_the_formula);
    tcase_add_loop_test(tc, buffer_too_small_for_conv_is_refused, 0,
                        sizeof large_convs / sizeof large_convs[0]);
    tcase_add_test(tc, null_for_conv_is_refused);
    tcase_add_test(tc, variant_names_are_a_list);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
