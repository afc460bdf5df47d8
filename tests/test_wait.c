/* test_wait.c - how long threads look before they sleep (device/wait.h).
 * SPDX-License-Identifier: MIT
 *
 * A thread leaves the processor to others between two looks, which is counted here. */
#include <check.h>
#include <math.h>
#include <stdatomic.h>
#include <time.h>

#include "device/open.h"
#include "device/wait.h"
#include "harness.h"
#include "sched/worker.h"

static const double for_ever_us = 1e9;

static atomic_uint n_yields;

int __wrap_sched_yield(void);
int __real_sched_yield(void);

int __wrap_sched_yield(void)
{
    atomic_fetch_add(&n_yields, 1);
    return __real_sched_yield();
}

START_TEST(zero_is_the_default)
{
    ck_assert_double_eq(yoke_wait_ms(0), yoke_wait_ms(300));
    ck_assert_double_eq(yoke_wait_ms(50), 0.05);
    ck_assert_double_eq(yoke_wait_ms(-1), 0);
    ck_assert_double_eq(yoke_wait_ms(NAN), yoke_wait_ms(0));
}
END_TEST

static int n_calls, until;

static bool comes(const void *arg)
{
    (void)arg;
    return ++n_calls >= until;
}

START_TEST(looks_at_least_once_and_until_it_is_done)
{
    until = 1;
    ck_assert(yoke_wait_look(0, comes, NULL));
    ck_assert_int_eq(n_calls, 1);
    until = 5;
    ck_assert(yoke_wait_look(1e9, comes, NULL));
    ck_assert_int_eq(n_calls, 5);
    until = 1 << 30;
    ck_assert(!yoke_wait_look(2, comes, NULL));
}
END_TEST

/* Looks of a worker that has nothing to do, for a while after it has begun. */
static unsigned idle_looks(double look_ms)
{
    struct yoke_worker w = { .running = false };

    EXPECT_OK(yoke_worker_create(&w, look_ms));
    nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
    atomic_store(&n_yields, 0);
    nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
    const unsigned n = atomic_load(&n_yields);
    yoke_worker_destroy(&w);
    return n;
}

START_TEST(idle_worker_looks_or_sleeps)
{
    ck_assert_uint_eq(idle_looks(0), 0);
    ck_assert_uint_le(idle_looks(0.05), 1);
    ck_assert_uint_gt(idle_looks(yoke_wait_ms(for_ever_us)), 5);
}
END_TEST

/* One work-item, so that the host may look; long. */
static const char source[] = "__kernel void count(__global uint *y, const uint n)"
                             "{ uint x = 1; for (uint k = 0; k < n; k++)"
                             "    x = x * 1664525u + 1013904223u; y[0] = x; }";

/* Looks of a thread that waits for a command. */
static unsigned waiting_looks(double spin_us)
{
    const struct yoke_team_params params = { .spin_us = spin_us };
    const struct yoke_kernel_params own = { .source = source, .name = "count" };
    const struct yoke_launch launch = { .global = { 1 } };
    const uint32_t n = 200000000;
    yoke_buffer *y;
    yoke_kernel *kernel;
    yoke_event *event;

    EXPECT_OK(yoke_team_create(&params, &test_team));
    test_device = yoke_team_device(test_team, 0);
    EXPECT_OK(yoke_queue_create(test_device, &test_queue));
    EXPECT_OK(yoke_kernel_create(test_device, &own, &kernel));
    EXPECT_OK(yoke_buffer_create(test_device, &(struct yoke_buffer_params){ .size_bytes = 4 }, &y));
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(y), YOKE_ARG_VALUE(n) };
    EXPECT_OK(yoke_kernel_enqueue(test_queue, kernel, &launch, args, 2, &event));
    atomic_store(&n_yields, 0);
    EXPECT_OK(yoke_event_wait(event));
    const unsigned n_looks = atomic_load(&n_yields);
    yoke_event_destroy(&event);
    yoke_buffer_destroy(&y);
    yoke_kernel_destroy(&kernel);
    return n_looks;
}

START_TEST(waiting_thread_looks_or_sleeps)
{
    ck_assert_uint_eq(waiting_looks(-1), 0);
    const bool is_sleepy = yoke_device_quirks(test_device) & YOKE_QUIRK_SLEEPY;
    harness_close_device();

    const unsigned n = waiting_looks(for_ever_us);
    harness_close_device();
    if (is_sleepy) ck_assert_uint_gt(n, 0); /* others may be done when they are asked first */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("wait");
    TCase *tc = tcase_create("wait");

    tcase_add_test(tc, zero_is_the_default);
    tcase_add_test(tc, looks_at_least_once_and_until_it_is_done);
    tcase_add_test(tc, idle_worker_looks_or_sleeps);
    tcase_add_test(tc, waiting_thread_looks_or_sleeps);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
