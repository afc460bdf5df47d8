/* test_order.c - queues that wait for each other's events: yoke_queue_wait.
 * SPDX-License-Identifier: MIT
 *
 * On the device, and on the host where a driver does not take another queue's event. Failures are
 * made in tests/fault (scenario `order`). */
#include <CL/cl.h>
#include <check.h>

#include "device/device.h"
#include "device/event.h"
#include "harness.h"

enum { N = 256, ROUNDS = 10, STEPS = 200 };

/* Work enough that who does not wait is too early. */
static const char source[] = "__kernel void count(__global uint *y, const uint first)"
                             "{ const size_t i = get_global_id(0); uint x = first;"
                             "  for (uint k = 0; k < 60000; k++) x = x * 1664525u + 1013904223u;"
                             "  y[i] = x == 0 ? first : first + (uint)i; }"
                             "__kernel void add(__global uint *y, const uint more)"
                             "{ y[get_global_id(0)] += more; }";

static yoke_kernel *count, *add;
static yoke_queue *other;
static yoke_buffer *buf;

static yoke_kernel *kernel_of(const char *name)
{
    const struct yoke_kernel_params params = { .source = source, .name = name };
    yoke_kernel *kernel;

    EXPECT_OK(yoke_kernel_create(test_device, &params, &kernel));
    return kernel;
}

static void setup(void)
{
    uint32_t zeros[N] = { 0 };
    const struct yoke_buffer_params memory = { .size_bytes = sizeof zeros, .initial = zeros };

    harness_open_device();
    EXPECT_OK(yoke_queue_create(test_device, &other));
    EXPECT_OK(yoke_buffer_create(test_device, &memory, &buf));
    count = kernel_of("count");
    add = kernel_of("add");
}

static void teardown(void)
{
    yoke_kernel_destroy(&count);
    yoke_kernel_destroy(&add);
    yoke_buffer_destroy(&buf);
    yoke_queue_destroy(&other);
    harness_close_device();
}

/* As on a device that does not take another queue's event. */
static void wait_on_host(void)
{
    test_device->rec.quirks |= YOKE_QUIRK_OWN_EVENTS_ONLY;
}

static yoke_event *launch(yoke_queue *q, yoke_kernel *kernel, uint32_t value)
{
    const struct yoke_launch all = { .global = { N } };
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(buf), YOKE_ARG_VALUE(value) };
    yoke_event *event;

    EXPECT_OK(yoke_kernel_enqueue(q, kernel, &all, args, 2, &event));
    return event;
}

static void expect_first(yoke_queue *q, uint32_t first)
{
    uint32_t out[N];

    EXPECT_OK(yoke_buffer_read(q, buf, 0, out, sizeof out));
    for (uint32_t i = 0; i < N; i++)
        ck_assert_msg(out[i] == first + i, "[%u] is %u, not %u", (unsigned)i, (unsigned)out[i],
                      (unsigned)(first + i));
}

static void then(yoke_queue *q, yoke_event *event)
{
    EXPECT_OK(yoke_queue_wait(q, event));
    yoke_event_destroy(&event);
}

START_TEST(second_queue_sees_what_the_first_wrote)
{
    yoke_event *event;

    if (_i) wait_on_host();
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        then(other, launch(test_queue, count, round * N));
        event = launch(other, add, 5);
        yoke_event_destroy(&event);
        expect_first(other, round * N + 5);
    }
}
END_TEST

static bool has_ended(const yoke_event *event)
{
    cl_int state;

    ck_assert_int_eq(clGetEventInfo(yoke_event_cl(event), CL_EVENT_COMMAND_EXECUTION_STATUS,
                                    sizeof state, &state, NULL),
                     CL_SUCCESS);
    return state <= CL_COMPLETE;
}

/* Without the quirk the host does not wait, unless launching does. */
START_TEST(host_waits_only_where_it_must)
{
    enum { MANY = 20 };
    yoke_event *event = NULL;

    if (_i) wait_on_host();
    for (int i = 0; i < MANY; i++) {
        yoke_event_destroy(&event);
        event = launch(test_queue, count, N);
    }
    const bool was_over = has_ended(event);
    EXPECT_OK(yoke_queue_wait(other, event));
    ck_assert(was_over || has_ended(event) == (_i == 1 || (test_device->rec.quirks &
                                                           YOKE_QUIRK_OWN_EVENTS_ONLY) != 0));
    yoke_event_destroy(&event);
    EXPECT_OK(yoke_queue_finish(other));
    expect_first(other, N); /* the finished queue has waited, too */
}
END_TEST

/* Each step of one waits for the other's, and nobody asks meanwhile. */
START_TEST(queues_take_turns)
{
    if (_i) wait_on_host();
    then(other, launch(test_queue, count, N));
    for (uint32_t step = 0; step < STEPS; step += 2) {
        then(test_queue, launch(other, add, 1));
        then(other, launch(test_queue, add, 1));
    }
    expect_first(other, N + STEPS);
    EXPECT_OK(yoke_queue_finish(test_queue));
}
END_TEST

/* Two queues that still wait for each other, and an event that outlives its queue. */
START_TEST(queues_end_in_any_order)
{
    yoke_event *event;

    if (_i) wait_on_host();
    event = launch(other, count, N);
    EXPECT_OK(yoke_queue_wait(test_queue, event));
    then(other, launch(test_queue, add, 1));
    yoke_queue_destroy(&other);
    EXPECT_OK(yoke_queue_wait(test_queue, event));
    yoke_event_destroy(&event);
    expect_first(test_queue, N + 1);
}
END_TEST

/* Devices share no events: the host waits. */
START_TEST(event_of_another_device_is_waited_for)
{
    yoke_team *team;
    yoke_queue *far;

    EXPECT_OK(yoke_team_create(NULL, &team));
    EXPECT_OK(yoke_queue_create(yoke_team_device(team, 0), &far));
    yoke_event *event = launch(test_queue, count, N);
    EXPECT_OK(yoke_queue_wait(far, event));
    ck_assert(has_ended(event));
    yoke_event_destroy(&event);
    EXPECT_OK(yoke_queue_finish(far));
    yoke_queue_destroy(&far);
    yoke_team_destroy(&team);
}
END_TEST

START_TEST(own_event_and_null)
{
    yoke_event *event = launch(test_queue, count, N);

    EXPECT_OK(yoke_queue_wait(test_queue, event));
    EXPECT_FAILURE(yoke_queue_wait(NULL, event), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_queue_wait(test_queue, NULL), YOKE_ERR_INVALID);
    yoke_event_destroy(&event);
    expect_first(test_queue, N);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("order");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, second_queue_sees_what_the_first_wrote, 0, 2);
    tcase_add_loop_test(tc, host_waits_only_where_it_must, 0, 2);
    tcase_add_loop_test(tc, queues_take_turns, 0, 2);
    tcase_add_loop_test(tc, queues_end_in_any_order, 0, 2);
    tcase_add_test(tc, event_of_another_device_is_waited_for);
    tcase_add_test(tc, own_event_and_null);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
