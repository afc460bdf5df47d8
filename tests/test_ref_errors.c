/* test_ref_errors.c - the references miss no planted error, and no corner.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "base/element.h"
#include "base/random.h"
#include "ref/conv.h"
#include "ref/fill.h"
#include "ref/gemm.h"
#include "ref/rows.h"
#include "unit.h"

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

/* Every element of an array in its turn is wrong by one: no row may miss it. */
static void expect_found(const struct yoke_ref *ref, void *array)
{
    struct yoke_ref_rows *rows = yoke_ref_rows_create(ref);
    struct yoke_ref_result r;

    ck_assert_ptr_nonnull(rows);
    yoke_ref_rows_check(rows, array, &r);
    ck_assert_msg(r.passed, "row %zu is %Lg, not %Lg", r.element, r.got, r.value.want);
    ck_assert_uint_eq(r.total * ref->rows.length, yoke_ref_elements(ref));
    for (size_t i = 0; i < yoke_ref_elements(ref); i++) {
        const double right = yoke_element_get(ref->result, array, i);
        yoke_element_set(ref->result, array, i, right + 1.0);
        yoke_ref_rows_check(rows, array, &r);
        ck_assert_msg(!r.passed, "number %zu is wrong, and no row", i);
        yoke_element_set(ref->result, array, i, right);
    }
    yoke_ref_rows_destroy(&rows);
}

/* Groups, both layouts, and what moves the filters over the images. */
START_TEST(rows_of_convolutions)
{
    enum { N_X = 2 * 6 * 7 * 5, N_W = 8 * 3 * 3 * 2, N_Y = 2 * 8 * 7 * 5 };
    static double X[N_X], W[N_W], Y[N_Y];
    struct yoke_conv conv = {
        .N = 2,
        .C = 6,
        .H = 7,
        .W = 5,
        .K = 8,
        .R = 3,
        .S = 2,
        .groups = 2,
        .pad_h = { 2, 1 },
        .pad_w = { 0, 1 },
        .stride_w = 2,
        .dilation_h = 2,
        .type = YOKE_F32,
    };
    uint64_t seed = 3;
    struct yoke_ref ref;

    for (int turned = 0; turned < 2; turned++) {
        conv.layout = _i ? YOKE_NHWC : YOKE_NCHW;
        conv.true_convolution = turned;
        yoke_ref_fill(conv.type, YOKE_REF_WHOLE, X, N_X, &seed);
        yoke_ref_fill(conv.type, YOKE_REF_WHOLE, W, N_W, &seed);
        yoke_ref_conv(&ref, &conv, YOKE_REF_WHOLE, X, W, NULL);
        ck_assert_uint_le(yoke_ref_elements(&ref), N_Y);
        compute(&ref, Y);
        expect_found(&ref, Y);
    }
    yoke_ref_conv(&ref, &conv, YOKE_REF_UNIT, X, W, NULL);
    ck_assert(!ref.rows.sum); /* sums in double would round */
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
    Suite *s = suite_create("ref_errors");
    TCase *tc = tcase_create("reference");

    tcase_add_test(tc, planted_term_is_found);
    tcase_add_test(tc, planted_ulp_is_found);
    tcase_add_loop_test(tc, rows_agree_with_elements, 0,
                        2 * (int)(sizeof row_types / sizeof *row_types));
    tcase_add_loop_test(tc, rows_of_convolutions, 0, 2);
    tcase_add_test(tc, sample_has_the_corners);
    tcase_add_test(tc, gamma_has_no_end);
    tcase_add_test(tc, random_numbers_are_splitmix);
    tcase_add_test(tc, draws_are_of_their_type);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
