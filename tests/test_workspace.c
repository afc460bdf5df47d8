/* test_workspace.c - how much memory operators take, and that they keep to a cap.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/element.h"
#include "harness.h"

static size_t workspace(const struct yoke_gemm *g)
{
    size_t bytes = 1;

    ck_assert_msg(yoke_gemm_workspace(test_device, g, &bytes) == YOKE_OK, "%s", yoke_last_error());
    return bytes;
}

/* Whole numbers: under every cap the same result, and no more scratch than allowed. */
static void check_caps(struct yoke_gemm g)
{
    static const size_t caps[] = { 1, 4000, 30000, 200000, 3000000 };
    const size_t size = yoke_type_size(g.type),
                 c_bytes = g.M * g.N * yoke_type_size(yoke_type_result(g.type));
    char *A = malloc(g.M * g.K * size), *B = malloc(g.K * g.N * size), *C = malloc(c_bytes),
         *want = malloc(c_bytes);

    ck_assert(A && B && C && want);
    for (size_t i = 0; i < g.M * g.K; i++)
        yoke_element_set(g.type, A, i, (double)(i * 3 % 5) - 2);
    for (size_t i = 0; i < g.K * g.N; i++)
        yoke_element_set(g.type, B, i, (double)(i * 7 % 5) - 2);
    ck_assert_int_eq(yoke_gemm_run(test_team, &g, want, A, B, NULL), YOKE_OK);
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        g.max_workspace_bytes = caps[i];
        ck_assert_uint_le(workspace(&g), caps[i]);
        memset(C, 0xff, c_bytes);
        ck_assert_msg(yoke_gemm_run(test_team, &g, C, A, B, NULL) == YOKE_OK, "%s",
                      yoke_last_error());
        ck_assert_msg(memcmp(C, want, c_bytes) == 0, "cap %zu: another result", caps[i]);
    }
    free(A);
    free(B);
    free(C);
    free(want);
}

START_TEST(products_keep_to_a_cap)
{
    check_caps((struct yoke_gemm){ .M = 130, .N = 210, .K = 90 });
    check_caps((struct yoke_gemm){ .M = 30, .N = 40, .K = 3000 });
    check_caps((struct yoke_gemm){ .M = 50, .N = 70, .K = 2500, .type = YOKE_F16 });
    check_caps((struct yoke_gemm){ .M = 90, .N = 110, .K = 5000, .type = YOKE_S8 });
}
END_TEST

START_TEST(scratch_can_be_asked_for)
{
    const struct yoke_gemm large = { .M = 500, .N = 500, .K = 500 },
                           none = { .M = 0, .N = 5, .K = 5 };
    size_t bytes;

    if (harness_is_pocl(test_device)) ck_assert_uint_gt(workspace(&large), 10000);
    ck_assert_uint_eq(workspace(&none), 0);
    ck_assert_int_eq(yoke_gemm_workspace(NULL, &large, &bytes), YOKE_ERR_INVALID);
    ck_assert_int_eq(yoke_gemm_workspace(test_device, NULL, &bytes), YOKE_ERR_INVALID);
    ck_assert_int_eq(yoke_gemm_workspace(test_device, &large, NULL), YOKE_ERR_INVALID);
}
END_TEST

/* The same of convolutions. */
static void check_conv_caps(struct yoke_conv c)
{
    static const size_t caps[] = { 1, 9000, 20000, 100000, 1000000 };
    size_t P, Q, bytes, n_tile = 0;

    ck_assert_int_eq(yoke_conv_output(&c, &P, &Q), YOKE_OK);
    const size_t n_x = c.N * c.C * c.H * c.W, n_w = c.K * c.C * c.R * c.S, n_y = c.N * c.K * P * Q;
    float *X = malloc(n_x * sizeof *X), *W = malloc(n_w * sizeof *W), *Y = malloc(n_y * sizeof *Y),
          *want = malloc(n_y * sizeof *want);

    ck_assert(X && W && Y && want);
    for (size_t i = 0; i < n_x; i++)
        X[i] = (float)(i * 3 % 5) - 2;
    for (size_t i = 0; i < n_w; i++)
        W[i] = (float)(i * 7 % 5) - 2;
    ck_assert_int_eq(yoke_conv_run(test_team, &c, want, X, W, NULL), YOKE_OK);
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        c.max_workspace_bytes = caps[i];
        ck_assert_msg(yoke_conv_workspace(test_device, &c, &bytes) == YOKE_OK, "%s",
                      yoke_last_error());
        ck_assert_uint_le(bytes, caps[i]);
        n_tile += strcmp(yoke_conv_variant(test_device, &c), "conv_tile") == 0;
        memset(Y, 0xff, n_y * sizeof *Y);
        ck_assert_msg(yoke_conv_run(test_team, &c, Y, X, W, NULL) == YOKE_OK, "%s",
                      yoke_last_error());
        ck_assert_msg(memcmp(Y, want, n_y * sizeof *Y) == 0, "cap %zu: another result", caps[i]);
    }
    if (harness_is_pocl(test_device)) ck_assert_uint_ge(n_tile, 2); /* it shrinks its plan */
    free(X);
    free(W);
    free(Y);
    free(want);
}

START_TEST(convolutions_keep_to_a_cap)
{
    check_conv_caps((struct yoke_conv){ .N = 3,
                                        .C = 20,
                                        .H = 13,
                                        .W = 17,
                                        .K = 130,
                                        .R = 3,
                                        .S = 3,
                                        .layout = YOKE_NHWC,
                                        .pad_h = { 1, 1 },
                                        .pad_w = { 1, 1 } });
    check_conv_caps(
        (struct yoke_conv){ .N = 2, .C = 40, .H = 9, .W = 11, .K = 200, .R = 1, .S = 1 });
}
END_TEST

START_TEST(workspace_of_convolutions_can_be_asked_for)
{
    const struct yoke_conv large = { .N = 4, .C = 64, .H = 56, .W = 56, .K = 64, .R = 3, .S = 3 },
                           none = { .C = 1, .H = 3, .W = 3, .K = 1, .R = 1, .S = 1 };
    size_t bytes = 1;

    ck_assert_int_eq(yoke_conv_workspace(test_device, &large, &bytes), YOKE_OK);
    if (harness_is_pocl(test_device)) ck_assert_uint_gt(bytes, 100000);
    ck_assert_int_eq(yoke_conv_workspace(test_device, &none, &bytes), YOKE_OK);
    ck_assert_uint_eq(bytes, 0);
    ck_assert_int_eq(yoke_conv_workspace(NULL, &large, &bytes), YOKE_ERR_INVALID);
    ck_assert_int_eq(yoke_conv_workspace(test_device, NULL, &bytes), YOKE_ERR_INVALID);
    ck_assert_int_eq(yoke_conv_workspace(test_device, &large, NULL), YOKE_ERR_INVALID);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("workspace");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_test(tc, products_keep_to_a_cap);
    tcase_add_test(tc, scratch_can_be_asked_for);
    tcase_add_test(tc, convolutions_keep_to_a_cap);
    tcase_add_test(tc, workspace_of_convolutions_can_be_asked_for);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
