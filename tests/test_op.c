/* test_op.c - what all operators share: offsets of operands, a workspace of the caller's.
 * SPDX-License-Identifier: MIT
 *
 * Whole numbers: one right answer, that of the operator's own function. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

enum { OPERANDS = 5, MARGIN = 64 }; /* elements before an operand: at most so many */

/* An operation, and the elements of its operands. */
struct work {
    struct yoke_op op;
    const char **variant; /* of the descriptor */
    size_t n[OPERANDS];   /* 0: it has none    */
};

static yoke_buffer *buffer_of(const float *x, size_t n)
{
    const struct yoke_buffer_params params = { .size_bytes = n * sizeof *x, .initial = (void *)x };
    yoke_buffer *buf;

    EXPECT_OK(yoke_buffer_create(test_device, &params, &buf));
    return buf;
}

/* Operand i: before it so many elements that are 0.5, and MARGIN behind it. */
static yoke_buffer *operand_of(const struct work *w, size_t i, size_t before)
{
    const size_t n = before + w->n[i] + MARGIN;
    float *x = malloc(n * sizeof *x);

    ck_assert_ptr_nonnull(x);
    for (size_t k = 0; k < n; k++)
        x[k] = k < before || k >= before + w->n[i] || i == 0
                   ? 0.5f
                   : (float)((int)((k - before) * (2 * i + 1) % 7) - 3);
    yoke_buffer *buf = buffer_of(x, n);
    free(x);
    return buf;
}

/* Do it with operand i `offsets[i]` elements into its buffer; C gets the result, and nothing beside
 * it is written. */
static yoke_status enqueue(const struct work *w, const size_t offsets[OPERANDS],
                           yoke_buffer *workspace, float *C)
{
    const size_t n_c = offsets[0] + w->n[0] + MARGIN;
    struct yoke_bindings b = { .workspace = workspace };
    yoke_buffer *buffers[OPERANDS] = { NULL };
    float *all = malloc(n_c * sizeof *all);

    for (size_t i = 0; i < OPERANDS; i++) {
        if (w->n[i]) buffers[i] = operand_of(w, i, offsets[i]);
        b.operand[i] = (struct yoke_binding){ buffers[i], offsets[i] };
    }
    const yoke_status st = yoke_op_enqueue(test_queue, &w->op, &b, NULL);
    ck_assert_ptr_nonnull(all);
    EXPECT_OK(yoke_buffer_read(test_queue, buffers[0], 0, all, n_c * sizeof *all));
    for (size_t i = 0; i < n_c && st == YOKE_OK; i++)
        if (i < offsets[0] || i >= offsets[0] + w->n[0]) ck_assert_float_eq(all[i], 0.5f);
    memcpy(C, all + offsets[0], w->n[0] * sizeof *C);
    for (size_t i = 0; i < OPERANDS; i++)
        yoke_buffer_destroy(&buffers[i]);
    free(all);
    return st;
}

/* By the variant that takes anything, from the beginnings of the buffers. */
static float *answer_of(const struct work *w)
{
    static const size_t none[OPERANDS] = { 0 };
    float *C = malloc(w->n[0] * sizeof *C);
    const char *name;

    ck_assert_ptr_nonnull(C);
    for (size_t v = 0; (name = yoke_op_variant_name(w->op.kind, v)); v++)
        *w->variant = name;
    EXPECT_OK(enqueue(w, none, NULL, C));
    return C;
}

static void expect_same(const struct work *w, const float *got, const float *want)
{
    for (size_t i = 0; i < w->n[0]; i++)
        ck_assert_msg(got[i] == want[i], "%s: element %zu is %g, not %g", *w->variant, i,
                      (double)got[i], (double)want[i]);
}

/* Every variant that takes it, with operands that lie well and badly, and with a workspace that is
 * as large as it must be, and one byte too small. */
static void try_variants(struct work *w)
{
    static const size_t offsets[][OPERANDS] = { { 32, 64, 32, 32, 64 }, { 3, 1, 7, 5, 2 } };
    float *want = answer_of(w), *C = malloc(w->n[0] * sizeof *C);
    size_t n_run = 0, bytes;

    for (size_t v = 0; (*w->variant = yoke_op_variant_name(w->op.kind, v)); v++)
        for (size_t k = 0; k < 2; k++) {
            if (yoke_op_workspace(test_device, &w->op, &bytes) != YOKE_OK) continue;
            if (enqueue(w, offsets[k], NULL, C) == YOKE_ERR_UNSUPPORTED) continue;
            expect_same(w, C, want);
            n_run++;
            yoke_buffer *enough = NULL, *short_of = NULL;
            EXPECT_OK(yoke_buffer_create(
                test_device, &(struct yoke_buffer_params){ .size_bytes = bytes ? bytes : 1 },
                &enough));
            EXPECT_OK(enqueue(w, offsets[k], enough, C));
            expect_same(w, C, want);
            yoke_buffer_destroy(&enough);
            if (bytes < 2) continue;
            EXPECT_OK(yoke_buffer_create(
                test_device, &(struct yoke_buffer_params){ .size_bytes = bytes - 1 }, &short_of));
            EXPECT_FAILURE(enqueue(w, offsets[k], short_of, C), YOKE_ERR_INVALID);
            yoke_buffer_destroy(&short_of);
        }
    ck_assert_uint_ge(n_run, 2);
    free(want);
    free(C);
}

static void try_gemm(struct yoke_gemm g)
{
    static const float there = 0;
    const struct yoke_epilogue e = { .bias = YOKE_BIAS_COLUMN,
                                     .activation = YOKE_ACT_RELU,
                                     .residual_array = &there };
    struct work w = { .op = { .kind = YOKE_OP_GEMM, .gemm = &g },
                      .variant = &g.variant,
                      .n = { g.M * g.N, g.M * g.K, g.K * g.N } };

    try_variants(&w);
    g.epilogue = &e;
    w.n[3] = g.N;
    w.n[4] = g.M * g.N;
    try_variants(&w);
}

START_TEST(products_take_offsets_and_a_workspace)
{
    try_gemm((struct yoke_gemm){ .M = 70, .N = 90, .K = 110 });
    try_gemm((struct yoke_gemm){ .M = 13, .N = 21, .K = 33, .order = YOKE_COL_MAJOR });
    try_gemm((struct yoke_gemm){ .M = 30, .N = 40, .K = 3000 }); /* in parts of sums */
    try_gemm((struct yoke_gemm){ .M = 2, .N = 300, .K = 200 });
}
END_TEST

START_TEST(convolutions_take_offsets_and_a_workspace)
{
    struct yoke_conv c = { .N = 2,
                           .C = 8,
                           .H = 9,
                           .W = 11,
                           .K = 12,
                           .R = 3,
                           .S = 3,
                           .pad_h = { 1, 1 },
                           .true_convolution = true };
    struct work w = { .op = { .kind = YOKE_OP_CONV, .conv = &c }, .variant = &c.variant };
    size_t P, Q;

    c.layout = _i ? YOKE_NHWC : YOKE_NCHW;
    EXPECT_OK(yoke_conv_output(&c, &P, &Q));
    w.n[0] = c.N * c.K * P * Q;
    w.n[1] = c.N * c.C * c.H * c.W;
    w.n[2] = c.K * c.C * c.R * c.S;
    try_variants(&w);
}
END_TEST

START_TEST(bindings_are_checked)
{
    const struct yoke_gemm g = { .M = 4, .N = 4, .K = 4 };
    const struct yoke_op op = { .kind = YOKE_OP_GEMM, .gemm = &g };
    float zeros[17] = { 0 };
    yoke_buffer *x = buffer_of(zeros, 17), *y = buffer_of(zeros, 17);
    const struct yoke_bindings good = { .operand = { { x, 1 }, { y, 1 }, { y, 0 } } };
    struct yoke_bindings b = good;

    EXPECT_OK(yoke_op_enqueue(test_queue, &op, &b, NULL));
    EXPECT_OK(yoke_queue_finish(test_queue));
    b.operand[0].offset = 2; /* past the end */
    EXPECT_FAILURE(yoke_op_enqueue(test_queue, &op, &b, NULL), YOKE_ERR_INVALID);
    b.operand[0].offset = SIZE_MAX;
    EXPECT_FAILURE(yoke_op_enqueue(test_queue, &op, &b, NULL), YOKE_ERR_INVALID);
    b = good;
    b.operand[2].buffer = NULL;
    EXPECT_FAILURE(yoke_op_enqueue(test_queue, &op, &b, NULL), YOKE_ERR_INVALID);
    b.operand[2].buffer = x; /* the result's */
    EXPECT_FAILURE(yoke_op_enqueue(test_queue, &op, &b, NULL), YOKE_ERR_INVALID);
    b = good;
    b.operand[3].buffer = y; /* a bias that nobody asked for */
    EXPECT_FAILURE(yoke_op_enqueue(test_queue, &op, &b, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_op_enqueue(NULL, &op, &good, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_op_enqueue(test_queue, NULL, &good, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_op_enqueue(test_queue, &op, NULL, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(
        yoke_op_enqueue(test_queue, &(struct yoke_op){ .kind = 99, .gemm = &g }, &good, NULL),
        YOKE_ERR_INVALID);
    yoke_buffer_destroy(&x);
    yoke_buffer_destroy(&y);
}
END_TEST

/* Whatever the order: A is the second operand, B the third. */
START_TEST(arrays_are_counted_as_the_caller_does)
{
    const struct yoke_gemm g = {
        .M = 2, .N = 3, .K = 2, .order = _i ? YOKE_COL_MAJOR : YOKE_ROW_MAJOR
    };
    const struct yoke_op op = { .kind = YOKE_OP_GEMM, .gemm = &g };
    float A[] = { 1, 2, 3, 4 }, B[] = { 5, 6, 7, 8, 9, 1 }, C[6], want[6];

    EXPECT_OK(yoke_gemm_run(test_team, &g, want, A, B, NULL));
    EXPECT_OK(yoke_op_run(test_team, &op, (void *[YOKE_OP_OPERANDS_MAX]){ C, A, B }, NULL));
    ck_assert_mem_eq(C, want, sizeof C);
    EXPECT_FAILURE(yoke_op_run(test_team, &op, (void *[YOKE_OP_OPERANDS_MAX]){ C, A, NULL }, NULL),
                   YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_op_run(test_team, &op, (void *[YOKE_OP_OPERANDS_MAX]){ C, A, B, B }, NULL),
                   YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_op_run(test_team, &op, NULL, NULL), YOKE_ERR_INVALID);
    ck_assert_str_eq(yoke_op_name(YOKE_OP_CONV), "conv");
    ck_assert_ptr_null(yoke_op_name((enum yoke_op_kind)0));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("op");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_test(tc, products_take_offsets_and_a_workspace);
    tcase_add_loop_test(tc, convolutions_take_offsets_and_a_workspace, 0, 2);
    tcase_add_test(tc, bindings_are_checked);
    tcase_add_loop_test(tc, arrays_are_counted_as_the_caller_does, 0, 2);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
