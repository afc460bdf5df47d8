/* test_workspace.c - how much memory products take, and that they keep to a cap.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/element.h"
#include "harness.h"

static size_t workspace(const struct yoke_gemm *g)
{
    size_t bytes = 1;

    ck_assert_msg(yoke_op_workspace(test_device, OF_GEMM(g), &bytes) == YOKE_OK, "%s",
                  yoke_last_error());
    return bytes;
}

/* Whole numbers: under every cap the same result, and no more scratch than allowed. */
static void check_caps(struct yoke_gemm g)
{
    static const size_t caps[] = { 1, 4000, 30000, 200000, 3000000 };
    const size_t size = yoke_type_size(g.type),
                 c_bytes = g.M * g.N * yoke_type_size(yoke_type_result(g.type));
    char *A = malloc(g.M * g.K * size), *B = malloc(g.K * g.N * size), *C = malloc(c_bytes),
         *want = malloc(c_bytes);

    ck_assert(A && B && C && want);
    for (size_t i = 0; i < g.M * g.K; i++)
        yoke_element_set(g.type, A, i, (double)(i * 3 % 5) - 2);
    for (size_t i = 0; i < g.K * g.N; i++)
        yoke_element_set(g.type, B, i, (double)(i * 7 % 5) - 2);
    ck_assert_int_eq(yoke_gemm_run(test_team, &g, want, A, B, NULL), YOKE_OK);
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        g.max_workspace_bytes = caps[i];
        ck_assert_uint_le(workspace(&g), caps[i]);
        memset(C, 0xff, c_bytes);
        ck_assert_msg(yoke_gemm_run(test_team, &g, C, A, B, NULL) == YOKE_OK, "%s",
                      yoke_last_error());
        ck_assert_msg(memcmp(C, want, c_bytes) == 0, "cap %zu: another result", caps[i]);
    }
    free(A);
    free(B);
    free(C);
    free(want);
}

START_TEST(products_keep_to_a_cap)
{
    check_caps((struct yoke_gemm){ .M = 130, .N = 210, .K = 90 });
    check_caps((struct yoke_gemm){ .M = 30, .N = 40, .K = 3000 });
    check_caps((struct yoke_gemm){ .M = 50, .N = 70, .K = 2500, .type = YOKE_F16 });
    check_caps((struct yoke_gemm){ .M = 90, .N = 110, .K = 5000, .type = YOKE_S8 });
}
END_TEST

START_TEST(scratch_can_be_asked_for)
{
    const struct yoke_gemm large = { .M = 500, .N = 500, .K = 500 },
                           none = { .M = 0, .N = 5, .K = 5 };
    size_t bytes;

    if (harness_is_pocl(test_device)) ck_assert_uint_gt(workspace(&large), 10000);
    ck_assert_uint_eq(workspace(&none), 0);
    ck_assert_int_eq(yoke_op_workspace(NULL, OF_GEMM(&large), &bytes), YOKE_ERR_INVALID);
    ck_assert_int_eq(yoke_op_workspace(test_device, OF_GEMM(NULL), &bytes), YOKE_ERR_INVALID);
    ck_assert_int_eq(yoke_op_workspace(test_device, OF_GEMM(&large), NULL), YOKE_ERR_INVALID);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("workspace");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_test(tc, products_keep_to_a_cap);
    tcase_add_test(tc, scratch_can_be_asked_for);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
