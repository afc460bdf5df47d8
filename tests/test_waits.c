/* test_waits.c - whoever waits for all commands of a queue has waited: other queues see what they
 * wrote.
 * SPDX-License-Identifier: MIT
 *
 * On some devices clFinish returns before that (quirk early-finish). */
#include <check.h>

#include "device/transfer.h"
#include "harness.h"

enum { N = 1 << 13, ROUNDS = 15 };

/* Work enough that a wait that does not wait is too early. */
static const char source[] = "__kernel void count(__global uint *y, const uint first)"
                             "{ const size_t i = get_global_id(0); uint x = first;"
                             "  for (uint k = 0; k < 2000; k++) x = x * 1664525u + 1013904223u;"
                             "  y[i] = x == 0 ? first : first + (uint)i; }";

static void finish(yoke_queue **q)
{
    EXPECT_OK(yoke_queue_finish(*q));
}

static void drain(yoke_queue **q)
{
    yoke_queue_drain(*q);
}

static void (*const waits[])(yoke_queue **q) = { finish, drain, yoke_queue_destroy };

START_TEST(other_queues_see_what_was_written)
{
    const struct yoke_kernel_params params = { .source = source, .name = "count" };
    const struct yoke_buffer_params memory = { .size_bytes = N * sizeof(uint32_t) };
    const struct yoke_launch launch = { .global = { N } };
    static uint32_t out[N];
    yoke_kernel *kernel;
    yoke_buffer *buf;

    EXPECT_OK(yoke_kernel_create(test_device, &params, &kernel));
    EXPECT_OK(yoke_buffer_create(test_device, &memory, &buf));
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        const uint32_t first = round * N;
        const struct yoke_arg args[] = { YOKE_ARG_BUFFER(buf), YOKE_ARG_VALUE(first) };
        yoke_queue *q;

        EXPECT_OK(yoke_queue_create(test_device, &q));
        EXPECT_OK(yoke_kernel_enqueue(q, kernel, &launch, args, 2, NULL));
        waits[_i](&q);
        EXPECT_OK(yoke_buffer_read(test_queue, buf, 0, out, sizeof out));
        ck_assert_msg(out[0] == first && out[N - 1] == first + N - 1,
                      "round %u: %u and %u instead of %u and %u", (unsigned)round, (unsigned)out[0],
                      (unsigned)out[N - 1], (unsigned)first, (unsigned)(first + N - 1));
        yoke_queue_destroy(&q);
    }
    yoke_buffer_destroy(&buf);
    yoke_kernel_destroy(&kernel);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("waits");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_loop_test(tc, other_queues_see_what_was_written, 0, sizeof waits / sizeof *waits);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
