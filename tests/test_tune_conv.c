/* test_tune_conv.c - convolutions are tuned as products are.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <string.h>

#include "harness.h"
#include "op/choice.h"
#include "ops/conv/conv.h"
#include "own_db.h"

static struct yoke_tune_result *r;
static struct yoke_tune_reason *reason;

static void setup(void)
{
    own_db_make();
    harness_open_device();
}

static void teardown(void)
{
    yoke_tune_result_destroy(&r);
    yoke_tune_reason_destroy(&reason);
    harness_close_device();
    own_db_remove();
}

/* An entry for the device, in this process alone. */
static void learn_conv(const struct yoke_conv *conv, const char *variant)
{
    struct yoke_tune_line line = { .op = "conv", .ratio = 2000 };
    struct yoke_db_owner owner;
    struct yoke_conv_problem p;

    EXPECT_OK(yoke_conv_prepare(conv, &p));
    EXPECT_OK(yoke_choice_owner(test_device, &owner));
    yoke_conv_class.key(&p, line.key);
    strcpy(line.variant, variant);
    strcpy(line.device, owner.device);
    strcpy(line.kernels, owner.kernels);
    EXPECT_OK(yoke_choice_learn(test_device, &line, 1));
}

/* A tuned convolution runs by the variant that was found, from then on and by another handle of the
 * device, which reads the file. */
START_TEST(tuned_convolution_runs)
{
    enum { SIDE_X = 9, K = 5, N_X = SIDE_X * SIDE_X * 3, N_Y = SIDE_X * SIDE_X * K };
    const struct yoke_conv conv = {
        .N = 1, .C = 3, .H = SIDE_X, .W = SIDE_X, .K = K, .R = 1, .S = 1, .layout = YOKE_NHWC
    };
    const struct yoke_tune_params params = { .budget_s = 60 };
    static float X[N_X], W[3 * K], Y[N_Y];
    struct yoke_report *report = NULL;

    EXPECT_OK(yoke_op_tune(test_device, OF_CONV(&conv), &params, &r));
    ck_assert_uint_gt(r->n_variants, 1);
    ck_assert_str_eq(yoke_op_variant(test_device, OF_CONV(&conv)), r->variant);
    for (size_t i = 0; i < r->n_variants; i++)
        ck_assert_msg(r->variants[i]->outcome != YOKE_TUNE_QUARANTINED, "%s: %s",
                      r->variants[i]->name, r->variants[i]->why);
    EXPECT_OK(yoke_report_create(&report));
    for (size_t i = 0; i < r->n_variants; i++) {
        learn_conv(&conv, r->variants[i]->name);
        ck_assert_str_eq(yoke_op_variant(test_device, OF_CONV(&conv)), r->variants[i]->name);
        for (size_t x = 0; x < N_X; x++)
            X[x] = (float)(x % 5);
        for (size_t w = 0; w < 3 * K; w++)
            W[w] = (float)(w % 3);
        EXPECT_OK(yoke_conv_run(test_team, &conv, Y, X, W, NULL, report));
        ck_assert_str_eq(report->devices[0]->variant, r->variants[i]->name);
        for (size_t y = 0; y < N_Y; y++)
            ck_assert_float_eq(Y[y], X[y / K * 3 + 1] + 2 * X[y / K * 3 + 2]);
    }
    yoke_report_destroy(&report);
    harness_close_device();
    harness_open_device();
    ck_assert_str_eq(yoke_op_variant(test_device, OF_CONV(&conv)), r->variant);
    yoke_tune_reason_destroy(&reason);
    EXPECT_OK(yoke_op_explain(test_device, OF_CONV(&conv), &reason));
    ck_assert_int_eq(reason->source, YOKE_TUNE_BY_SHAPE);
    ck_assert_str_eq(reason->variant, r->variant);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tune-conv");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, tuned_convolution_runs);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
