/* test_epilogue.c - what products refuse of types, scalars and epilogues.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "harness.h"

#define N_BYTES 16384 /* of each array and buffer */

static char *host[3];
static yoke_buffer *bufs[5]; /* the last one holds a single float */

static void setup(void)
{
    harness_open_device();
    for (int i = 0; i < 3; i++) {
        host[i] = calloc(N_BYTES, 1);
        ck_assert_ptr_nonnull(host[i]);
    }
    for (int i = 0; i < 5; i++) {
        const struct yoke_buffer_params params = { .size_bytes = i < 4 ? N_BYTES : sizeof(float) };
        EXPECT_OK(yoke_buffer_create(test_device, &params, &bufs[i]));
    }
}

static void teardown(void)
{
    for (int i = 0; i < 5; i++)
        yoke_buffer_destroy(&bufs[i]);
    for (int i = 0; i < 3; i++)
        free(host[i]);
    harness_close_device();
}

static const double half[2] = { 0.5 }, large[2] = { 0x1p31 }, two[2] = { 2.0, 0.5 };
static const struct yoke_epilogue relu = { .activation = YOKE_ACT_RELU },
                                  gelu = { .activation = YOKE_ACT_GELU },
                                  clamp = { .activation = YOKE_ACT_CLAMP, .clamp_max = 1.0 },
                                  backwards = { .activation = YOKE_ACT_CLAMP, .clamp_min = 1.0 },
                                  nowhere = { .activation = YOKE_ACT_CLAMP,
                                              .clamp_max = (double)NAN },
                                  no_such_bias = { .bias = (enum yoke_bias)4 },
                                  no_such_act = { .activation = (enum yoke_activation)6 };

#define SIZES .M = 4, .N = 5, .K = 6

// clang-format off
static const struct {
    const char *why;
    struct yoke_gemm gemm;
} bad_gemms[] = {
    { "results as inputs", { SIZES, .type = YOKE_S32 } },
    { "alpha 0.5 of s8", { SIZES, .type = YOKE_S8, .alpha = half } },
    { "beta 0.5 of s8", { SIZES, .type = YOKE_S8, .beta = half } },
    { "alpha of 33 bits", { SIZES, .type = YOKE_S8, .alpha = large } },
    { "RELU of c64", { SIZES, .type = YOKE_C64, .epilogue = &relu } },
    { "CLAMP of c128", { SIZES, .type = YOKE_C128, .epilogue = &clamp } },
    { "GELU of s8", { SIZES, .type = YOKE_S8, .epilogue = &gelu } },
    { "clamp from 1 to 0", { SIZES, .epilogue = &backwards } },
    { "clamp to NaN", { SIZES, .epilogue = &nowhere } },
    { "a bias there is not", { SIZES, .epilogue = &no_such_bias } },
    { "an activation there is not", { SIZES, .epilogue = &no_such_act } },
};
// clang-format on

START_TEST(bad_type_or_epilogue_is_refused)
{
    const struct yoke_gemm *g = &bad_gemms[_i].gemm;
    yoke_event *ev = (yoke_event *)host[0];

    EXPECT_FAILURE(yoke_gemm_run(test_team, g, host[0], host[1], host[2], NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_enqueue(test_queue, g, bufs[0], bufs[1], bufs[2], &ev),
                   YOKE_ERR_INVALID);
    ck_assert_msg(ev == NULL, "%s: an event without a command", bad_gemms[_i].why);
    ck_assert_str_eq(yoke_gemm_variant(test_device, g), "");
}
END_TEST

// clang-format off
static const struct yoke_gemm good_gemms[] = {
    { SIZES, .type = YOKE_F16 },
    { SIZES, .type = YOKE_BF16, .alpha = half, .epilogue = &gelu },
    { SIZES, .type = YOKE_C64, .alpha = two, .beta = two, .conj_a = true },
    { SIZES, .type = YOKE_S8, .alpha = two, .epilogue = &clamp },
    { SIZES, .conj_b = true, .alpha = two },
};
// clang-format on

/* Of numbers without an imaginary part, alpha's and beta's is not looked at, nor conj. */
START_TEST(good_type_and_epilogue_are_taken)
{
    const struct yoke_gemm *g = &good_gemms[_i];

    EXPECT_OK(yoke_gemm_enqueue(test_queue, g, bufs[0], bufs[1], bufs[2], NULL));
    EXPECT_OK(yoke_queue_finish(test_queue));
}
END_TEST

static yoke_status enqueue(struct yoke_gemm g, const struct yoke_epilogue *e)
{
    g.epilogue = e;
    return yoke_gemm_enqueue(test_queue, &g, bufs[0], bufs[1], bufs[2], NULL);
}

START_TEST(bias_must_be_there_and_fit)
{
    const struct yoke_gemm g = { SIZES };
    struct yoke_epilogue e = { .bias = YOKE_BIAS_COLUMN, .bias_array = host[2] };

    EXPECT_FAILURE(enqueue(g, &e), YOKE_ERR_INVALID); /* of the other tier only */
    e.bias_buffer = bufs[4];
    EXPECT_FAILURE(enqueue(g, &e), YOKE_ERR_INVALID); /* one float for 5 */
    e.bias = YOKE_BIAS_ROW;
    EXPECT_FAILURE(enqueue(g, &e), YOKE_ERR_INVALID);
    EXPECT_OK(enqueue((struct yoke_gemm){ .M = 1, .N = 5, .K = 6 }, &e));
    e.offset_bias = 1;
    EXPECT_FAILURE(enqueue((struct yoke_gemm){ .M = 1, .N = 5, .K = 6 }, &e), YOKE_ERR_INVALID);
    e.bias_buffer = bufs[3];
    e.offset_bias = SIZE_MAX - 2;
    EXPECT_FAILURE(enqueue(g, &e), YOKE_ERR_INVALID);
    e.offset_bias = N_BYTES / sizeof(float) - 4;
    EXPECT_OK(enqueue(g, &e));
    e.bias_buffer = bufs[0];
    EXPECT_FAILURE(enqueue(g, &e), YOKE_ERR_INVALID); /* C itself */
    EXPECT_OK(yoke_queue_finish(test_queue));
}
END_TEST

START_TEST(residual_must_be_there_and_fit)
{
    const struct yoke_gemm g = { SIZES }, batch = { SIZES, .batch = 3 };
    struct yoke_epilogue e = { .residual_array = host[2] };

    EXPECT_FAILURE(enqueue(g, &e), YOKE_ERR_INVALID); /* of the other tier only */
    e.residual_buffer = bufs[4];
    EXPECT_FAILURE(enqueue(g, &e), YOKE_ERR_INVALID);
    e.residual_buffer = bufs[0];
    EXPECT_FAILURE(enqueue(g, &e), YOKE_ERR_INVALID); /* C itself */
    e.residual_buffer = bufs[3];
    e.ldr = 4;
    EXPECT_FAILURE(enqueue(g, &e), YOKE_ERR_INVALID); /* rows of 5 */
    e.ldr = SIZE_MAX / 2;
    EXPECT_FAILURE(enqueue(g, &e), YOKE_ERR_INVALID);
    e.ldr = 0;
    e.offset_r = N_BYTES / sizeof(float) - 20;
    EXPECT_OK(enqueue(g, &e));
    EXPECT_FAILURE(enqueue(batch, &e), YOKE_ERR_INVALID);
    e.stride_r = YOKE_STRIDE_SHARED;
    EXPECT_OK(enqueue(batch, &e));
    EXPECT_OK(yoke_queue_finish(test_queue));
}
END_TEST

START_TEST(arrays_of_run_must_be_there)
{
    struct yoke_epilogue e = { .bias = YOKE_BIAS_ROW, .bias_buffer = bufs[3] };
    const struct yoke_gemm g = { SIZES, .epilogue = &e };

    EXPECT_FAILURE(yoke_gemm_run(test_team, &g, host[0], host[1], host[2], NULL), YOKE_ERR_INVALID);
    e = (struct yoke_epilogue){ .residual_buffer = bufs[3] };
    EXPECT_FAILURE(yoke_gemm_run(test_team, &g, host[0], host[1], host[2], NULL), YOKE_ERR_INVALID);
}
END_TEST

/* Sizes in bytes depend on the type: results of s8 have four. */
START_TEST(buffers_must_fit_the_type)
{
    const struct yoke_gemm s8 = { .M = 65, .N = 64, .K = 1, .type = YOKE_S8 };
    const struct yoke_gemm c64 = { .M = 2048, .N = 1, .K = 2, .type = YOKE_C64 };
    const struct yoke_gemm f16 = { .M = 64, .N = 128, .K = 65, .type = YOKE_F16 };

    EXPECT_FAILURE(enqueue(s8, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(enqueue(c64, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(enqueue(f16, NULL), YOKE_ERR_INVALID);
    EXPECT_OK(enqueue((struct yoke_gemm){ .M = 64, .N = 64, .K = 256, .type = YOKE_S8 }, NULL));
    EXPECT_OK(yoke_queue_finish(test_queue));
}
END_TEST

/* Variants asked for by name, where they do not take a product of s8; and a type that an operator
 * does not have. */
START_TEST(types_that_are_not_there_are_unsupported)
{
    struct yoke_gemm g = { SIZES, .type = YOKE_S8 };
    const struct yoke_conv c = {
        .N = 1, .C = 1, .H = 3, .W = 3, .K = 1, .R = 1, .S = 1, .type = YOKE_F16
    };
    size_t n_refused = 0;

    for (size_t i = 0; (g.variant = yoke_gemm_variant_name(i)); i++) {
        if (yoke_gemm_variant(test_device, &g)[0] != '\0') continue;
        n_refused++;
        EXPECT_FAILURE(yoke_gemm_run(test_team, &g, host[0], host[1], host[2], NULL),
                       YOKE_ERR_UNSUPPORTED);
        EXPECT_FAILURE(enqueue(g, NULL), YOKE_ERR_UNSUPPORTED);
    }
    ck_assert_uint_gt(n_refused, 0); /* gemm_tile, for one */
    EXPECT_FAILURE(yoke_conv_run(test_team, &c, host[0], host[1], host[2], NULL),
                   YOKE_ERR_UNSUPPORTED);
    EXPECT_FAILURE(yoke_conv_enqueue(test_queue, &c, bufs[0], bufs[1], bufs[2], NULL),
                   YOKE_ERR_UNSUPPORTED);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("epilogue");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, bad_type_or_epilogue_is_refused, 0,
                        sizeof bad_gemms / sizeof bad_gemms[0]);
    tcase_add_loop_test(tc, good_type_and_epilogue_are_taken, 0,
                        sizeof good_gemms / sizeof good_gemms[0]);
    tcase_add_test(tc, bias_must_be_there_and_fit);
    tcase_add_test(tc, residual_must_be_there_and_fit);
    tcase_add_test(tc, arrays_of_run_must_be_there);
    tcase_add_test(tc, buffers_must_fit_the_type);
    tcase_add_test(tc, types_that_are_not_there_are_unsupported);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
