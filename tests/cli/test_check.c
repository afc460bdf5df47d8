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

/* (1 + 2i) conj(3 + 4i) i = (11 + 2i) i = -2 + 11i, and 2i times 5 + 7i more: -16 + 21i. */
START_TEST(gemm_complex)
{
    const double alpha[2] = { 0.0, 1.0 }, beta[2] = { 0.0, 2.0 };
    const struct yoke_gemm gemm = {
        .M = 1, .N = 1, .K = 1, .type = YOKE_C64, .conj_b = true, .alpha = alpha, .beta = beta
    };
    const float A[2] = { 1.0f, 2.0f }, B[2] = { 3.0f, 4.0f }, C0[2] = { 5.0f, 7.0f };
    float C[2] = { -16.0f, 21.0f };
    struct check check;

    check_gemm(&check, &gemm, C, A, B, C0, 0);
    ck_assert(check.passed && check.worst_ratio == 0.0);
    ck_assert_uint_eq(check.elements, 1);
    for (int part = 0; part < 2; part++) {
        C[part] += 0.001f;
        check_gemm(&check, &gemm, C, A, B, C0, 0);
        ck_assert(!check.passed);
        C[part] -= 0.001f;
    }
}
END_TEST

/* Storage rounds by half a unit, here 2^-11 of 1 or 2^-8; a whole unit is wrong. Past 65504 comes
 * infinity. */
START_TEST(gemm_halves)
{
    static const uint16_t one[2] = { 0x3c00, 0x3f80 }, large = 0x7bff;
    struct yoke_gemm gemm = { .M = 1, .N = 1, .K = 1 };
    struct check check;

    for (int i = 0; i < 2; i++) {
        const double unit = i ? 0x1p-7 : 0x1p-10, middle = 1.0 + unit / 2;
        uint16_t C = one[i];
        gemm.type = i ? YOKE_BF16 : YOKE_F16;
        gemm.alpha = &middle;
        check_gemm(&check, &gemm, &C, &one[i], &one[i], NULL, 0);
        ck_assert(check.passed && check.worst_ratio > 0.9);
        C += 2;
        check_gemm(&check, &gemm, &C, &one[i], &one[i], NULL, 0);
        ck_assert(!check.passed);
    }
    uint16_t C = 0x7c00;
    gemm = (struct yoke_gemm){ .M = 1, .N = 1, .K = 1, .type = YOKE_F16 };
    check_gemm(&check, &gemm, &C, &large, &large, NULL, 0);
    ck_assert(check.passed);
    C = 0xfc00;
    check_gemm(&check, &gemm, &C, &large, &large, NULL, 0);
    ck_assert(!check.passed);
    C = 0x7c00;
    check_gemm(&check, &gemm, &C, &large, &one[0], NULL, 0);
    ck_assert(!check.passed);
}
END_TEST

/* Integers are right or wrong, and wrap around: 2^30 (3 * 2) is -2^31 modulo 2^32. */
START_TEST(gemm_integers)
{
    const double alpha = 0x1p30, beta = -1.0;
    const struct yoke_gemm gemm = {
        .M = 1, .N = 1, .K = 1, .type = YOKE_S8, .alpha = &alpha, .beta = &beta
    };
    const int8_t A = 3, B = 2;
    const int32_t C0 = -5;
    int32_t C = INT32_MIN + 5;
    struct check check;

    check_gemm(&check, &gemm, &C, &A, &B, &C0, 0);
    ck_assert(check.passed && check.worst_ratio == 0.0);
    C++;
    check_gemm(&check, &gemm, &C, &A, &B, &C0, 0);
    ck_assert(!check.passed && isinf(check.worst_ratio));
}
END_TEST

/* Two rows of one column: 1 x 2 + bias + residual, through each activation. */
START_TEST(gemm_epilogue)
{
    static const float A[2] = { 1.0f, -1.0f }, B = 2.0f, bias[2] = { 0.5f, 0.25f },
                       R[2] = { -1.0f, 0.125f };
    static const double want[][2] = { { 1.5, -1.625 },
                                      { 1.5, 0.0 },
                                      { 1.0, -1.0 },
                                      { 0.8175744761936437, 0.16451646289656316 },
                                      { 0.9051482536448664, -0.925346225311741 },
                                      { 1.399789198096713, -0.08463207904973179 } };
    struct yoke_epilogue e = { .bias = YOKE_BIAS_ROW,
                               .bias_array = bias,
                               .residual_array = R,
                               .clamp_min = -1.0,
                               .clamp_max = 1.0 };
    const struct yoke_gemm gemm = { .M = 2, .N = 1, .K = 1, .epilogue = &e };
    struct check check;

    for (int act = YOKE_ACT_NONE; act <= YOKE_ACT_GELU; act++) {
        e.activation = (enum yoke_activation)act;
        float C[2] = { (float)want[act][0], (float)want[act][1] };
        check_gemm(&check, &gemm, C, A, &B, NULL, 0);
        ck_assert_msg(check.passed, "activation %d: %g of the bound", act, check.worst_ratio);
        C[1] -= 0.0001f;
        check_gemm(&check, &gemm, C, A, &B, NULL, 0);
        ck_assert_msg(!check.passed, "activation %d takes anything", act);
    }
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
    tcase_add_test(tc, gemm_complex);
    tcase_add_test(tc, gemm_halves);
    tcase_add_test(tc, gemm_integers);
    tcase_add_test(tc, gemm_epilogue);
    tcase_add_test(tc, conv_senses);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
