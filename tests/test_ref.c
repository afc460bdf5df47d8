/* test_ref.c - the references against cases worked out by hand.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ref/conv.h"
#include "ref/gemm.h"
#include "unit.h"

/* All elements up to 2e9 operations. */
static const struct yoke_ref_effort effort = { 2e9, 2e8, 2, 0 };

static struct yoke_ref_result check_gemm(const struct yoke_gemm *gemm, const void *C, const void *A,
                                         const void *B, const void *C0)
{
    struct yoke_ref_result r;
    struct yoke_ref ref;

    yoke_ref_gemm(&ref, gemm, YOKE_REF_ANY, C0, A, B);
    yoke_ref_check(&ref, &effort, 0, C, &r);
    return r;
}

static struct yoke_ref_result check_conv(const struct yoke_conv *conv, const void *Y, const void *X,
                                         const void *W, const void *bias)
{
    const struct yoke_epilogue e = { .bias = YOKE_BIAS_CHANNEL, .bias_array = bias };
    struct yoke_conv c = *conv;
    struct yoke_ref_result r;
    struct yoke_ref ref;

    if (bias) c.epilogue = &e;
    yoke_ref_conv(&ref, &c, YOKE_REF_ANY, X, W);
    yoke_ref_check(&ref, &effort, 0, Y, &r);
    return r;
}

/* A product that is right but for one element, off by `error` times the bound of f32. */
static struct yoke_ref_result check_product(size_t n, double error)
{
    const struct yoke_gemm gemm = { .M = n, .N = n, .K = n };
    const double bound = (double)(n + 2) * 0x1p-24 * (double)n;
    float *ones = malloc(n * n * sizeof *ones), *C = malloc(n * n * sizeof *C);
    struct yoke_ref_result check;

    ck_assert(ones && C);
    for (size_t i = 0; i < n * n; i++) {
        ones[i] = 1.0f;
        C[i] = (float)n;
    }
    C[n * n - 1] += (float)(error * bound);
    check = check_gemm(&gemm, C, ones, ones, NULL);
    free(ones);
    free(C);
    return check;
}

START_TEST(gemm_bound)
{
    struct yoke_ref_result check = check_product(40, 0.0);
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
    const struct yoke_ref_result check = check_product(1024, 2.0);

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
    struct yoke_ref_result check;

    check = check_gemm(&gemm, &C, &A, &B, &C0);
    ck_assert(check.passed && check.worst_ratio == 0.0);
    C = 30.0;
    check = check_gemm(&gemm, &C, &A, &B, &C0);
    ck_assert(!check.passed);
}
END_TEST

/* Infinity must be where it belongs, and with its sign. */
START_TEST(gemm_infinity)
{
    const struct yoke_gemm gemm = { .M = 1, .N = 1, .K = 2 };
    const float A[2] = { INFINITY, 1.0f }, B[2] = { 1.0f, 1.0f };
    float C = INFINITY;
    struct yoke_ref_result check;

    check = check_gemm(&gemm, &C, A, B, NULL);
    ck_assert(check.passed);
    C = -INFINITY;
    check = check_gemm(&gemm, &C, A, B, NULL);
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
    struct yoke_ref_result check;

    check = check_gemm(&gemm, C, A, B, C0);
    ck_assert(check.passed && check.worst_ratio == 0.0);
    ck_assert_uint_eq(check.elements, 1);
    for (int part = 0; part < 2; part++) {
        C[part] += 0.001f;
        check = check_gemm(&gemm, C, A, B, C0);
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
    struct yoke_ref_result check;

    for (int i = 0; i < 2; i++) {
        const double unit = i ? 0x1p-7 : 0x1p-10, middle = 1.0 + unit / 2;
        uint16_t C = one[i];
        gemm.type = i ? YOKE_BF16 : YOKE_F16;
        gemm.alpha = &middle;
        check = check_gemm(&gemm, &C, &one[i], &one[i], NULL);
        ck_assert(check.passed && check.worst_ratio > 0.9);
        C += 2;
        check = check_gemm(&gemm, &C, &one[i], &one[i], NULL);
        ck_assert(!check.passed);
    }
    uint16_t C = 0x7c00;
    gemm = (struct yoke_gemm){ .M = 1, .N = 1, .K = 1, .type = YOKE_F16 };
    check = check_gemm(&gemm, &C, &large, &large, NULL);
    ck_assert(check.passed);
    C = 0xfc00;
    check = check_gemm(&gemm, &C, &large, &large, NULL);
    ck_assert(!check.passed);
    C = 0x7c00;
    check = check_gemm(&gemm, &C, &large, &one[0], NULL);
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
    struct yoke_ref_result check;

    check = check_gemm(&gemm, &C, &A, &B, &C0);
    ck_assert(check.passed && check.worst_ratio == 0.0);
    C++;
    check = check_gemm(&gemm, &C, &A, &B, &C0);
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
    struct yoke_ref_result check;

    for (int act = YOKE_ACT_NONE; act <= YOKE_ACT_GELU; act++) {
        e.activation = (enum yoke_activation)act;
        float C[2] = { (float)want[act][0], (float)want[act][1] };
        check = check_gemm(&gemm, C, A, &B, NULL);
        ck_assert_msg(check.passed, "activation %d: %g of the bound", act, check.worst_ratio);
        C[1] -= 0.0001f;
        check = check_gemm(&gemm, C, A, &B, NULL);
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
    struct yoke_ref_result check;

    check = check_conv(&conv, &Y, X, W, &bias);
    ck_assert(check.passed && check.worst_ratio == 0.0);
    conv.true_convolution = true;
    check = check_conv(&conv, &Y, X, W, &bias);
    ck_assert(!check.passed);
    Y = 10.0f;
    check = check_conv(&conv, &Y, X, W, NULL);
    ck_assert(check.passed);
}
END_TEST

/* 3 x 3 pixels, 2 x 2 taps, by hand: strides with padding on one side, and dilation. */
START_TEST(conv_steps)
{
    static const double X[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, W[4] = { 1, 2, 3, 4 };
    static const double strided[4] = { 4, 18, 36, 77 }, dilated = 64;
    struct yoke_conv conv = { .N = 1, .C = 1, .H = 3, .W = 3, .K = 1, .R = 2, .S = 2 };
    double Y[4];

    conv.type = YOKE_F64;
    conv.pad_h[0] = conv.pad_w[0] = 1;
    conv.stride_h = conv.stride_w = 2;
    ck_assert_uint_eq(yoke_ref_conv_rows(&conv), 2);
    memcpy(Y, strided, sizeof Y);
    ck_assert(check_conv(&conv, Y, X, W, NULL).worst_ratio == 0.0);
    for (int i = 0; i < 4; i++) {
        Y[i] = -Y[i];
        const struct yoke_ref_result check = check_conv(&conv, Y, X, W, NULL);
        ck_assert(!check.passed && check.element == (size_t)i);
        Y[i] = -Y[i];
    }
    conv.pad_h[0] = conv.pad_w[0] = 0;
    conv.stride_h = conv.stride_w = 0;
    conv.dilation_h = conv.dilation_w = 2;
    ck_assert(check_conv(&conv, &dilated, X, W, NULL).worst_ratio == 0.0);
    conv.R = 3; /* reaches further than the image */
    ck_assert_uint_eq(yoke_ref_conv_rows(&conv), 0);
}
END_TEST

/* One pixel of four channels in two groups, beside another pixel. */
START_TEST(conv_groups)
{
    static const float X[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, W[4] = { 1, 10, 100, 1000 },
                       bias[2] = { 0.5, -1 }, last[4] = { 21.5, 4299, 65.5, 8699 },
                       planes[4] = { 31.5, 42.5, 7499, 8599 };
    struct yoke_conv conv = {
        .N = 1, .C = 4, .H = 1, .W = 2, .K = 2, .R = 1, .S = 1, .groups = 2, .layout = YOKE_NHWC
    };
    const struct yoke_epilogue e = { .bias = YOKE_BIAS_CHANNEL, .bias_array = bias };
    struct yoke_ref ref;

    ck_assert(check_conv(&conv, last, X, W, bias).worst_ratio == 0.0);
    conv.layout = YOKE_NCHW;
    ck_assert(check_conv(&conv, planes, X, W, bias).worst_ratio == 0.0);
    ck_assert(!check_conv(&conv, planes, X, W, NULL).passed);
    conv.epilogue = &e;
    yoke_ref_conv(&ref, &conv, YOKE_REF_ANY, X, W);
    ck_assert(ref.flops == 2.0 * 4 * 2);
    ck_assert(ref.bytes == 4.0 * (8 + 4 + 4 + 2));
}
END_TEST

/* Two images of 1 x 2 pixels, two filters of 1 x 1: 1 and -10, and what follows the sums, by hand:
 * from bias 1 and -1, residuals in three places, and RELU or a clamp. */
START_TEST(conv_epilogues)
{
    static const double X[4] = { 1, 2, 3, 4 }, W[2] = { 1, -10 }, bias[3] = { 9, 1, -1 };
    static const double last[15] = { 7, 7, 7, 1, 2, 7, 3, 40, 7, -9, 6, 7, -8, 80 },
                        shared[5] = { 7, 1, 3, 2, 40 },
                        planes[15] = { 7, 1, 3, 7, 2, 40, 7, -9, -8, 7, 6, 80 };
    static const double Y_last[8] = { 3, 0, 6, 19, 0, 0, 0, 39 },
                        Y_clamped[8] = { 3, 6, -5, 6, -5, -3, -5, 6 },
                        Y_shared[8] = { 3, -8, 5, 19, 5, -28, 7, -1 };
    struct yoke_epilogue e = { YOKE_BIAS_CHANNEL,      .activation = YOKE_ACT_RELU,
                               .bias_array = bias,     .offset_bias = 1,
                               .residual_array = last, .ldr = 3,
                               .stride_r = 6,          .offset_r = 3 };
    struct yoke_conv conv = { .N = 2,
                              .C = 1,
                              .H = 1,
                              .W = 2,
                              .K = 2,
                              .R = 1,
                              .S = 1,
                              .type = YOKE_F64,
                              .layout = YOKE_NHWC,
                              .epilogue = &e };

    ck_assert(check_conv(&conv, Y_last, X, W, NULL).worst_ratio == 0.0);
    ck_assert(!check_conv(&conv, Y_shared, X, W, NULL).passed);
    conv.layout = YOKE_NCHW;
    e.residual_array = planes;
    e.activation = YOKE_ACT_CLAMP;
    e.clamp_min = -5;
    e.clamp_max = 6;
    e.offset_r = 1;
    ck_assert(check_conv(&conv, Y_clamped, X, W, NULL).worst_ratio == 0.0);
    conv.layout = YOKE_NHWC;
    e = (struct yoke_epilogue){ YOKE_BIAS_CHANNEL, .bias_array = bias + 1, .offset_r = 1,
                                .residual_array = shared, .stride_r = YOKE_STRIDE_SHARED };
    ck_assert(check_conv(&conv, Y_shared, X, W, NULL).worst_ratio == 0.0);
}
END_TEST

#define GAP ((double)NAN)

/* The same product in three places: 1 2 3, 4 5 6 times 1 0, 2 1, 0 3. */
START_TEST(gemm_places)
{
    static const struct {
        double A[10], B[9], C[8];
        struct yoke_gemm gemm;
    } cases[] = {
        { { 1, 2, 3, 4, 5, 6 }, { 1, 0, 2, 1, 0, 3 }, { 5, 11, 14, 23 }, { .M = 2 } },
        { { 1, 4, 2, 5, 3, 6 },
          { 1, 2, 0, 0, 1, 3 },
          { 5, 14, 11, 23 },
          { .order = YOKE_COL_MAJOR } },
        { { GAP, GAP, 1, 4, GAP, 2, 5, GAP, 3, 6 },
          { GAP, 1, 2, 0, GAP, 0, 1, 3, GAP },
          { GAP, 5, 11, GAP, GAP, 14, 23, GAP },
          { .trans_a = true,
            .trans_b = true,
            .lda = 3,
            .ldb = 4,
            .ldc = 4,
            .offset_a = 2,
            .offset_b = 1,
            .offset_c = 1 } },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct yoke_gemm gemm = cases[i].gemm;
        gemm.M = gemm.N = 2;
        gemm.K = 3;
        gemm.type = YOKE_F64;
        const struct yoke_ref_result check =
            check_gemm(&gemm, cases[i].C, cases[i].A, cases[i].B, NULL);
        ck_assert_msg(check.worst_ratio == 0.0, "case %zu: %g at element %zu", i, check.worst_ratio,
                      check.element);
        ck_assert_uint_eq(check.elements, 4);
    }
}
END_TEST

/* Three products of one number, with A shared and gaps in B and C; a residual that is shared. */
START_TEST(gemm_batches)
{
    static const double A = 2, B[5] = { 3, GAP, 5, GAP, 7 },
                        C[7] = { 7, GAP, GAP, 11, GAP, GAP, 15 }, R = 1;
    const struct yoke_epilogue e = { .residual_array = &R, .stride_r = YOKE_STRIDE_SHARED };
    const struct yoke_gemm gemm = { .M = 1,
                                    .N = 1,
                                    .K = 1,
                                    .type = YOKE_F64,
                                    .batch = 3,
                                    .stride_a = YOKE_STRIDE_SHARED,
                                    .stride_b = 2,
                                    .stride_c = 3,
                                    .epilogue = &e };
    struct yoke_ref ref;

    ck_assert(check_gemm(&gemm, C, &A, B, NULL).worst_ratio == 0.0);
    yoke_ref_gemm(&ref, &gemm, YOKE_REF_ANY, NULL, &A, B);
    ck_assert(ref.flops == 6.0);
    ck_assert(ref.bytes == 8.0 * (1 + 3 + 3 + 1));
}
END_TEST

/* Matrix units may round 1 + 2^-11 to 1, where that is allowed. */
START_TEST(gemm_tf32)
{
    static const float A = 1.0f + 0x1p-11f, B = 1.0f, C = 1.0f;
    struct yoke_gemm gemm = { .M = 1, .N = 1, .K = 1 };

    ck_assert(!check_gemm(&gemm, &C, &A, &B, NULL).passed);
    gemm.allow_tf32 = true;
    ck_assert(check_gemm(&gemm, &C, &A, &B, NULL).passed);
    gemm.type = YOKE_F64; /* of f32 alone */
    ck_assert(
        !check_gemm(&gemm, &(double){ 1.0 }, &(double){ 1.0 + 0x1p-11 }, &(double){ 1.0 }, NULL)
             .passed);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ref");
    TCase *tc = tcase_create("reference");

    tcase_add_test(tc, gemm_bound);
    tcase_add_test(tc, gemm_sample);
    tcase_add_test(tc, gemm_beta);
    tcase_add_test(tc, gemm_infinity);
    tcase_add_test(tc, gemm_complex);
    tcase_add_test(tc, gemm_halves);
    tcase_add_test(tc, gemm_integers);
    tcase_add_test(tc, gemm_epilogue);
    tcase_add_test(tc, gemm_places);
    tcase_add_test(tc, gemm_batches);
    tcase_add_test(tc, gemm_tf32);
    tcase_add_test(tc, conv_senses);
    tcase_add_test(tc, conv_steps);
    tcase_add_test(tc, conv_groups);
    tcase_add_test(tc, conv_epilogues);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
