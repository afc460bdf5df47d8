/* test_conv_epilogue.c - what convolutions refuse of epilogues. SPDX-License-Identifier: MIT */
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

/* Y is 2 x 5 x 3 x 4, in lines of 5 (NHWC) or 4 (NCHW). */
#define SIZES .N = 2, .C = 3, .H = 3, .W = 4, .K = 5, .R = 1, .S = 1
enum { N_Y = 2 * 5 * 3 * 4, N_FLOATS = N_BYTES / sizeof(float) };

static yoke_status enqueue(enum yoke_layout layout, const struct yoke_epilogue *e)
{
    const struct yoke_conv c = { SIZES, .layout = layout, .epilogue = e };

    return yoke_conv_enqueue(test_queue, &c, bufs[0], bufs[1], bufs[2], NULL);
}

static const struct yoke_epilogue bad[] = {
    { .bias = YOKE_BIAS_ROW },
    { .bias = YOKE_BIAS_COLUMN },
    { .bias = (enum yoke_bias)4 },
    { .activation = (enum yoke_activation)6 },
    { .activation = YOKE_ACT_CLAMP, .clamp_min = 1 },
    { .activation = YOKE_ACT_CLAMP, .clamp_max = (double)NAN },
};

/* Whatever its arrays. */
START_TEST(bad_epilogue_is_refused)
{
    struct yoke_epilogue e = bad[_i];
    const struct yoke_conv c = { SIZES, .epilogue = &e };
    yoke_event *ev = (yoke_event *)host[0];
    size_t bytes;

    e.bias_array = host[2];
    e.bias_buffer = bufs[3];
    EXPECT_FAILURE(yoke_conv_run(test_team, &c, host[0], host[1], host[2], NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_conv_enqueue(test_queue, &c, bufs[0], bufs[1], bufs[2], &ev),
                   YOKE_ERR_INVALID);
    ck_assert_ptr_null(ev);
    EXPECT_FAILURE(yoke_conv_workspace(test_device, &c, &bytes), YOKE_ERR_INVALID);
    ck_assert_str_eq(yoke_conv_variant(test_device, &c), "");
}
END_TEST

/* A bias for each channel is none of a matrix product's. */
START_TEST(bias_by_channel_is_for_images)
{
    const struct yoke_epilogue e = { .bias = YOKE_BIAS_CHANNEL, .bias_array = host[2] };
    const struct yoke_gemm g = { .M = 4, .N = 5, .K = 6, .epilogue = &e };

    EXPECT_FAILURE(yoke_gemm_run(test_team, &g, host[0], host[1], host[2], NULL), YOKE_ERR_INVALID);
}
END_TEST

START_TEST(bias_must_be_there_and_fit)
{
    struct yoke_epilogue e = { .bias = YOKE_BIAS_CHANNEL, .bias_array = host[2] };

    EXPECT_FAILURE(enqueue(YOKE_NHWC, &e), YOKE_ERR_INVALID); /* of the other tier only */
    e.bias_buffer = bufs[4];
    EXPECT_FAILURE(enqueue(YOKE_NHWC, &e), YOKE_ERR_INVALID); /* one float for 5 */
    e.bias_buffer = bufs[3];
    e.offset_bias = SIZE_MAX - 2;
    EXPECT_FAILURE(enqueue(YOKE_NHWC, &e), YOKE_ERR_INVALID);
    e.offset_bias = N_FLOATS - 4;
    EXPECT_FAILURE(enqueue(YOKE_NHWC, &e), YOKE_ERR_INVALID);
    e.offset_bias = N_FLOATS - 5;
    EXPECT_OK(enqueue(YOKE_NHWC, &e));
    e.bias_buffer = bufs[0];
    EXPECT_FAILURE(enqueue(YOKE_NHWC, &e), YOKE_ERR_INVALID); /* Y itself */
    EXPECT_OK(yoke_queue_finish(test_queue));
}
END_TEST

START_TEST(residual_must_be_there_and_fit)
{
    struct yoke_epilogue e = { .residual_array = host[2] };
    const enum yoke_layout layout = (enum yoke_layout)_i;
    const size_t line = layout == YOKE_NHWC ? 5 : 4, n_lines = N_Y / line;

    EXPECT_FAILURE(enqueue(layout, &e), YOKE_ERR_INVALID); /* of the other tier only */
    e.residual_buffer = bufs[4];
    EXPECT_FAILURE(enqueue(layout, &e), YOKE_ERR_INVALID);
    e.residual_buffer = bufs[0];
    EXPECT_FAILURE(enqueue(layout, &e), YOKE_ERR_INVALID); /* Y itself */
    e.residual_buffer = bufs[3];
    e.ldr = line - 1;
    EXPECT_FAILURE(enqueue(layout, &e), YOKE_ERR_INVALID);
    e.ldr = SIZE_MAX / 2;
    EXPECT_FAILURE(enqueue(layout, &e), YOKE_ERR_INVALID);
    e.ldr = line + 2;
    e.offset_r = N_FLOATS - ((n_lines - 1) * e.ldr + line); /* to the last element */
    EXPECT_OK(enqueue(layout, &e));
    e.offset_r++;
    EXPECT_FAILURE(enqueue(layout, &e), YOKE_ERR_INVALID);
    e.stride_r = YOKE_STRIDE_SHARED;
    EXPECT_OK(enqueue(layout, &e));
    e.stride_r = SIZE_MAX / 2;
    EXPECT_FAILURE(enqueue(layout, &e), YOKE_ERR_INVALID);
    EXPECT_OK(yoke_queue_finish(test_queue));
}
END_TEST

START_TEST(arrays_of_run_must_be_there)
{
    struct yoke_epilogue e = { .bias = YOKE_BIAS_CHANNEL, .bias_buffer = bufs[3] };
    const struct yoke_conv c = { SIZES, .epilogue = &e };

    EXPECT_FAILURE(yoke_conv_run(test_team, &c, host[0], host[1], host[2], NULL), YOKE_ERR_INVALID);
    e = (struct yoke_epilogue){ .residual_buffer = bufs[3] };
    EXPECT_FAILURE(yoke_conv_run(test_team, &c, host[0], host[1], host[2], NULL), YOKE_ERR_INVALID);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("conv epilogue");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, bad_epilogue_is_refused, 0, sizeof bad / sizeof bad[0]);
    tcase_add_test(tc, bias_by_channel_is_for_images);
    tcase_add_test(tc, bias_must_be_there_and_fit);
    tcase_add_loop_test(tc, residual_must_be_there_and_fit, YOKE_NCHW, YOKE_NHWC + 1);
    tcase_add_test(tc, arrays_of_run_must_be_there);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
