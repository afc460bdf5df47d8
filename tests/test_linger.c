/* test_linger.c - the kernel that keeps workers awake: cl/lib/linger.cl.
 * SPDX-License-Identifier: MIT */
#include <CL/cl.h>
#include <check.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "device/open.h"
#include "harness.h"
#include "kernel/kernel.h"

/* Of all launches, also those that nobody asked for. */
static atomic_uint n_launches;

cl_int __wrap_clEnqueueNDRangeKernel(cl_command_queue q, cl_kernel k, cl_uint dims,
                                     const size_t *offset, const size_t *global,
                                     const size_t *local, cl_uint n, const cl_event *events,
                                     cl_event *event);
cl_int __real_clEnqueueNDRangeKernel(cl_command_queue q, cl_kernel k, cl_uint dims,
                                     const size_t *offset, const size_t *global,
                                     const size_t *local, cl_uint n, const cl_event *events,
                                     cl_event *event);

cl_int __wrap_clEnqueueNDRangeKernel(cl_command_queue q, cl_kernel k, cl_uint dims,
                                     const size_t *offset, const size_t *global,
                                     const size_t *local, cl_uint n, const cl_event *events,
                                     cl_event *event)
{
    atomic_fetch_add(&n_launches, 1);
    return __real_clEnqueueNDRangeKernel(q, k, dims, offset, global, local, n, events, event);
}

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
    ck_assert_int_eq(yoke_op_workspace(test_device, OF_GEMM(&g), &bytes),
                     is_short ? YOKE_ERR_LIMIT : YOKE_OK);
}
END_TEST

enum { IN_A_ROW = 60 };

/* As `spin_us` says; whether its workers sleep as soon as they may. */
static bool reopen_device(double spin_us)
{
    const struct yoke_team_params params = { .spin_us = spin_us };

    harness_close_device();
    EXPECT_OK(yoke_team_create(&params, &test_team));
    test_device = yoke_team_device(test_team, 0);
    EXPECT_OK(yoke_queue_create(test_device, &test_queue));
    return (yoke_device_quirks(test_device) & YOKE_QUIRK_SLEEPY) &&
           yoke_device_get_info(test_device)->units > 1;
}

static void wait_and_forget(yoke_event *event)
{
    EXPECT_OK(yoke_event_wait(event));
    yoke_event_destroy(&event);
}

static yoke_buffer *zeros(size_t n)
{
    static uint32_t initial[64 * 64];
    const struct yoke_buffer_params params = { .size_bytes = n * 4, .initial = initial };
    yoke_buffer *buffer;

    EXPECT_OK(yoke_buffer_create(test_device, &params, &buffer));
    return buffer;
}

/* Launches of our own operators, each waited for: how many they are in all. */
static unsigned operate(void)
{
    const struct yoke_gemm g = { .M = 64, .N = 64, .K = 64 };
    yoke_buffer *in = zeros(64 * 64), *out = zeros(64 * 64);
    yoke_event *event;

    atomic_store(&n_launches, 0);
    for (int i = 0; i < IN_A_ROW; i++) {
        EXPECT_OK(yoke_gemm_enqueue(test_queue, &g, out, in, in, &event));
        wait_and_forget(event);
    }
    yoke_buffer_destroy(&in);
    yoke_buffer_destroy(&out);
    return atomic_load(&n_launches);
}

static yoke_kernel *kernel_of(const char *source, const char *name)
{
    const struct yoke_kernel_params params = { .source = source, .name = name };
    yoke_kernel *kernel;

    EXPECT_OK(yoke_kernel_create(test_device, &params, &kernel));
    return kernel;
}

/* A worker stays awake behind operators, unless nobody is to look. */
START_TEST(operators_are_followed)
{
    reopen_device(-1);
    const unsigned alone = operate();
    const bool is_sleepy = reopen_device(0);
    const unsigned followed = operate();

    ck_assert_uint_ge(alone, IN_A_ROW);
    ck_assert_msg(is_sleepy ? followed > alone : followed == alone, "%u launches, alone %u",
                  followed, alone);
}
END_TEST

/* Nothing is launched but what the caller asked for. */
START_TEST(callers_kernels_are_not_followed)
{
    const struct yoke_launch launch = { .global = { 1 } };
    yoke_kernel *kernel = kernel_of("__kernel void one(__global uint *y) { y[0] = 1; }", "one");
    yoke_buffer *y = zeros(1);
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(y) };
    yoke_event *event;

    operate(); /* so that the worker that lingers is there */
    atomic_store(&n_launches, 0);
    for (int i = 0; i < IN_A_ROW; i++) {
        EXPECT_OK(yoke_kernel_enqueue(test_queue, kernel, &launch, args, 1, &event));
        wait_and_forget(event);
    }
    ck_assert_uint_eq(atomic_load(&n_launches), IN_A_ROW);
    yoke_buffer_destroy(&y);
    yoke_kernel_destroy(&kernel);
}
END_TEST

/* Two work-groups that look for each other for a while. */
static const char meeting[] =
    "__kernel void meet(volatile __global uint *here, __global uint *met, const uint looks)\n"
    "{\n"
    "    atomic_inc(here);\n"
    "    for (uint i = 0; i < looks; i++)\n"
    "        if (here[0] == 2) { met[get_group_id(0)] = 1; return; }\n"
    "}\n";

/* A worker that would linger for seconds is there for the caller's kernel at once. */
START_TEST(callers_kernels_are_not_delayed)
{
    enum { LONG_US = 10000000 };
    const struct yoke_launch launch = { .global = { 2 }, .local = { 1 } };
    const uint32_t looks = 1000000000;
    uint32_t out[2];

    if (!reopen_device(LONG_US)) return;
    yoke_kernel *kernel = kernel_of(meeting, "meet");
    yoke_buffer *here = zeros(1), *met = zeros(2);
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(here), YOKE_ARG_BUFFER(met),
                                     YOKE_ARG_VALUE(looks) };
    operate();
    nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL); /* until it does */
    EXPECT_OK(yoke_kernel_enqueue(test_queue, kernel, &launch, args, 3, NULL));
    EXPECT_OK(yoke_buffer_read(test_queue, met, 0, out, sizeof out));
    ck_assert_msg(out[0] && out[1], "%u and %u", (unsigned)out[0], (unsigned)out[1]);
    yoke_buffer_destroy(&met);
    yoke_buffer_destroy(&here);
    yoke_kernel_destroy(&kernel);
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
    tcase_add_test(tc, operators_are_followed);
    tcase_add_test(tc, callers_kernels_are_not_followed);
    tcase_add_test(tc, callers_kernels_are_not_delayed);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
