/* test_offsets.c - operands of a convolution that begin somewhere in their buffers.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <string.h>

#include "harness.h"
#include "ops/conv/conv.h"
#include "ref/fill.h"

enum { ROOM = 4096 }; /* floats of each operand */

static float data[YOKE_CONV_OPERANDS][ROOM];
static yoke_buffer *bufs[YOKE_CONV_OPERANDS];

static void setup(void)
{
    uint64_t seed = 1;

    harness_open_device();
    for (size_t i = 0; i < YOKE_CONV_OPERANDS; i++) {
        yoke_ref_fill(YOKE_F32, YOKE_REF_WHOLE, data[i], ROOM, &seed);
        EXPECT_OK(yoke_buffer_create(
            test_device, &(struct yoke_buffer_params){ .size_bytes = sizeof data[i] }, &bufs[i]));
    }
}

static void teardown(void)
{
    for (size_t i = 0; i < YOKE_CONV_OPERANDS; i++)
        yoke_buffer_destroy(&bufs[i]);
    harness_close_device();
}

/* Y and what lies before and behind it, when each operand's data begin `offset` floats further on.
 */
static void run(const struct yoke_conv *c, size_t offset, float y[ROOM])
{
    struct yoke_bindings bindings = { { NULL } };
    struct yoke_conv_problem p;

    EXPECT_OK(yoke_conv_prepare(c, &p));
    p.y_offset += offset;
    p.x_offset += 2 * offset;
    p.w_offset += 3 * offset;
    p.bias_offset += 4 * offset;
    p.r_offset += 5 * offset;
    for (size_t i = 0; i < YOKE_CONV_OPERANDS; i++) {
        const size_t at = (i + 1) * offset * sizeof(float);
        bindings.operand[i] = bufs[i];
        EXPECT_OK(yoke_buffer_write(test_queue, bufs[i], 0, data[0], sizeof data[0]));
        EXPECT_OK(yoke_buffer_write(test_queue, bufs[i], at, data[i], sizeof data[i] - at));
    }
    EXPECT_OK(yoke_conv_queue(test_queue, &p, &bindings, NULL, NULL));
    EXPECT_OK(yoke_buffer_read(test_queue, bufs[YOKE_CONV_Y], 0, y, sizeof data[0]));
    EXPECT_OK(yoke_queue_finish(test_queue));
}

START_TEST(offsets_move_everything)
{
    static float want[ROOM], got[ROOM];
    const struct yoke_epilogue e = { .bias = YOKE_BIAS_CHANNEL,
                                     .bias_buffer = bufs[YOKE_CONV_BIAS],
                                     .residual_buffer = bufs[YOKE_CONV_R] };
    struct yoke_conv c = { .N = 2,
                           .C = 4,
                           .H = 6,
                           .W = 7,
                           .K = 10,
                           .R = 3,
                           .S = 2,
                           .groups = 2,
                           .layout = (enum yoke_layout)(_i & 1),
                           .true_convolution = _i & 2,
                           .pad_h = { 1, 1 },
                           .epilogue = &e };
    const size_t n_y = 2 * 10 * 6 * 6, offset = 37;

    for (size_t v = 0; (c.variant = yoke_conv_variant_name(v)); v++) {
        if (!yoke_conv_variant(test_device, &c)[0]) continue;
        run(&c, 0, want);
        run(&c, offset, got);
        ck_assert_msg(memcmp(want, got + offset, n_y * sizeof *want) == 0, "%s: another result",
                      c.variant);
        ck_assert_mem_eq(got, data[0], offset * sizeof *got);
        ck_assert_mem_eq(got + offset + n_y, data[0] + n_y, (ROOM - offset - n_y) * sizeof *got);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("offsets");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, offsets_move_everything, 0, 4);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
