/* test_queue.c - buffers, queues and events on the first device. SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

static yoke_buffer *make_buffer(size_t size_bytes, void *initial)
{
    const struct yoke_buffer_params params = { .size_bytes = size_bytes, .initial = initial };
    yoke_buffer *buf = NULL;

    EXPECT_OK(yoke_buffer_create(test_device, &params, &buf));
    ck_assert_ptr_nonnull(buf);
    return buf;
}

START_TEST(buffer_holds_what_was_written)
{
    unsigned char in[1000], out[1000];
    yoke_buffer *buf = make_buffer(sizeof in, NULL);

    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (unsigned char)(i * 7 + 1);
    EXPECT_OK(yoke_buffer_write(test_queue, buf, 0, in, sizeof in));
    EXPECT_OK(yoke_buffer_write(test_queue, buf, 990, "0123456789", 10));
    EXPECT_OK(yoke_buffer_write(test_queue, buf, 3, "abc", 3));
    EXPECT_OK(yoke_buffer_read(test_queue, buf, 0, out, sizeof out));
    memcpy(in + 990, "0123456789", 10);
    memcpy(in + 3, "abc", 3);
    ck_assert_mem_eq(in, out, sizeof in);
    EXPECT_OK(yoke_buffer_read(test_queue, buf, 989, out, 2));
    ck_assert_int_eq(out[0], in[989]);
    ck_assert_int_eq(out[1], '0');
    ck_assert_uint_eq(yoke_buffer_size_bytes(buf), sizeof in);
    yoke_buffer_destroy(&buf);
    ck_assert_ptr_null(buf);
}
END_TEST

START_TEST(initial_is_copied)
{
    char text[] = "heave away", out[sizeof text];
    yoke_buffer *buf = make_buffer(sizeof text, text);

    memset(text, 'x', sizeof text);
    EXPECT_OK(yoke_buffer_read(test_queue, buf, 0, out, sizeof out));
    ck_assert_str_eq(out, "heave away");
    yoke_buffer_destroy(&buf);
}
END_TEST

START_TEST(host_memory_is_lent)
{
    float host[64] = { 0 }, out[64], in[2] = { 5.0f, 6.0f };
    const struct yoke_buffer_params params = { sizeof host, YOKE_MEMORY_HOST, host };
    yoke_buffer *buf = NULL;

    host[63] = 9.0f;
    EXPECT_OK(yoke_buffer_create(test_device, &params, &buf));
    EXPECT_OK(yoke_buffer_write(test_queue, buf, 4, in, sizeof in));
    EXPECT_OK(yoke_buffer_read(test_queue, buf, 0, host, sizeof host));
    ck_assert_float_eq(host[0], 0.0f);
    ck_assert_float_eq(host[1], 5.0f);
    ck_assert_float_eq(host[2], 6.0f);
    EXPECT_OK(yoke_buffer_read(test_queue, buf, 0, out, sizeof out));
    ck_assert_mem_eq(out, host, sizeof out);
    ck_assert_float_eq(out[63], 9.0f);
    yoke_buffer_destroy(&buf);
    ck_assert_float_eq(host[1], 5.0f);
}
END_TEST

/* offset and size of spans that a buffer of 100 bytes does not have */
static const size_t bad_spans[][2] = {
    { 0, 101 },      { 100, 1 },      { 99, 2 },       { 101, 1 },
    { SIZE_MAX, 1 }, { SIZE_MAX, 2 }, { 1, SIZE_MAX },
};

START_TEST(span_past_the_end_is_refused)
{
    const size_t *span = bad_spans[_i];
    char host[128] = { 0 }, out[100];
    yoke_buffer *buf = make_buffer(100, host);

    memset(host, 'x', sizeof host);
    EXPECT_FAILURE(yoke_buffer_write(test_queue, buf, span[0], host, span[1]), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_buffer_read(test_queue, buf, span[0], host, span[1]), YOKE_ERR_INVALID);
    ck_assert_int_eq(host[0], 'x');
    EXPECT_OK(yoke_buffer_read(test_queue, buf, 0, out, sizeof out));
    for (size_t i = 0; i < sizeof out; i++)
        ck_assert_int_eq(out[i], 0);
    yoke_buffer_destroy(&buf);
}
END_TEST

START_TEST(wrong_buffers_are_refused)
{
    const struct yoke_buffer_params empty = { 0 };
    const struct yoke_buffer_params no_host = { .size_bytes = 8, .memory = YOKE_MEMORY_HOST };
    const struct yoke_buffer_params good = { .size_bytes = 8 };
    struct yoke_buffer_params huge = { 0 };
    yoke_buffer *buf = (yoke_buffer *)&huge; /* to be overwritten */

    EXPECT_FAILURE(yoke_buffer_create(test_device, &empty, &buf), YOKE_ERR_INVALID);
    ck_assert_ptr_null(buf);
    EXPECT_FAILURE(yoke_buffer_create(test_device, &no_host, &buf), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_buffer_create(NULL, &good, &buf), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_buffer_create(test_device, NULL, &buf), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_buffer_create(test_device, &good, NULL), YOKE_ERR_INVALID);
    huge.size_bytes = (size_t)yoke_device_get_info(test_device)->max_alloc_bytes + 1;
    buf = (yoke_buffer *)&huge;
    EXPECT_FAILURE(yoke_buffer_create(test_device, &huge, &buf), YOKE_ERR_LIMIT);
    ck_assert_ptr_null(buf);
    huge.size_bytes = SIZE_MAX;
    EXPECT_FAILURE(yoke_buffer_create(test_device, &huge, &buf), YOKE_ERR_LIMIT);
}
END_TEST

START_TEST(null_is_refused)
{
    char host[8] = { 0 };
    yoke_buffer *buf = make_buffer(8, NULL);
    yoke_queue *q = test_queue;

    EXPECT_FAILURE(yoke_buffer_write(NULL, buf, 0, host, 8), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_buffer_write(test_queue, NULL, 0, host, 8), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_buffer_write(test_queue, buf, 0, NULL, 8), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_buffer_read(NULL, buf, 0, host, 8), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_buffer_read(test_queue, NULL, 0, host, 8), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_buffer_read(test_queue, buf, 0, NULL, 8), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_queue_finish(NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_event_wait(NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_queue_create(test_device, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_queue_create(NULL, &q), YOKE_ERR_INVALID);
    ck_assert_ptr_null(q);
    EXPECT_FAILURE(yoke_system_create(NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_team_create(NULL, NULL), YOKE_ERR_INVALID);
    yoke_buffer_destroy(&buf);
}
END_TEST

START_TEST(destroying_nothing_is_fine)
{
    yoke_buffer *buf = NULL;
    yoke_queue *q = NULL;
    yoke_event *ev = NULL;
    yoke_kernel *kernel = NULL;
    yoke_team *team = NULL;
    yoke_system *sys = NULL;

    yoke_buffer_destroy(&buf);
    yoke_queue_destroy(&q);
    yoke_event_destroy(&ev);
    yoke_kernel_destroy(&kernel);
    yoke_team_destroy(&team);
    yoke_system_destroy(&sys);
}
END_TEST

START_TEST(events_outlive_their_queue)
{
    const double two = 2.0;
    const struct yoke_gemm scale = { .M = 2, .N = 2, .K = 0, .beta = &two };
    float c[4] = { 1.0f, 2.0f, 3.0f, 4.0f };
    yoke_buffer *C = make_buffer(sizeof c, c), *A = make_buffer(4, NULL);
    yoke_queue *q = NULL;
    yoke_event *ev = NULL;

    EXPECT_OK(yoke_queue_create(test_device, &q));
    ck_assert_ptr_eq(yoke_queue_device(q), test_device);
    EXPECT_OK(yoke_gemm_enqueue(q, &scale, C, A, A, &ev));
    ck_assert_ptr_nonnull(ev);
    EXPECT_OK(yoke_event_wait(ev));
    yoke_queue_destroy(&q);
    ck_assert_ptr_null(q);
    EXPECT_OK(yoke_event_wait(ev));
    yoke_event_destroy(&ev);
    ck_assert_ptr_null(ev);
    EXPECT_OK(yoke_buffer_read(test_queue, C, 0, c, sizeof c));
    for (int i = 0; i < 4; i++)
        ck_assert_float_eq(c[i], 2.0f * (float)(i + 1));
    yoke_buffer_destroy(&A);
    yoke_buffer_destroy(&C);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("queue");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_test(tc, buffer_holds_what_was_written);
    tcase_add_test(tc, initial_is_copied);
    tcase_add_test(tc, host_memory_is_lent);
    tcase_add_loop_test(tc, span_past_the_end_is_refused, 0,
                        sizeof bad_spans / sizeof bad_spans[0]);
    tcase_add_test(tc, wrong_buffers_are_refused);
    tcase_add_test(tc, null_is_refused);
    tcase_add_test(tc, destroying_nothing_is_fine);
    tcase_add_test(tc, events_outlive_their_queue);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
