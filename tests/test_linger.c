/* test_linger.c - the kernel that keeps workers awake (cl/linger.cl). SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stdint.h>

#include "harness.h"
#include "kernel/kernel.h"

/* Run it on a page whose number of launches is 7; what it writes. */
static uint32_t given_up(uint32_t seen, uint32_t looks)
{
    static const char *const files[YOKE_MAX_PARTS] = { "linger.cl" };
    uint32_t page[2] = { 7, 0 };
    const struct yoke_buffer_params params = { .size_bytes = sizeof page, .initial = page };
    const struct yoke_launch launch = { .global = { 1 }, .local = { 1 } };
    yoke_buffer *buffer;
    yoke_kernel *kernel;

    EXPECT_OK(yoke_kernel_get(test_device, files, "-cl-std=CL1.2", &kernel));
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
    ck_assert_uint_eq(given_up(7, 100000), 7);
}
END_TEST

START_TEST(a_launch_lets_it_go)
{
    ck_assert_uint_eq(given_up(6, 1), 0);
    ck_assert_uint_eq(given_up(UINT32_MAX, 100000), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("linger");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_test(tc, no_launch_and_it_gives_up);
    tcase_add_test(tc, a_launch_lets_it_go);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
