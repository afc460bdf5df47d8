/* test_linger.c - the kernel that keeps workers awake: cl/lib/linger.cl.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdbool.h>
#include <stdint.h>

#include "device/open.h"
#include "harness.h"
#include "kernel/kernel.h"

/* Run it on a page whose number of launches is 7; what it writes. */
static uint32_t given_up(uint32_t seen, uint32_t looks)
{
    uint32_t page[2] = { 7, 0 };
    const struct yoke_buffer_params params = { .size_bytes = sizeof page, .initial = page };
    const struct yoke_launch launch = { .global = { 1 }, .local = { 1 } };
    yoke_buffer *buffer;
    yoke_kernel *kernel;

    EXPECT_OK(yoke_kernel_get(test_device, "linger", "-cl-std=CL1.2", &kernel));
    EXPECT_OK(yoke_buffer_create(test_device, &params, &buffer));
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(buffer), YOKE_ARG_VALUE(seen),
                                     YOKE_ARG_VALUE(looks) };
    EXPECT_OK(yoke_kernel_enqueue(test_queue, kernel, &launch, args, 3, NULL));
    EXPECT_OK(yoke_buffer_read(test_queue, buffer, 0, page, sizeof page));
    yoke_buffer_destroy(&buffer);
    ck_assert_uint_eq(page[0], 7);
    return page[1];
}

START_TEST(no_launch_and_it_gives_up)
{
    ck_assert_uint_eq(given_up(7, 1), 7);
    ck_assert_uint_eq(given_up(7, YOKE_SHORT_LOOP), 7);
}
END_TEST

START_TEST(a_launch_lets_it_go)
{
    ck_assert_uint_eq(given_up(6, 1), 0);
    ck_assert_uint_eq(given_up(UINT32_MAX, YOKE_SHORT_LOOP), 0);
}
END_TEST

/* The kernel shows the quirk: one that is cut short never gives up. Long sums are refused there. */
START_TEST(loops_are_long_or_a_quirk)
{
    const bool is_short = yoke_device_quirks(test_device) & YOKE_QUIRK_SHORT_LOOPS;
    const struct yoke_gemm g = { .M = 1, .N = 1, .K = 100000 };
    size_t bytes;

    ck_assert_uint_eq(given_up(7, 100000), is_short ? 0 : 7);
    ck_assert_int_eq(yoke_gemm_workspace(test_device, &g, &bytes),
                     is_short ? YOKE_ERR_LIMIT : YOKE_OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("linger");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_test(tc, no_launch_and_it_gives_up);
    tcase_add_test(tc, a_launch_lets_it_go);
    tcase_add_test(tc, loops_are_long_or_a_quirk);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
