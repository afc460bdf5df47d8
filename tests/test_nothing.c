/* test_nothing.c - operations on nothing: they plan nothing, read nothing and refuse nothing.
 * SPDX-License-Identifier: MIT
 *
 * PoCL's handler hides divisions by zero in the host's code: this suite switches it off. */
#include <check.h>
#include <stdlib.h>

#include "harness.h"

/* All with a dimension of 0, under each cap and for each variant. */
static void for_each_empty(void (*check)(const struct yoke_gemm *g))
{
    static const size_t sizes[] = { 0, 5, 300 }, caps[] = { 0, 1, 64, 4096 };
    enum { N_SIZES = 3 };

    for (size_t i = 0; i < N_SIZES * N_SIZES * N_SIZES; i++)
        for (size_t cap = 0; cap < sizeof caps / sizeof *caps; cap++)
            for (size_t v = 0; v == 0 || yoke_gemm_variant_name(v - 1); v++) {
                struct yoke_gemm g = { .M = sizes[i % N_SIZES],
                                       .N = sizes[i / N_SIZES % N_SIZES],
                                       .K = sizes[i / N_SIZES / N_SIZES],
                                       .max_workspace_bytes = caps[cap],
                                       .variant = v ? yoke_gemm_variant_name(v - 1) : NULL };
                if (g.M && g.N && g.K) continue;
                check(&g);
                g.order = YOKE_COL_MAJOR;
                check(&g);
            }
}

/* Every question has an answer, or is refused as a variant that does not take K = 0. */
static void ask(const struct yoke_gemm *g)
{
    const bool nothing = g->M == 0 || g->N == 0;
    struct yoke_tune_reason reason;
    size_t bytes;
    const char *name = yoke_gemm_variant(test_device, g);

    ck_assert(!nothing || name[0]);
    const yoke_status workspace = yoke_gemm_workspace(test_device, g, &bytes),
                      explain = yoke_gemm_tune_explain(test_device, g, &reason);
    ck_assert(workspace == YOKE_OK || (!nothing && g->variant));
    ck_assert(explain == YOKE_OK || (!nothing && g->variant));
    if (nothing) ck_assert_uint_eq(bytes, 0);
}

START_TEST(questions_about_empty_products)
{
    for_each_empty(ask);
}
END_TEST

START_TEST(unknown_variants_are_refused)
{
    const struct yoke_gemm g = { .M = 0, .N = 5, .K = 5, .variant = "none" };
    const struct yoke_conv c = {
        .N = 0, .C = 1, .H = 3, .W = 3, .K = 1, .R = 1, .S = 1, .variant = "none"
    };

    ck_assert_str_eq(yoke_gemm_variant(test_device, &g), "");
    ck_assert_str_eq(yoke_conv_variant(test_device, &c), "");
}
END_TEST

/* Where nothing is read there need be no buffer, in either tier. */
START_TEST(empty_operands_need_no_buffer)
{
    static const double zero = 0;
    float C[6] = { 1, 1, 1, 1, 1, 1 };
    const struct yoke_gemm none[] = {
        { .N = 3, .K = 4 }, { .M = 2, .K = 4 }, { .K = 4 }, { .M = 2 }
    };
    const struct yoke_gemm no_sum = { .M = 2, .N = 3, .K = 0, .beta = &zero };
    const struct yoke_conv no_image = { .C = 1, .H = 3, .W = 3, .K = 1, .R = 1, .S = 1 };
    yoke_gemm_packed *packed;
    yoke_buffer *buf;
    yoke_event *ev;

    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        EXPECT_OK(yoke_gemm_run(test_team, &none[i], NULL, NULL, NULL, NULL));
        EXPECT_OK(yoke_gemm_enqueue(test_queue, &none[i], NULL, NULL, NULL, &ev));
        EXPECT_OK(yoke_event_wait(ev));
        yoke_event_destroy(&ev);
    }
    EXPECT_OK(yoke_conv_run(test_team, &no_image, NULL, NULL, NULL, NULL));
    EXPECT_OK(yoke_conv_enqueue(test_queue, &no_image, NULL, NULL, NULL, NULL));
    EXPECT_OK(yoke_gemm_pack(test_team, &no_sum, YOKE_GEMM_SIDE_A, NULL, &packed));
    yoke_gemm_packed_destroy(&packed);
    EXPECT_OK(yoke_gemm_pack_buffer(test_queue, &no_sum, YOKE_GEMM_SIDE_B, NULL, &packed));
    yoke_gemm_packed_destroy(&packed);

    EXPECT_OK(yoke_gemm_run(test_team, &no_sum, C, NULL, NULL, NULL));
    ck_assert_float_eq(C[5], 0);
    C[5] = 1;
    const struct yoke_buffer_params params = { .size_bytes = sizeof C, .initial = C };
    EXPECT_OK(yoke_buffer_create(test_device, &params, &buf));
    EXPECT_OK(yoke_gemm_enqueue(test_queue, &no_sum, buf, NULL, NULL, NULL));
    EXPECT_OK(yoke_buffer_read(test_queue, buf, 0, C, sizeof C));
    ck_assert_float_eq(C[5], 0);
    yoke_buffer_destroy(&buf);
}
END_TEST

/* An image turned on its side is the same pixels for a 1 x 1 filter: the same variant, however near
 * to its limits. */
START_TEST(pixels_are_judged_as_they_are_launched)
{
    for (size_t C = 1000; C < 4000000; C += C / 16) {
        const struct yoke_conv tall = { .N = 1,
                                        .C = C,
                                        .H = 14,
                                        .W = 1,
                                        .K = 32,
                                        .R = 1,
                                        .S = 1,
                                        .layout = YOKE_NHWC },
                               wide = { .N = 1,
                                        .C = C,
                                        .H = 1,
                                        .W = 14,
                                        .K = 32,
                                        .R = 1,
                                        .S = 1,
                                        .layout = YOKE_NHWC };
        ck_assert_str_eq(yoke_conv_variant(test_device, &tall),
                         yoke_conv_variant(test_device, &wide));
    }
}
END_TEST

static void setup(void)
{
    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    harness_open_device();
}

int main(void)
{
    Suite *s = suite_create("nothing");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, harness_close_device);
    tcase_add_test(tc, questions_about_empty_products);
    tcase_add_test(tc, unknown_variants_are_refused);
    tcase_add_test(tc, empty_operands_need_no_buffer);
    tcase_add_test(tc, pixels_are_judged_as_they_are_launched);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
