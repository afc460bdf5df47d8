/* test_dot.c - dot_add, plain and by the processor's instructions, gives a known answer.
 * SPDX-License-Identifier: MIT */
#include <check.h>

#include "harness.h"
#include "ops/gemm/dot_probe.h"

static const size_t groups[] = { 1, 2, 4 }, widths[] = { 4, 8, 16 };
enum { N_GROUPS = 3, N_WIDTHS = 3 };

/* What every device can do. */
START_TEST(plain_is_exact)
{
    struct yoke_dot dot = { .group = groups[_i / N_WIDTHS] };
    const size_t VW = widths[_i % N_WIDTHS];
    bool right;

    EXPECT_OK(yoke_dot_known_answer(test_device, &dot, VW, &right));
    ck_assert_msg(right, "%zu in a word, %zu words: wrong", dot.group, VW);
    ck_assert_uint_ge(dot.max_rows, 14);
}
END_TEST

/* What the trial lets through is right when it is asked again. */
START_TEST(native_is_exact)
{
    const size_t VW = widths[_i % N_WIDTHS];
    struct yoke_dot dot = yoke_dot_for(test_device, groups[_i / N_WIDTHS], VW);
    bool right;

    ck_assert_uint_eq(dot.group, groups[_i / N_WIDTHS]);
    ck_assert_uint_ge(dot.max_rows, 5);
    if (!dot.native) return;
    EXPECT_OK(yoke_dot_known_answer(test_device, &dot, VW, &right));
    ck_assert_msg(right, "%zu in a word, %zu words: wrong", dot.group, VW);
}
END_TEST

/* PoCL's compiler makes code for the host, which has had vpmaddwd on 8 words since AVX2. */
START_TEST(pocl_passes_instructions_on)
{
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    if (harness_is_pocl(test_device) && __builtin_cpu_supports("avx2"))
        ck_assert(yoke_dot_for(test_device, 2, 8).native);
#endif
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dot");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_loop_test(tc, plain_is_exact, 0, N_GROUPS * N_WIDTHS);
    tcase_add_loop_test(tc, native_is_exact, 0, N_GROUPS * N_WIDTHS);
    tcase_add_test(tc, pocl_passes_instructions_on);
    suite_add_tcase(s, tc);
    return harness_main((Suite *[]){ s }, 1);
}
