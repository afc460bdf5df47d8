/* test_tickets.c - kernels whose work-groups draw tickets, after a failure.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <string.h>

#include "device/queue.h"
#include "device/scratch.h"
#include "harness.h"

enum { N = 70 };

static float ones[N * N];

static yoke_buffer *make_buffer(float *initial)
{
    const struct yoke_buffer_params params = { .size_bytes = sizeof ones, .initial = initial };
    yoke_buffer *buf = NULL;

    EXPECT_OK(yoke_buffer_create(test_device, &params, &buf));
    return buf;
}

/* Whether a product by the queue is right. */
static bool is_right(const yoke_buffer *A)
{
    const struct yoke_gemm g = { .M = N, .N = N, .K = N };
    static float out[N * N];
    size_t n_right = 0;

    memset(out, 0xff, sizeof out);
    yoke_buffer *C = make_buffer(out);
    EXPECT_OK(yoke_gemm_enqueue(test_queue, &g, C, A, A, NULL));
    EXPECT_OK(yoke_buffer_read(test_queue, C, 0, out, sizeof out));
    yoke_buffer_destroy(&C);
    for (size_t i = 0; i < N * N; i++)
        n_right += out[i] == (float)N;
    return n_right == N * N;
}

/* As after a launch that was counted and never ran. */
static void lose_tickets(void)
{
    const yoke_buffer *counter;
    uint32_t first;

    EXPECT_OK(yoke_queue_tickets(test_queue, &counter, &first));
    yoke_queue_tickets_drawn(test_queue, 1000);
}

/* Wait for a command of the queue that failed. */
static void wait_for_failure(cl_int status)
{
    cl_event cl = clCreateUserEvent(test_device->ctx, NULL);
    yoke_event *ev = NULL;

    ck_assert_ptr_nonnull(cl);
    ck_assert_int_eq(clSetUserEventStatus(cl, status), CL_SUCCESS);
    EXPECT_OK(yoke_queue_begin(test_queue));
    EXPECT_OK(yoke_queue_end(test_queue, CL_SUCCESS, "a test", cl, false, &ev));
    EXPECT_FAILURE(yoke_event_wait(ev), YOKE_ERR_NO_MEMORY);
    yoke_event_destroy(&ev);
}

START_TEST(later_launches_recover)
{
    for (size_t i = 0; i < N * N; i++)
        ones[i] = 1.0f;
    yoke_buffer *A = make_buffer(ones);

    for (int i = 0; i < 2; i++) {
        ck_assert(is_right(A));
        lose_tickets();
        wait_for_failure(CL_MEM_OBJECT_ALLOCATION_FAILURE);
        ck_assert(is_right(A));
        ck_assert(is_right(A));
        lose_tickets();
        EXPECT_FAILURE(yoke_queue_check(test_queue, CL_OUT_OF_RESOURCES, "a test"),
                       YOKE_ERR_DEVICE);
    }
    ck_assert(is_right(A));
    yoke_buffer_destroy(&A);
}
END_TEST

/* The event keeps what it shares with its queue. */
START_TEST(event_outlives_queue)
{
    cl_event cl = clCreateUserEvent(test_device->ctx, NULL);
    yoke_event *ev = NULL;
    yoke_queue *q = NULL;

    ck_assert_ptr_nonnull(cl);
    ck_assert_int_eq(clSetUserEventStatus(cl, CL_MEM_OBJECT_ALLOCATION_FAILURE), CL_SUCCESS);
    EXPECT_OK(yoke_queue_create(test_device, &q));
    EXPECT_OK(yoke_queue_begin(q));
    EXPECT_OK(yoke_queue_end(q, CL_SUCCESS, "a test", cl, false, &ev));
    yoke_queue_destroy(&q);
    EXPECT_FAILURE(yoke_event_wait(ev), YOKE_ERR_NO_MEMORY);
    yoke_event_destroy(&ev);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tickets");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_test(tc, later_launches_recover);
    tcase_add_test(tc, event_outlives_queue);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
