/* test_share.c - every way to cut an operation gives what the whole gives, in place and on copies.
 * SPDX-License-Identifier: MIT
 *
 * Whole numbers: one right answer. What the whole should be is for the tests of the operators. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "device/device.h"
#include "harness.h"
#include "ops/conv/conv.h"
#include "ops/gemm/gemm.h"
#include "sched/share.h"

static struct yoke_member member;

static void setup(void)
{
    harness_open_device();
    member = (struct yoke_member){ .dev = test_device, .q = test_queue };
}

static void use_in_place(bool in_place)
{
    test_device->rec.info.host_memory = in_place;
}

/* An array for each operand, the result's full of a number that is none of the answers. */
static void make_arrays(struct yoke_task *t)
{
    for (size_t i = 0; i < t->op->n_operands; i++) {
        const struct yoke_operand o = yoke_task_operand(t, i);
        const size_t n = yoke_operand_extent(&o);
        float *x = malloc(n * sizeof *x);
        ck_assert_ptr_nonnull(x);
        for (size_t k = 0; k < n; k++)
            x[k] = i == 0 ? 0.5f : (float)((int)(k * (2 * i + 1) % 7) - 3);
        t->host[i] = o.is_array ? (char *)x : NULL;
        if (!o.is_array) free(x);
    }
}

static void free_arrays(struct yoke_task *t)
{
    for (size_t i = 0; i < YOKE_OP_OPERANDS_MAX; i++)
        free(t->host[i]);
}

static void do_share(const struct yoke_task *t, size_t cut, size_t first, size_t n)
{
    struct yoke_share_cost cost;

    ck_assert_msg(yoke_share_run(t, &member, cut, first, n, &cost) == YOKE_OK, "%s",
                  yoke_last_error());
    ck_assert_int_eq(cost.bytes > 0, !test_device->rec.info.host_memory);
}

/* Two shares that meet at `middle` leave the result as the whole left it. */
static void cut_at(const struct yoke_task *whole, size_t cut, size_t extent, size_t middle)
{
    const size_t bytes = yoke_task_bytes(whole, 0);
    struct yoke_task t = *whole;

    t.host[0] = malloc(bytes);
    ck_assert_ptr_nonnull(t.host[0]);
    for (size_t i = 0; i < bytes / sizeof(float); i++)
        ((float *)t.host[0])[i] = 0.5f;
    do_share(&t, cut, 0, middle);
    if (middle < extent) do_share(&t, cut, middle, extent - middle); /* else the whole again */
    ck_assert_msg(memcmp(t.host[0], whole->host[0], bytes) == 0, "cut %zu of %zu at %zu", cut,
                  extent, middle);
    free(t.host[0]);
}

static void cut_everywhere(const struct yoke_op_class *op, const void *problem)
{
    struct yoke_task whole = { .op = op };
    struct yoke_cut cuts[YOKE_CUTS_MAX];

    yoke_task_init(&whole, problem);
    make_arrays(&whole);
    const size_t n = op->cuts(problem, cuts);
    use_in_place(true);
    do_share(&whole, 0, 0, cuts[0].extent);
    for (int copies = 0; copies < 2; copies++) {
        use_in_place(!copies);
        for (size_t i = 0; i < n; i++)
            for (size_t at = cuts[i].unit; at < cuts[i].extent; at += cuts[i].unit)
                cut_at(&whole, i, cuts[i].extent, at);
    }
    free_arrays(&whole);
}

static const struct yoke_conv convs[] = {
    { .N = 3,
      .C = 4,
      .H = 9,
      .W = 7,
      .K = 6,
      .R = 3,
      .S = 3,
      .pad_h = { 1, 1 },
      .pad_w = { 1, 0 } },
    { .N = 2,
      .C = 6,
      .H = 11,
      .W = 5,
      .K = 8,
      .R = 2,
      .S = 3,
      .groups = 2,
      .stride_h = 2,
      .dilation_w = 2,
      .pad_h = { 0, 2 } },
    { .N = 1,
      .C = 3,
      .H = 13,
      .W = 4,
      .K = 5,
      .R = 4,
      .S = 1,
      .dilation_h = 2,
      .stride_h = 3,
      .pad_h = { 4, 3 },
      .true_convolution = true },
    { .N = 2, .C = 5, .H = 6, .W = 6, .K = 40, .R = 1, .S = 1 },
    { .N = 1, .C = 4, .H = 3, .W = 5, .K = 4, .R = 2, .S = 2, .groups = 4, .pad_h = { 3, 3 } },
};
enum { N_CONVS = sizeof convs / sizeof *convs };

START_TEST(convolutions_may_be_cut_anywhere)
{
    for (int nhwc = 0; nhwc < 2; nhwc++) {
        struct yoke_conv conv = convs[_i];
        struct yoke_conv_problem p;
        conv.layout = nhwc ? YOKE_NHWC : YOKE_NCHW;
        EXPECT_OK(yoke_conv_prepare(&conv, &p));
        p.has_bias = true;
        cut_everywhere(&yoke_conv_class, &p);
    }
}
END_TEST

START_TEST(products_may_be_cut_anywhere)
{
    static const float there = 0;
    const struct yoke_epilogue e = { .bias = _i ? YOKE_BIAS_ROW : YOKE_BIAS_COLUMN,
                                     .residual_array = &there,
                                     .ldr = 24 };
    const struct yoke_gemm gemm = { .M = 14,
                                    .N = 17,
                                    .K = 9,
                                    .batch = 3,
                                    .ldc = 19,
                                    .trans_a = _i,
                                    .order = _i ? YOKE_COL_MAJOR : YOKE_ROW_MAJOR,
                                    .epilogue = &e };
    struct yoke_gemm_problem p;

    EXPECT_OK(yoke_gemm_prepare(&gemm, &p));
    cut_everywhere(&yoke_gemm_class, &p);
}
END_TEST

/* A cap that holds no operand whole, and one that holds nothing. */
START_TEST(convolutions_are_done_in_pieces)
{
    struct yoke_task whole = { .op = &yoke_conv_class };
    struct yoke_share_cost cost;
    struct yoke_conv_problem p;
    struct yoke_conv conv = { .N = 4,
                              .C = 32,
                              .H = 20,
                              .W = 20,
                              .K = 64,
                              .R = 3,
                              .S = 3,
                              .groups = _i ? 8 : 1,
                              .pad_h = { 1, 1 } };

    conv.layout = _i ? YOKE_NHWC : YOKE_NCHW;
    EXPECT_OK(yoke_conv_prepare(&conv, &p));
    yoke_task_init(&whole, &p);
    make_arrays(&whole);
    do_share(&whole, 0, 0, p.N);
    use_in_place(false);
    *whole.op->max_workspace(whole.p.bytes) = 24 << 10;
    cut_at(&whole, 0, p.N, p.N);
    *whole.op->max_workspace(whole.p.bytes) = 64;
    EXPECT_FAILURE(yoke_share_run(&whole, &member, 0, 0, p.N, &cost), YOKE_ERR_LIMIT);
    free_arrays(&whole);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("share");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, harness_close_device);
    tcase_add_loop_test(tc, convolutions_may_be_cut_anywhere, 0, N_CONVS);
    tcase_add_loop_test(tc, products_may_be_cut_anywhere, 0, 2);
    tcase_add_loop_test(tc, convolutions_are_done_in_pieces, 0, 2);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
