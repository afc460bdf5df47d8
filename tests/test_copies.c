/* test_copies.c - products on a device that has memory of its own, in pieces that fit it.
 * SPDX-License-Identifier: MIT
 *
 * No such device is at hand where only CPUs are: the team's device is told to be one. */
#include <check.h>
#include <stdlib.h>

#include "device/device.h"
#include "harness.h"
#include "ref/gemm.h"

static void open_team(void)
{
    harness_open_device();
    for (size_t i = 0; i < yoke_team_device_count(test_team); i++)
        yoke_team_device(test_team, i)->rec.info.host_memory = false;
}

static float *numbers(size_t n, int step)
{
    float *x = malloc(n * sizeof *x);

    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)((int)(i * (size_t)step % 7) - 3);
    return x;
}

/* Whole numbers: one right answer. Padding must stay as it is. */
static void expect_right(const struct yoke_gemm *g, const float *C, const float *C0, const float *A,
                         const float *B)
{
    const size_t rows = (g->batch ? g->batch : 1) * g->M;
    struct yoke_ref_result r;
    struct yoke_ref ref;

    yoke_ref_gemm(&ref, g, YOKE_REF_WHOLE, C0, A, B);
    yoke_ref_check(&ref, NULL, 0, C, &r);
    ck_assert_msg(r.passed, "element %zu is %Lg, not %Lg", r.element, r.got, r.value.want);
    for (size_t i = 0; i < rows; i++)
        ck_assert_mem_eq(C + i * g->ldc + g->N, C0 + i * g->ldc + g->N,
                         (g->ldc - g->N) * sizeof *C);
}

static void check(struct yoke_gemm g, bool epilogue)
{
    const double beta = 2.0;
    const size_t batch = g.batch ? g.batch : 1, n_c = batch * g.M * (g.N + 3);
    float *A = numbers(batch * g.M * g.K, 5), *B = numbers(batch * g.K * g.N, 3),
          *C0 = numbers(n_c, 2), *C = numbers(n_c, 2), *bias = numbers(g.N, 4),
          *R = numbers(n_c, 6);
    const struct yoke_epilogue e = { .bias = YOKE_BIAS_COLUMN,
                                     .bias_array = bias,
                                     .residual_array = R,
                                     .ldr = g.N + 3,
                                     .activation = YOKE_ACT_RELU };
    struct yoke_report *report;

    g.beta = &beta;
    g.ldc = g.N + 3;
    if (epilogue) g.epilogue = &e;
    EXPECT_OK(yoke_report_create(&report));
    ck_assert_msg(yoke_gemm_run(test_team, &g, C, A, B, report) == YOKE_OK, "%s",
                  yoke_last_error());
    expect_right(&g, C, C0, A, B);
    ck_assert_msg(report->devices[0]->share == 0 || report->devices[0]->bytes > 0,
                  "nothing was copied");
    yoke_report_destroy(&report);
    free(A);
    free(B);
    free(C);
    free(C0);
    free(bias);
    free(R);
}

START_TEST(whole_products_are_right)
{
    check((struct yoke_gemm){ .M = 50, .N = 70, .K = 30 }, true);
    check((struct yoke_gemm){ .M = 50, .N = 70, .K = 30, .trans_a = true, .batch = 3 }, true);
    check((struct yoke_gemm){ .M = 5, .N = 7, .K = 3, .trans_b = true }, false);
}
END_TEST

/* 24 KB hold no operand whole: rows, columns, matrices and sums are cut. */
START_TEST(pieces_fit_the_cap_and_are_right)
{
    const size_t cap = 24 << 10;

    check((struct yoke_gemm){ .M = 200, .N = 300, .K = 100, .max_workspace_bytes = cap }, true);
    check((struct yoke_gemm){ .M = 3, .N = 5, .K = 9000, .max_workspace_bytes = cap }, true);
    check((struct yoke_gemm){ .M = 40, .N = 50, .K = 30, .batch = 9, .max_workspace_bytes = cap },
          true);
    check((struct yoke_gemm){ .M = 129,
                              .N = 257,
                              .K = 65,
                              .trans_a = true,
                              .trans_b = true,
                              .max_workspace_bytes = cap },
          false);
}
END_TEST

/* What is packed is cut only where a tile or panel ends. */
START_TEST(pieces_of_packed_operands_are_right)
{
    enum { M = 200, N = 300, K = 100 };
    struct yoke_gemm g = { .M = M, .N = N, .K = K, .max_workspace_bytes = 24 << 10 };
    float *A = numbers(M * K, 5), *B = numbers(K * N, 3), *C = numbers(M * N, 2),
          *C0 = numbers(M * N, 2);
    const double zero = 0.0;
    yoke_gemm_packed *a, *b;

    EXPECT_OK(yoke_gemm_pack(test_team, &g, YOKE_GEMM_SIDE_A, A, &a));
    EXPECT_OK(yoke_gemm_pack(test_team, &g, YOKE_GEMM_SIDE_B, B, &b));
    g.beta = &zero;
    g.ldc = N;
    for (int i = 1; i < 4; i++) {
        g.packed_a = i & 1 ? a : NULL;
        g.packed_b = i & 2 ? b : NULL;
        EXPECT_OK(yoke_gemm_run(test_team, &g, C, A, B, NULL));
        expect_right(&g, C, C0, A, B);
    }
    yoke_gemm_packed_destroy(&a);
    yoke_gemm_packed_destroy(&b);
    free(A);
    free(B);
    free(C);
    free(C0);
}
END_TEST

/* Scratch of a product that could take megabytes, on a device whose buffers are small. */
START_TEST(scratch_fits_a_buffer)
{
    const struct yoke_gemm f16 = { .M = 900, .N = 900, .K = 1200, .type = YOKE_F16 };
    size_t bytes;

    test_device->rec.info.max_alloc_bytes = 200000;
    ck_assert_int_eq(yoke_op_workspace(test_device, OF_GEMM(&f16), &bytes), YOKE_OK);
    ck_assert_uint_le(bytes, 200000);
    check((struct yoke_gemm){ .M = 200, .N = 300, .K = 100 }, true);
}
END_TEST

START_TEST(what_cannot_be_cut_is_an_error)
{
    float x[1] = { 1 };

    ck_assert_int_eq(
        yoke_gemm_run(test_team,
                      &(struct yoke_gemm){ .M = 1, .N = 1, .K = 1, .max_workspace_bytes = 1 },
                      &x[0], &x[0], &x[0], NULL),
        YOKE_ERR_LIMIT);
    ck_assert_str_ne(yoke_last_error(), "");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("copies");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, open_team, harness_close_device);
    tcase_add_test(tc, whole_products_are_right);
    tcase_add_test(tc, pieces_fit_the_cap_and_are_right);
    tcase_add_test(tc, pieces_of_packed_operands_are_right);
    tcase_add_test(tc, scratch_fits_a_buffer);
    tcase_add_test(tc, what_cannot_be_cut_is_an_error);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
