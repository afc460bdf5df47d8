/* test_half.c - the 16-bit formats and the numbers of arrays. SPDX-License-Identifier: MIT */
#include <float.h>

#include "base/element.h"
#include "unit.h"

/* The value of a format with `fraction` bits of fraction and the exponent's bias, from its
 * definition. */
static double value_of(uint16_t h, int fraction, int bias)
{
    const int exponent = (h & 0x7fff) >> fraction, most = (0x7fff >> fraction);
    const double f = (double)(h & ((1 << fraction) - 1));
    const double sign = h & 0x8000 ? -1.0 : 1.0;

    if (exponent == most) return f != 0 ? (double)NAN : sign * (double)INFINITY;
    if (exponent == 0) return sign * ldexp(f, 1 - bias - fraction);
    return sign * ldexp(f + (double)(1 << fraction), exponent - bias - fraction);
}

/* The number that these bits hold, and the bits that hold the number. */
static double value_held(enum yoke_type type, uint16_t bits)
{
    const uint16_t array[4] = { bits };

    return yoke_element_get(type, array, 0);
}

static unsigned held(enum yoke_type type, double value)
{
    uint16_t array[4] = { 0 };

    yoke_element_set(type, array, 0, value);
    return array[0];
}

/* All 65536 have the value that the format gives them, and come back; a NaN as some NaN, of its
 * sign. */
START_TEST(halves_there_and_back)
{
    static const struct {
        enum yoke_type type;
        int fraction, bias;
    } formats[] = { { YOKE_F16, 10, 15 }, { YOKE_BF16, 7, 127 } };
    const enum yoke_type type = formats[_i].type;

    for (unsigned i = 0; i < 0x10000; i++) {
        const double want = value_of((uint16_t)i, formats[_i].fraction, formats[_i].bias);
        const double got = value_held(type, (uint16_t)i);
        const unsigned back = held(type, got);
        const bool right = isnan(want) ? isnan(got) && isnan(value_held(type, (uint16_t)back)) &&
                                             (back & 0x8000) == (i & 0x8000)
                                       : got == want && back == i;
        if (!right) ck_abort_msg("%#x is %g, not %g, and comes back as %#x", i, got, want, back);
    }
}
END_TEST

/* Between every two neighbours: below the middle goes down, above it up, the middle itself to the
 * even one; and so do doubles that a float would round to the middle. The largest number and 2^16
 * or 2^128 are such a pair: from their middle on, numbers become infinity. */
START_TEST(halves_round_to_nearest_even)
{
    const enum yoke_type type = _i ? YOKE_BF16 : YOKE_F16;
    const unsigned infinity = _i ? 0x7f80 : 0x7c00;

    for (unsigned h = 0; h < infinity; h++) {
        const double low = value_held(type, (uint16_t)h);
        const double high =
            h + 1 == infinity ? ldexp(1.0, _i ? 128 : 16) : value_held(type, (uint16_t)(h + 1));
        const double middle = (low + high) / 2, near = (high - low) * 0x1p-20,
                     nearest = (high - low) * 0x1p-40;
        const double values[] = { middle - near, middle - nearest, middle, middle + nearest,
                                  middle + near };
        for (int i = 0; i < 5; i++) {
            const unsigned want = i < 2 ? h : i > 2 ? h + 1 : h + (h & 1);
            if (held(type, values[i]) != want || held(type, -values[i]) != (want | 0x8000))
                ck_abort_msg("%.17g is %#x, not %#x, or -%.17g is %#x", values[i],
                             held(type, values[i]), want, values[i], held(type, -values[i]));
        }
    }
}
END_TEST

START_TEST(halves_overflow_and_keep_nan)
{
    static const uint32_t nans[] = { 0x7f800001, 0x7fc00000, 0x7fffffff, 0xff800001 };

    ck_assert_uint_eq(yoke_float_to_f16(65519.0f), 0x7bff);
    ck_assert_uint_eq(yoke_float_to_f16(65520.0f), 0x7c00);
    ck_assert_uint_eq(yoke_float_to_f16(-1e30f), 0xfc00);
    ck_assert_uint_eq(yoke_float_to_f16(-INFINITY), 0xfc00);
    ck_assert_uint_eq(yoke_float_to_bf16(FLT_MAX), 0x7f80);
    ck_assert_uint_eq(yoke_float_to_bf16(-INFINITY), 0xff80);
    ck_assert_uint_eq(yoke_float_to_f16(-0.0f), 0x8000);
    ck_assert_uint_eq(yoke_float_to_bf16(-0.0f), 0x8000);
    ck_assert_uint_eq(yoke_float_to_f16(FLT_MIN), 0);
    for (size_t i = 0; i < sizeof nans / sizeof *nans; i++) {
        const float nan = yoke_float_of_bits(nans[i]);
        ck_assert(isnan(yoke_float_of_f16(yoke_float_to_f16(nan))));
        ck_assert(isnan(yoke_float_of_bf16(yoke_float_to_bf16(nan))));
    }
}
END_TEST

/* Every type keeps what it holds, at the right place, and touches nothing else. */
START_TEST(elements_stay_apart)
{
    for (int t = YOKE_F32; t <= YOKE_S32; t++) {
        const enum yoke_type type = (enum yoke_type)t;
        const size_t parts = yoke_type_parts(type), n = 4 * parts;
        double room[8] = { 0 };
        for (size_t i = 0; i < n; i++)
            yoke_element_set(type, room, i, (double)i - 3.0);
        for (size_t i = 0; i < n; i++)
            ck_assert_double_eq(yoke_element_get(type, room, i), (double)i - 3.0);
        ck_assert_uint_eq(yoke_type_size(yoke_type_part(type)) * parts, yoke_type_size(type));
        for (size_t byte = 4 * yoke_type_size(type); byte < sizeof room; byte++)
            ck_assert_int_eq(((char *)room)[byte], 0);
    }
}
END_TEST

START_TEST(elements_round_as_they_are_held)
{
    ck_assert_double_eq(yoke_element_round(YOKE_F64, 0.1), 0.1);
    ck_assert_double_eq(yoke_element_round(YOKE_C128, 0.1), 0.1);
    ck_assert_double_eq(yoke_element_round(YOKE_F32, 0.1), (double)0.1f);
    ck_assert_double_eq(yoke_element_round(YOKE_C64, 0.1), (double)0.1f);
    ck_assert_double_eq(yoke_element_round(YOKE_F16, 1.0 + 0x1p-10), 1.0 + 0x1p-10);
    ck_assert_double_eq(yoke_element_round(YOKE_F16, 1.0 + 0x1p-11), 1.0);
    ck_assert_double_eq(yoke_element_round(YOKE_BF16, 1.0 + 0x1p-8), 1.0);
    ck_assert_double_eq(yoke_element_round(YOKE_S8, -128.0), -128.0);
    ck_assert_double_eq(yoke_element_round(YOKE_S32, -2147483648.0), -2147483648.0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("half");
    TCase *tc = tcase_create("numbers");

    tcase_add_loop_test(tc, halves_there_and_back, 0, 2);
    tcase_add_loop_test(tc, halves_round_to_nearest_even, 0, 2);
    tcase_add_test(tc, halves_overflow_and_keep_nan);
    tcase_add_test(tc, elements_stay_apart);
    tcase_add_test(tc, elements_round_as_they_are_held);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
