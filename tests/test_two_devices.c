/* test_two_devices.c - two devices that share work.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "ref/fill.h"
#include "ref/gemm.h"

/* Two devices: PoCL makes two of the processor when asked so before it is loaded. */
static bool setup_two(void)
{
    setenv("POCL_DEVICES", "basic basic", 1);
    unsetenv("YOKE_DEVICES");
    EXPECT_OK(yoke_team_create(NULL, &test_team));
    harness_spare_binaries(yoke_team_device(test_team, 0));
    if (yoke_team_device_count(test_team) == 2 && harness_is_pocl(yoke_team_device(test_team, 0)) &&
        harness_is_pocl(yoke_team_device(test_team, 1)))
        return true;
    printf("two devices: skipped, PoCL is not the only platform here\n");
    yoke_team_destroy(&test_team);
    return false;
}

/* Go on with the i-th of the two alone. */
static void keep_one(size_t i)
{
    char id[16];
    const struct yoke_team_params params = { .select = id };

    snprintf(id, sizeof id, "%s", yoke_device_get_info(yoke_team_device(test_team, i))->id);
    yoke_team_destroy(&test_team);
    EXPECT_OK(yoke_team_create(&params, &test_team));
    ck_assert_uint_eq(yoke_team_device_count(test_team), 1);
}

static float *integers(size_t n, uint64_t seed)
{
    float *v = malloc(n * sizeof *v);

    ck_assert_ptr_nonnull(v);
    yoke_ref_fill(YOKE_F32, YOKE_REF_WHOLE, v, n, &seed);
    return v;
}

/* What every report promises. */
static void expect_report(const struct yoke_report *r)
{
    double sum = 0.0;

    ck_assert_uint_eq(r->n_devices, yoke_team_device_count(test_team));
    ck_assert_double_gt(r->time_ms, 0.0);
    for (size_t i = 0; i < r->n_devices; i++) {
        const struct yoke_share *s = &r->devices[i];
        ck_assert_str_eq(s->id, yoke_device_get_info(yoke_team_device(test_team, i))->id);
        ck_assert_double_ge(s->share, 0.0);
        ck_assert_double_ge(s->time_ms, 0.0);
        ck_assert_double_le(s->time_ms, r->time_ms);
        ck_assert_msg((s->variant[0] != '\0') == (s->share > 0.0), "%s has share %g and ran \"%s\"",
                      s->id, s->share, s->variant);
        sum += s->share;
    }
    ck_assert_double_eq_tol(sum, 1.0, 1e-9);
}

static void expect_both_work(const struct yoke_report *r)
{
    ck_assert_uint_eq(r->n_devices, 2);
    for (size_t i = 0; i < 2; i++)
        ck_assert_msg(r->devices[i].share > 0.0, "%s got nothing", r->devices[i].id);
}

#define SIZE 512

START_TEST(two_devices_share_a_product)
{
    const struct yoke_gemm g = { .M = SIZE, .N = SIZE, .K = SIZE };
    float *a = integers(SIZE * SIZE, 1), *b = integers(SIZE * SIZE, 2);
    float *both = integers(SIZE * SIZE, 3), *alone = integers(SIZE * SIZE, 4);
    const struct yoke_ref_effort sample = { .min_elements = 200 };
    struct yoke_ref_result found;
    struct yoke_report report;
    struct yoke_ref ref;

    if (!setup_two()) goto out;
    for (int i = 0; i < 6; i++) { /* the rates that it plans with change from call to call */
        EXPECT_OK(yoke_gemm_run(test_team, &g, both, a, b, &report));
        expect_report(&report);
        if (i > 0) expect_both_work(&report); /* while one compiles, the other may do it all */
    }
    keep_one(0);
    EXPECT_OK(yoke_gemm_run(test_team, &g, alone, a, b, &report));
    expect_report(&report);
    ck_assert_mem_eq(both, alone, SIZE * SIZE * sizeof *both);
    yoke_ref_gemm(&ref, &g, YOKE_REF_WHOLE, NULL, a, b);
    yoke_ref_check(&ref, &sample, 1, both, &found);
    ck_assert_msg(found.passed, "element %zu is %Lg, not %Lg", found.element, found.got,
                  found.value.want);
    yoke_team_destroy(&test_team);
out:
    free(a);
    free(b);
    free(both);
    free(alone);
}
END_TEST

START_TEST(two_devices_share_a_batch_of_images)
{
    struct yoke_conv c = { .N = 16,
                           .C = 32,
                           .H = 28,
                           .W = 28,
                           .K = 48,
                           .R = 3,
                           .S = 3,
                           .layout = _i ? YOKE_NHWC : YOKE_NCHW,
                           .pad_h = { 1, 1 },
                           .pad_w = { 1, 1 } };
    const size_t n_y = c.N * c.K * c.H * c.W;
    float *x = integers(c.N * c.C * c.H * c.W, 1), *w = integers(c.K * c.C * 9, 2);
    float *bias = integers(c.K, 3), *both = integers(n_y, 4), *alone = integers(n_y, 5);
    float *residual = integers(n_y, 6);
    const struct yoke_epilogue e = { .bias = YOKE_BIAS_CHANNEL,
                                     .activation = YOKE_ACT_RELU,
                                     .bias_array = bias,
                                     .residual_array = residual };
    struct yoke_report report;

    c.epilogue = &e;
    if (!setup_two()) goto out;
    for (int i = 0; i < 4; i++) {
        EXPECT_OK(yoke_conv_run(test_team, &c, both, x, w, &report));
        expect_report(&report);
        if (i > 0) expect_both_work(&report);
    }
    keep_one(0);
    EXPECT_OK(yoke_conv_run(test_team, &c, alone, x, w, &report));
    expect_report(&report);
    ck_assert_mem_eq(both, alone, n_y * sizeof *both);
    yoke_team_destroy(&test_team);
out:
    free(x);
    free(w);
    free(bias);
    free(residual);
    free(both);
    free(alone);
}
END_TEST

/* Edges of the split: fewer rows than devices, one row, nothing at all, beta, a batch. */
// clang-format off
static const struct {
    size_t M, N, K, batch;
    bool col_major;
} small_products[] = {
    { 1, 1, 1, 0, false }, { 1, 300, 40, 0, false }, { 300, 1, 40, 0, true }, { 2, 3, 5, 7, false },
    { 0, 5, 5, 0, false }, { 5, 0, 5, 0, true },     { 5, 5, 0, 0, false },
    { 33, 65, 17, 3, true },
    { 257, 129, 65, 0, true },
};

// clang-format on
START_TEST(two_devices_agree_on_small_products)
{
    const size_t M = small_products[_i].M, N = small_products[_i].N, K = small_products[_i].K;
    const double beta = -2.0;
    const struct yoke_gemm g = {
        .M = M,
        .N = N,
        .K = K,
        .batch = small_products[_i].batch,
        .beta = &beta,
        .order = small_products[_i].col_major ? YOKE_COL_MAJOR : YOKE_ROW_MAJOR,
    };
    const size_t batch = g.batch ? g.batch : 1, n = batch * M * N;
    float *a = integers(batch * M * K + 1, 1), *b = integers(batch * K * N + 1, 2);
    float *both = integers(n + 1, 3), *alone = integers(n + 1, 3);
    struct yoke_report report;

    if (!setup_two()) goto out;
    EXPECT_OK(yoke_gemm_run(test_team, &g, both, a, b, &report));
    if (M && N) expect_report(&report);
    keep_one(1);
    EXPECT_OK(yoke_gemm_run(test_team, &g, alone, a, b, NULL));
    ck_assert_mem_eq(both, alone, (n + 1) * sizeof *both);
    yoke_team_destroy(&test_team);
out:
    free(a);
    free(b);
    free(both);
    free(alone);
}
END_TEST

START_TEST(objects_of_another_device_are_refused)
{
    const struct yoke_buffer_params params = { .size_bytes = 4 };
    const struct yoke_kernel_params source = {
        .name = "zero", .source = "__kernel void zero(__global float *p) { p[0] = 0; }"
    };
    const struct yoke_launch launch = { .global = { 1 } };
    const struct yoke_gemm g = { .M = 1, .N = 1, .K = 1 };
    yoke_buffer *own[2] = { NULL }, *other = NULL;
    yoke_queue *q = NULL;
    yoke_kernel *kernels[2] = { NULL };
    float host = 0.0f;

    if (!setup_two()) return;
    EXPECT_OK(yoke_queue_create(yoke_team_device(test_team, 0), &q));
    EXPECT_OK(yoke_buffer_create(yoke_team_device(test_team, 0), &params, &own[0]));
    EXPECT_OK(yoke_buffer_create(yoke_team_device(test_team, 0), &params, &own[1]));
    EXPECT_OK(yoke_buffer_create(yoke_team_device(test_team, 1), &params, &other));
    for (size_t i = 0; i < 2; i++)
        EXPECT_OK(yoke_kernel_create(yoke_team_device(test_team, i), &source, &kernels[i]));
    EXPECT_FAILURE(yoke_buffer_write(q, other, 0, &host, 4), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_buffer_read(q, other, 0, &host, 4), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_enqueue(q, &g, other, own[0], own[1], NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_enqueue(q, &g, own[0], other, own[1], NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_kernel_enqueue(q, kernels[0], &launch,
                                       (struct yoke_arg[]){ YOKE_ARG_BUFFER(other) }, 1, NULL),
                   YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_kernel_enqueue(q, kernels[1], &launch,
                                       (struct yoke_arg[]){ YOKE_ARG_BUFFER(own[0]) }, 1, NULL),
                   YOKE_ERR_INVALID);
    for (size_t i = 0; i < 2; i++) {
        yoke_kernel_destroy(&kernels[i]);
        yoke_buffer_destroy(&own[i]);
    }
    yoke_buffer_destroy(&other);
    yoke_queue_destroy(&q);
    yoke_team_destroy(&test_team);
}
END_TEST

/* No fixture: each test opens its teams, since POCL_DEVICES must be set before. */
int main(void)
{
    Suite *s = suite_create("two-devices");
    TCase *tc = tcase_create("pocl");

    tcase_add_test(tc, two_devices_share_a_product);
    tcase_add_loop_test(tc, two_devices_share_a_batch_of_images, 0, 2);
    tcase_add_loop_test(tc, two_devices_agree_on_small_products, 0,
                        sizeof small_products / sizeof small_products[0]);
    tcase_add_test(tc, objects_of_another_device_are_refused);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
