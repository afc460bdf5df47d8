/* test_check.c - the command's check finds what is wrong. SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/check.h"
#include "unit.h"

/* A product that is right but for one element, off by `error` times the bound of f32. */
static struct check check_product(size_t n, double error)
{
    const struct yoke_gemm gemm = { .M = n, .N = n, .K = n };
    const double bound = (double)(n + 2) * 0x1p-24 * (double)n;
    float *ones = malloc(n * n * sizeof *ones), *C = malloc(n * n * sizeof *C);
    struct check check;

    ck_assert(ones && C);
    for (size_t i = 0; i < n * n; i++) {
        ones[i] = 1.0f;
        C[i] = (float)n;
    }
    C[n * n - 1] += (float)(error * bound);
    check_gemm(&check, &gemm, C, ones, ones, NULL, 0);
    free(ones);
    free(C);
    return check;
}

START_TEST(gemm_bound)
{
    struct check check = check_product(40, 0.0);
    ck_assert(check.passed && check.worst_ratio == 0.0);
    ck_assert_uint_eq(check.elements, 1600);
    check = check_product(40, 0.5);
    ck_assert(check.passed);
    ck_assert_double_eq_tol(check.worst_ratio, 0.5, 0.1);
    check = check_product(40, 1.5);
    ck_assert(!check.passed);
    check = check_product(40, (double)NAN);
    ck_assert(!check.passed && isinf(check.worst_ratio));
}
END_TEST

/* Past 2e9 operations; the last element is always in the sample. */
START_TEST(gemm_sample)
{
    const struct check check = check_product(1024, 2.0);

    ck_assert_uint_eq(check.total, 1024 * 1024);
    ck_assert_uint_lt(check.elements, 200000);
    ck_assert(!check.passed);
}
END_TEST

START_TEST(gemm_beta)
{
    const double alpha = 2.0, beta = -1.0;
    const struct yoke_gemm gemm = {
        .M = 1, .N = 1, .K = 1, .type = YOKE_F64, .alpha = &alpha, .beta = &beta
    };
    const double A = 3.0, B = 5.0, C0 = 7.0;
    double C = 23.0;
    struct check check;

    check_gemm(&check, &gemm, &C, &A, &B, &C0, 0);
    ck_assert(check.passed && check.worst_ratio == 0.0);
    C = 30.0;
    check_gemm(&check, &gemm, &C, &A, &B, &C0, 0);
    ck_assert(!check.passed);
}
END_TEST

/* Infinity must be where it belongs, and with its sign. */
START_TEST(gemm_infinity)
{
    const struct yoke_gemm gemm = { .M = 1, .N = 1, .K = 2 };
    const float A[2] = { INFINITY, 1.0f }, B[2] = { 1.0f, 1.0f };
    float C = INFINITY;
    struct check check;

    check_gemm(&check, &gemm, &C, A, B, NULL, 0);
    ck_assert(check.passed);
    C = -INFINITY;
    check_gemm(&check, &gemm, &C, A, B, NULL, 0);
    ck_assert(!check.passed);
}
END_TEST

/* Two pixels, a filter of two: cross-correlation is 1 * 3 + 2 * 4, convolution 1 * 4 + 2 * 3. */
START_TEST(conv_senses)
{
    struct yoke_conv conv = { .N = 1, .C = 1, .H = 1, .W = 2, .K = 1, .R = 1, .S = 2 };
    const float X[2] = { 1.0f, 2.0f }, W[2] = { 3.0f, 4.0f }, bias = 100.0f;
    float Y = 111.0f;
    struct check check;

    check_conv(&check, &conv, &Y, X, W, &bias, 0);
    ck_assert(check.passed && check.worst_ratio == 0.0);
    conv.true_convolution = true;
    check_conv(&check, &conv, &Y, X, W, &bias, 0);
    ck_assert(!check.passed);
    Y = 10.0f;
    check_conv(&check, &conv, &Y, X, W, NULL, 0);
    ck_assert(check.passed);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("check");
    TCase *tc = tcase_create("reference");

    tcase_add_test(tc, gemm_bound);
    tcase_add_test(tc, gemm_sample);
    tcase_add_test(tc, gemm_beta);
    tcase_add_test(tc, gemm_infinity);
    tcase_add_test(tc, conv_senses);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
