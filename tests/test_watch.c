/* test_watch.c - whose commands' failures are told to whom, and how often.
 * SPDX-License-Identifier: MIT */
#include <check.h>

#include "device/device.h"
#include "device/watch.h"
#include "harness.h"

static struct yoke_watch *w;

static void setup(void)
{
    harness_open_device();
    w = yoke_watch_create();
    ck_assert_ptr_nonnull(w);
}

static void teardown(void)
{
    yoke_watch_release(w);
    harness_close_device();
}

/* A command that is under way: its number. */
static uint64_t begin(struct yoke_watch *of, cl_event *event)
{
    *event = clCreateUserEvent(test_device->ctx, NULL);
    ck_assert_ptr_nonnull(*event);
    ck_assert(yoke_watch_reserve(of));
    return yoke_watch_add(of, *event, "a test");
}

static void end_by(cl_event event, cl_int end)
{
    ck_assert_int_eq(clSetUserEventStatus(event, end), CL_SUCCESS);
}

static uint64_t add_to(struct yoke_watch *of, cl_int end)
{
    cl_event event;
    const uint64_t number = begin(of, &event);

    end_by(event, end);
    return number;
}

/* A command that has ended so: its number. */
static uint64_t add(cl_int end)
{
    return add_to(w, end);
}

static bool fails(uint64_t number)
{
    const char *call;

    return yoke_watch_ask(w, number, &call) != CL_SUCCESS;
}

static bool any_fails(void)
{
    const char *call;

    return yoke_watch_ask_all(w, &call) != CL_SUCCESS;
}

START_TEST(one_failure_puts_in_doubt_what_follows_until_it_is_told)
{
    const uint64_t before = add(CL_COMPLETE), bad = add(CL_OUT_OF_RESOURCES),
                   doubtful = add(CL_COMPLETE);

    ck_assert(!fails(before));
    ck_assert(fails(doubtful));
    ck_assert(!any_fails());
    ck_assert(fails(bad) && fails(doubtful));
    const uint64_t after = add(CL_COMPLETE);
    ck_assert(!fails(after) && !fails(before));
    ck_assert(!any_fails());
}
END_TEST

START_TEST(second_failure_is_one_of_its_own)
{
    add(CL_OUT_OF_RESOURCES);
    ck_assert(any_fails());
    const uint64_t good = add(CL_COMPLETE);
    ck_assert(!fails(good));
    const uint64_t bad = add(CL_OUT_OF_HOST_MEMORY), doubtful = add(CL_COMPLETE);
    ck_assert(!fails(good)); /* which tells nothing of the second */
    ck_assert(any_fails());
    ck_assert(!any_fails());
    ck_assert(fails(bad) && fails(doubtful) && !fails(good));
}
END_TEST

/* However many there are, none is forgotten. */
START_TEST(many_failures)
{
    enum { N = 100 };
    uint64_t good[N], bad[N];

    for (int i = 0; i < N; i++) {
        good[i] = add(CL_COMPLETE);
        bad[i] = add(CL_OUT_OF_RESOURCES);
        ck_assert(any_fails());
    }
    for (int i = 0; i < N; i++)
        ck_assert(fails(bad[i]));
    ck_assert(!fails(good[0]) && !fails(good[N - 1]));
    ck_assert(!fails(add(CL_COMPLETE)));
    ck_assert(!any_fails());
}
END_TEST

START_TEST(failures_are_counted_once)
{
    ck_assert(!yoke_watch_had_failure(w));
    add(CL_OUT_OF_RESOURCES);
    ck_assert(yoke_watch_had_failure(w));
    ck_assert(!yoke_watch_had_failure(w));
    yoke_watch_failed(w);
    ck_assert(yoke_watch_had_failure(w));
    ck_assert(any_fails()); /* looking is not telling */
}
END_TEST

/* An own failure before it is not hidden by what was heard first. */
START_TEST(failure_of_another_queue_hides_none)
{
    struct yoke_watch *other = yoke_watch_create();
    cl_event event;

    ck_assert_ptr_nonnull(other);
    const uint64_t theirs = add_to(other, CL_OUT_OF_RESOURCES), good = add(CL_COMPLETE),
                   own = begin(w, &event), waits = add(CL_COMPLETE);
    ck_assert(yoke_watch_reserve_wait(w));
    yoke_watch_add_wait(w, other, theirs);
    end_by(event, CL_OUT_OF_HOST_MEMORY);
    ck_assert(fails(waits));
    ck_assert(fails(own) && !fails(good));
    ck_assert(!any_fails());
    yoke_watch_release(other);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("watch");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, one_failure_puts_in_doubt_what_follows_until_it_is_told);
    tcase_add_test(tc, second_failure_is_one_of_its_own);
    tcase_add_test(tc, many_failures);
    tcase_add_test(tc, failures_are_counted_once);
    tcase_add_test(tc, failure_of_another_queue_hides_none);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
