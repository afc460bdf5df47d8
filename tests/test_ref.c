/* test_ref.c - the references against cases worked out by hand, and against planted errors.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/element.h"
#include "base/random.h"
#include "ref/conv.h"
#include "ref/fill.h"
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
    struct yoke_ref_result r;
    struct yoke_ref ref;

    yoke_ref_conv(&ref, conv, YOKE_REF_ANY, X, W, bias);
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
    struct yoke_ref ref;

    ck_assert(check_conv(&conv, last, X, W, bias).worst_ratio == 0.0);
    conv.layout = YOKE_NCHW;
    ck_assert(check_conv(&conv, planes, X, W, bias).worst_ratio == 0.0);
    ck_assert(!check_conv(&conv, planes, X, W, NULL).passed);
    yoke_ref_conv(&ref, &conv, YOKE_REF_ANY, X, W, bias);
    ck_assert(ref.flops == 2.0 * 4 * 2);
    ck_assert(ref.bytes == 4.0 * (8 + 4 + 4 + 2));
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

enum { LONG = 20011 };

/* A dot product of random numbers, summed in float, one of whose terms counts `times` times. */
static struct yoke_ref_result check_long_sum(enum yoke_ref_data data, size_t planted, float times)
{
    static float A[LONG], B[LONG];
    const struct yoke_gemm gemm = { .M = 1, .N = 1, .K = LONG };
    struct yoke_ref_result r;
    struct yoke_ref ref;
    uint64_t seed = 5;
    float C = 0.0f;

    yoke_ref_fill(YOKE_F32, YOKE_REF_UNIT, A, LONG, &seed);
    yoke_ref_fill(YOKE_F32, YOKE_REF_UNIT, B, LONG, &seed);
    A[planted] = B[planted] = 0.75f;
    for (size_t k = 0; k < LONG; k++)
        C += (k == planted ? times : 1.0f) * A[k] * B[k];
    yoke_ref_gemm(&ref, &gemm, data, NULL, A, B);
    yoke_ref_check(&ref, NULL, 0, &C, &r);
    return r;
}

/* Among 20,011 terms one that is left out, or has the wrong sign, is within the published bound;
 * not so among random numbers. */
START_TEST(planted_term_is_found)
{
    static const size_t planted[] = { 0, 1, 4095, LONG - 1 };

    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
        ck_assert(check_long_sum(YOKE_REF_UNIT, planted[i], 1.0f).passed);
        ck_assert(check_long_sum(YOKE_REF_ANY, planted[i], 0.0f).passed);
        ck_assert(!check_long_sum(YOKE_REF_UNIT, planted[i], 0.0f).passed);
        ck_assert(!check_long_sum(YOKE_REF_UNIT, planted[i], -1.0f).passed);
    }
}
END_TEST

/* From a positive number to the next one or the one before. */
static void to_neighbour(enum yoke_type type, void *number, int direction)
{
    if (type == YOKE_F32)
        *(float *)number = nextafterf(*(float *)number, direction > 0 ? INFINITY : 0.0f);
    else if (type == YOKE_F64)
        *(double *)number = nextafter(*(double *)number, direction > 0 ? (double)INFINITY : 0.0);
    else
        *(uint16_t *)number = (uint16_t)(*(uint16_t *)number + direction);
}

/* Whole numbers have one right answer, as the type stores it: an ulp beside it is wrong. */
START_TEST(planted_ulp_is_found)
{
    static const enum yoke_type types[] = { YOKE_F32, YOKE_F64, YOKE_F16, YOKE_BF16 };
    static const double a = 3.0, b = 683.0; /* 2049 takes 12 bits: f16 and bf16 round to 2048 */

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const enum yoke_type type = types[i];
        const struct yoke_gemm gemm = { .M = 1, .N = 1, .K = 2, .type = type };
        double A[2], B[2], C[1];
        struct yoke_ref_result r;
        struct yoke_ref ref;

        for (size_t k = 0; k < 2; k++) { /* 1500 + 549 */
            yoke_element_set(type, A, k, a);
            yoke_element_set(type, B, k, k ? 183.0 : 500.0);
        }
        yoke_ref_gemm(&ref, &gemm, YOKE_REF_WHOLE, NULL, A, B);
        for (int off = -1; off <= 1; off++) {
            yoke_element_set(type, C, 0, a * b);
            if (off != 0) to_neighbour(type, C, off);
            yoke_ref_check(&ref, NULL, 0, C, &r);
            ck_assert_msg(r.passed == (off == 0), "%s: %d ulp: %g", yoke_type_name(type), off,
                          r.worst_ratio);
        }
    }
}
END_TEST

/* Every element of a result as it should be. */
static void compute(const struct yoke_ref *ref, void *C)
{
    const size_t parts = yoke_type_parts(ref->result);
    struct yoke_ref_value values[YOKE_REF_PARTS];

    for (size_t i = 0; i < yoke_ref_elements(ref); i++) {
        ref->at(ref, i, values);
        for (size_t part = 0; part < parts; part++)
            yoke_element_set(ref->result, C, values[part].at, (double)values[part].want);
    }
}

enum { SIDE = 13, BATCH = 2, N_ELEMENTS = BATCH * SIDE * SIDE };

static const enum yoke_type row_types[] = { YOKE_F32, YOKE_F64, YOKE_C64, YOKE_C128, YOKE_S8 };

/* Sums over rows agree with what the elements should be, and miss no element that is not. */
START_TEST(rows_agree_with_elements)
{
    static const double alpha[2] = { 2.0, -1.0 }, beta[2] = { -3.0, 2.0 };
    static double A[2 * N_ELEMENTS], B[2 * N_ELEMENTS], C0[2 * N_ELEMENTS], C[2 * N_ELEMENTS],
        bias[2 * SIDE];
    const struct yoke_epilogue e = { .bias = YOKE_BIAS_COLUMN, .bias_array = bias };
    struct yoke_gemm gemm = { .M = SIDE, .N = SIDE, .K = SIDE, .batch = BATCH, .trans_a = true };
    const enum yoke_type type = row_types[_i / 2];
    const enum yoke_ref_data data = _i % 2 ? YOKE_REF_WHOLE : YOKE_REF_UNIT;
    struct yoke_ref_result r;
    struct yoke_ref ref;
    uint64_t seed = 1;

    gemm.type = type;
    gemm.conj_b = true;
    gemm.alpha = alpha;
    gemm.beta = beta;
    gemm.epilogue = &e;
    yoke_ref_fill(type, data, A, N_ELEMENTS, &seed);
    yoke_ref_fill(type, data, B, N_ELEMENTS, &seed);
    yoke_ref_fill(yoke_type_result(type), YOKE_REF_WHOLE, C0, N_ELEMENTS, &seed);
    yoke_ref_fill(yoke_type_result(type), YOKE_REF_WHOLE, bias, SIDE, &seed);
    yoke_ref_gemm(&ref, &gemm, data, C0, A, B);
    compute(&ref, C);
    yoke_ref_check(&ref, NULL, 0, C, &r);
    ck_assert(r.passed);

    struct yoke_ref_rows *rows = yoke_ref_rows_create(&ref);
    ck_assert_ptr_nonnull(rows);
    yoke_ref_rows_check(rows, C, &r);
    ck_assert_msg(r.passed, "row %zu is %Lg, not %Lg", r.element, r.got, r.value.want);
    for (size_t i = 0; i < N_ELEMENTS * yoke_type_parts(type); i++) {
        const double right = yoke_element_get(ref.result, C, i);
        yoke_element_set(ref.result, C, i, right + 1.0);
        yoke_ref_rows_check(rows, C, &r);
        ck_assert_msg(!r.passed, "number %zu is wrong, and no row", i);
        ck_assert_uint_eq(r.element, i / yoke_type_parts(type) / SIDE);
        yoke_element_set(ref.result, C, i, right);
    }
    yoke_ref_rows_destroy(&rows);
    ck_assert_ptr_null(rows);
}
END_TEST

/* A sample of eight has all corners of a batch of matrices. */
START_TEST(sample_has_the_corners)
{
    static const struct yoke_ref_effort least = { 0, 0, 8, 0 };
    static float A[N_ELEMENTS], B[N_ELEMENTS], C[N_ELEMENTS];
    const struct yoke_gemm gemm = { .M = SIDE, .N = SIDE, .K = SIDE, .batch = BATCH };
    struct yoke_ref_result r;
    struct yoke_ref ref;
    uint64_t seed = 3;

    yoke_ref_fill(YOKE_F32, YOKE_REF_WHOLE, A, N_ELEMENTS, &seed);
    yoke_ref_fill(YOKE_F32, YOKE_REF_WHOLE, B, N_ELEMENTS, &seed);
    yoke_ref_gemm(&ref, &gemm, YOKE_REF_WHOLE, NULL, A, B);
    compute(&ref, C);
    for (size_t i = 0; i < 8; i++) {
        const size_t at =
            (i & 4 ? SIDE * SIDE : 0) + (i & 2 ? SIDE * (SIDE - 1) : 0) + (i & 1 ? SIDE - 1 : 0);
        C[at] += 1.0f;
        yoke_ref_check(&ref, &least, 0, C, &r);
        ck_assert_uint_eq(r.elements, 8);
        ck_assert_uint_eq(r.total, N_ELEMENTS);
        ck_assert(!r.passed && r.element == at);
        C[at] -= 1.0f;
    }
    yoke_ref_check(&ref, &least, 0, C, &r);
    ck_assert(r.passed);
}
END_TEST

START_TEST(gamma_has_no_end)
{
    ck_assert(yoke_ref_gamma(0.0, 0x1p-24) == 0.0);
    ck_assert(yoke_ref_gamma(0x1p22, 0x1p-24) == 0.25 / 0.75);
    ck_assert(yoke_ref_gamma(0x1p24, 0x1p-24) == 1.0);
    ck_assert(yoke_ref_gamma(0x1p30, 0x1p-24) == 64.0);
}
END_TEST

/* The first numbers of SplitMix64 from the state 0, as its authors publish them. */
START_TEST(random_numbers_are_splitmix)
{
    static const uint64_t want[] = { 0xe220a8397b1dcdafu, 0x6e789e6aa1b965f4u,
                                     0x06c45d188009454fu };
    uint64_t state = 0;

    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        ck_assert_uint_eq(yoke_random_next(&state), want[i]);
}
END_TEST

/* Draws are what their type holds, over all their range. */
START_TEST(draws_are_of_their_type)
{
    static const enum yoke_type types[] = { YOKE_F32, YOKE_F64,  YOKE_F16, YOKE_BF16,
                                            YOKE_C64, YOKE_C128, YOKE_S8,  YOKE_S32 };
    static const double ends[] = { 1, 1, 1, 1, 1, 1, 128, 0x1p20 };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        double least = 0.0, most = 0.0;
        uint64_t seed = 9;
        for (int n = 0; n < 20000; n++) {
            const double x = yoke_ref_draw(types[i], YOKE_REF_UNIT, &seed);
            const double whole = yoke_ref_draw(types[i], YOKE_REF_WHOLE, &seed);
            ck_assert(x == yoke_element_round(types[i], x));
            ck_assert(whole == floor(whole) && fabs(whole) <= 4.0);
            least = fmin(least, x);
            most = fmax(most, x);
        }
        ck_assert(least >= -ends[i] && least < -0.98 * ends[i]);
        ck_assert(most <= ends[i] && most > 0.98 * ends[i]);
    }
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
    tcase_add_test(tc, planted_term_is_found);
    tcase_add_test(tc, planted_ulp_is_found);
    tcase_add_loop_test(tc, rows_agree_with_elements, 0,
                        2 * (int)(sizeof row_types / sizeof *row_types));
    tcase_add_test(tc, sample_has_the_corners);
    tcase_add_test(tc, gamma_has_no_end);
    tcase_add_test(tc, random_numbers_are_splitmix);
    tcase_add_test(tc, draws_are_of_their_type);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
