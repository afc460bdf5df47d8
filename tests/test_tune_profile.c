/* test_tune_profile.c - a device's profile: measured, stored, taken, and never wrong.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "op/choice.h"
#include "op/profile.h"
#include "op/tile.h"
#include "own_db.h"

static void setup(void)
{
    own_db_make();
    harness_open_device();
}

static void teardown(void)
{
    harness_close_device();
    own_db_remove();
}

START_TEST(measured_profile_is_stored_and_taken)
{
    const struct yoke_tune_params params = { .budget_s = 60 };
    const struct yoke_profile derived = *yoke_profile_of(test_device);
    struct yoke_tune_profile_result r;

    if (!yoke_tile_suits(test_device)) {
        EXPECT_FAILURE(yoke_tune_profile(test_device, &params, &r), YOKE_ERR_UNSUPPORTED);
        return;
    }
    ck_assert(!yoke_tune_has_profile(test_device));
    const unsigned edition = yoke_choice_edition(test_device);
    EXPECT_OK(yoke_tune_profile(test_device, &params, &r));
    ck_assert_uint_ge(r.n_fields, 5);
    ck_assert_double_le(r.time_s, 1.2 * params.budget_s);
    ck_assert_str_eq(r.path, own_db_path);
    ck_assert(yoke_tune_has_profile(test_device));
    ck_assert_uint_ne(yoke_choice_edition(test_device), edition); /* plans are made anew */

    const struct yoke_profile measured = *yoke_profile_of(test_device);
    harness_close_device();
    harness_open_device(); /* which reads the file */
    ck_assert(yoke_tune_has_profile(test_device));
    ck_assert_mem_eq(yoke_profile_of(test_device), &measured, sizeof measured);
    for (size_t i = 0; yoke_profile_name(i); i++) {
        uint64_t expected = yoke_profile_get(&derived, i);
        for (size_t f = 0; f < r.n_fields; f++)
            if (strcmp(r.fields[f].name, yoke_profile_name(i)) == 0) expected = r.fields[f].value;
        ck_assert_uint_eq(yoke_profile_get(&measured, i), expected);
    }
}
END_TEST

/* M x N x K of small integers, exactly. */
static void expect_right(size_t M, size_t N, size_t K, enum yoke_type type, bool trans_a)
{
    const struct yoke_gemm g = { .M = M, .N = N, .K = K, .type = type, .trans_a = trans_a };
    const size_t size = type == YOKE_F64 ? 8 : 4;
    void *A = malloc(M * K * size), *B = malloc(K * N * size), *C = malloc(M * N * size);
    int *a = malloc(M * K * sizeof *a), *b = malloc(K * N * sizeof *b);

    for (size_t i = 0; i < M * K; i++)
        a[i] = (int)(i * 7 % 5) - 2;
    for (size_t i = 0; i < K * N; i++)
        b[i] = (int)(i * 11 % 7) - 3;
    for (size_t i = 0; i < M * K; i++)
        type == YOKE_F64 ? (((double *)A)[i] = a[i]) : (((float *)A)[i] = (float)a[i]);
    for (size_t i = 0; i < K * N; i++)
        type == YOKE_F64 ? (((double *)B)[i] = b[i]) : (((float *)B)[i] = (float)b[i]);
    EXPECT_OK(yoke_gemm_run(test_team, &g, C, A, B, NULL));
    for (size_t m = 0; m < M; m++)
        for (size_t n = 0; n < N; n++) {
            int sum = 0;
            for (size_t k = 0; k < K; k++)
                sum += a[trans_a ? k * M + m : m * K + k] * b[k * N + n];
            const double got =
                type == YOKE_F64 ? ((double *)C)[m * N + n] : ((float *)C)[m * N + n];
            ck_assert_msg(got == sum, "C(%zu, %zu) of %zu x %zu x %zu is %g, not %d", m, n, M, N, K,
                          got, sum);
        }
    free(A), free(B), free(C), free(a), free(b);
}

static void expect_all_right(void)
{
    expect_right(100, 90, 70, YOKE_F32, false);
    expect_right(67, 133, 301, YOKE_F32, true);
    expect_right(64, 64, 1500, YOKE_F64, false);
    expect_right(9, 300, 2100, YOKE_F32, false);
    expect_right(16, 8, 5000, YOKE_F32, false);
}

/* The least and the greatest value that each field may have, and all of them at once. */
START_TEST(any_profile_gives_right_results)
{
    const struct yoke_profile usual = *yoke_profile_of(test_device);
    struct yoke_profile all[2] = { usual, usual };

    for (size_t i = 0; yoke_profile_name(i); i++) {
        for (int greatest = 0; greatest < 2; greatest++) {
            struct yoke_profile p = usual;
            size_t value = greatest ? (size_t)1 << 30 : 0;
            while (!yoke_profile_set(&p, i, value))
                value = greatest ? value - (value + 63) / 64 : 2 * value + 1;
            yoke_profile_set(&all[greatest], i, value);
            yoke_profile_try(test_device, &p);
            expect_all_right();
        }
    }
    for (int greatest = 0; greatest < 2; greatest++) {
        yoke_profile_try(test_device, &all[greatest]);
        expect_all_right();
    }
    yoke_profile_try(test_device, NULL);
    ck_assert_mem_eq(yoke_profile_of(test_device), &usual, sizeof usual);
}
END_TEST

START_TEST(absurd_database_is_survived)
{
    FILE *f = fopen(own_db_path, "w");

    ck_assert_ptr_nonnull(f);
    for (size_t i = 0; yoke_profile_name(i); i++)
        fprintf(f, "yoke-tune/2\tprofile\tf32\t%s\t1.000\t%s\t*\tclass:cpu\n", yoke_profile_name(i),
                i % 2 ? "18446744073709551615" : "-1");
    fclose(f);
    const struct yoke_profile usual = *yoke_profile_of(test_device);
    ck_assert_uint_gt(usual.k_block, 0);
    expect_all_right();
    if (yoke_device_get_info(test_device)->type != YOKE_DEVICE_CPU) return;
    ck_assert_ptr_nonnull(strstr(yoke_choice_remarks(test_device), "k_block"));
}
END_TEST

START_TEST(statuses)
{
    struct yoke_tune_profile_result r;

    EXPECT_FAILURE(yoke_tune_profile(NULL, NULL, &r), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_tune_profile(test_device, NULL, NULL), YOKE_ERR_INVALID);
    ck_assert(!yoke_tune_has_profile(NULL));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tune-profile");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, measured_profile_is_stored_and_taken);
    tcase_add_test(tc, any_profile_gives_right_results);
    tcase_add_test(tc, absurd_database_is_survived);
    tcase_add_test(tc, statuses);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
