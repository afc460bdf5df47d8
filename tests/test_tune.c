/* test_tune.c - the tuner on a device: its budget, and the database in use.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "op/choice.h"
#include "op/db_file.h"
#include "ops/gemm/gemm.h"
#include "own_db.h"
#include "tune/tune.h"

static struct yoke_tune_result *r;      /* of the last tuning      */
static struct yoke_tune_reason *reason; /* of the last explanation */

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

static yoke_status tune(const struct yoke_gemm *gemm, const struct yoke_tune_params *params)
{
    yoke_tune_result_destroy(&r);
    return yoke_op_tune(test_device, OF_GEMM(gemm), params, &r);
}

static yoke_status explain(const struct yoke_gemm *gemm)
{
    yoke_tune_reason_destroy(&reason);
    return yoke_op_explain(test_device, OF_GEMM(gemm), &reason);
}

START_TEST(budget_is_kept)
{
    static const double budgets[] = { 0.2, 1, 3 };
    const struct yoke_gemm gemm = { .M = 128, .N = 128, .K = 128 };
    struct yoke_tune_params params = { .budget_s = 60 };

    EXPECT_OK(tune(&gemm, &params)); /* compiles */
    for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
        params.budget_s = budgets[i];
        EXPECT_OK(tune(&gemm, &params));
        ck_assert_double_le(r->time_s, 1.1 * budgets[i] + 0.1);
        ck_assert_str_ne(r->variant, "");
    }
}
END_TEST

enum { VARIANTS_MAX = 64 };

/* The variants of the library, and of a family only the smallest, its last: f32 is tuned with all.
 */
static size_t list_variants(struct yoke_variant variants[VARIANTS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < yoke_gemm_class.n_variants; i++) {
        if (n > 0 && variants[n - 1].plan == yoke_gemm_class.variants[i].plan) n--;
        ck_assert_uint_lt(n, VARIANTS_MAX);
        variants[n++] = yoke_gemm_class.variants[i];
    }
    return n;
}

START_TEST(every_type_and_order_is_tuned)
{
    static const struct yoke_gemm some[] = {
        { .M = 33, .N = 47, .K = 65, .type = YOKE_F16, .trans_a = true },
        { .M = 33, .N = 47, .K = 65, .type = YOKE_BF16 },
        { .M = 33, .N = 47, .K = 65, .type = YOKE_C64, .trans_b = true, .batch = 3 },
        { .M = 33, .N = 47, .K = 165, .type = YOKE_S8 },
        { .M = 1, .N = 470, .K = 65, .lda = 70, .order = YOKE_COL_MAJOR },
    };
    const struct yoke_tune_params params = { .budget_s = 300 };
    struct yoke_variant variants[VARIANTS_MAX];
    struct yoke_op_class op = yoke_gemm_class;
    struct yoke_gemm_problem p;

    op.variants = variants;
    op.n_variants = list_variants(variants);
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        EXPECT_OK(yoke_gemm_prepare(&some[i], &p));
        yoke_tune_result_destroy(&r);
        EXPECT_OK(yoke_tune_class(test_device, &op, &p, NULL, &params, &r));
        for (size_t k = 0; k < r->n_variants; k++)
            ck_assert_msg(r->variants[k]->outcome != YOKE_TUNE_QUARANTINED, "%s of %s: %s",
                          r->variants[k]->name, yoke_type_name(some[i].type), r->variants[k]->why);
        ck_assert_str_eq(yoke_op_variant(test_device, OF_GEMM(&some[i])), r->variant);
    }
}
END_TEST

/* Both orders of one product are one entry. */
START_TEST(order_does_not_matter)
{
    const struct yoke_gemm rows = { .M = 30, .N = 40, .K = 50, .trans_a = true }, cols = {
        .M = 40, .N = 30, .K = 50, .trans_b = true, .order = YOKE_COL_MAJOR
    };
    struct yoke_gemm_problem p, q;

    EXPECT_OK(yoke_gemm_prepare(&rows, &p));
    EXPECT_OK(yoke_gemm_prepare(&cols, &q));
    char a[YOKE_KEY_MAX], b[YOKE_KEY_MAX];
    yoke_gemm_class.key(&p, a);
    yoke_gemm_class.key(&q, b);
    ck_assert_str_eq(a, "TN 30x40x50x1");
    ck_assert_str_eq(a, b);
}
END_TEST

/* An entry changes what yoke_op_variant says, and the explanation. */
START_TEST(entry_is_obeyed)
{
    const struct yoke_gemm gemm = { .M = 300, .N = 310, .K = 320 };
    const char *last = yoke_op_variant_name(YOKE_OP_GEMM, 0), *name;
    struct yoke_tune_line line = { .op = "gemm", .ratio = 1234 };
    struct yoke_db_owner owner;
    struct yoke_gemm_problem p;
    char where[256];

    for (size_t i = 0; (name = yoke_op_variant_name(YOKE_OP_GEMM, i)); i++)
        last = name;
    EXPECT_OK(explain(&gemm));
    ck_assert_str_eq(reason->variant, yoke_op_variant(test_device, OF_GEMM(&gemm)));
    ck_assert_int_eq(reason->source, YOKE_TUNE_BY_ORDER);
    ck_assert_ptr_nonnull(strstr(reason->sentence, "nothing was tuned"));

    EXPECT_OK(yoke_gemm_prepare(&gemm, &p));
    EXPECT_OK(yoke_choice_owner(test_device, &owner));
    yoke_gemm_class.key(&p, line.key);
    strcpy(line.variant, last);
    strcpy(line.device, owner.device);
    strcpy(line.kernels, owner.kernels);
    EXPECT_OK(yoke_db_store(NULL, &line, 1, YOKE_DB_WAIT_MS, where, sizeof where));
    harness_close_device();
    harness_open_device();
    ck_assert_str_eq(yoke_op_variant(test_device, OF_GEMM(&gemm)), last);
    EXPECT_OK(explain(&gemm));
    ck_assert_int_eq(reason->source, YOKE_TUNE_BY_SHAPE);
    ck_assert_ptr_nonnull(strstr(reason->sentence, "1.23 times as fast"));
    ck_assert_ptr_nonnull(strstr(reason->sentence, own_db_path));

    line.kernels[0] ^= 1; /* other kernels */
    ck_assert_int_eq(remove(own_db_path), 0);
    EXPECT_OK(yoke_db_store(NULL, &line, 1, YOKE_DB_WAIT_MS, where, sizeof where));
    harness_close_device();
    harness_open_device();
    EXPECT_OK(explain(&gemm));
    ck_assert_int_eq(reason->source, YOKE_TUNE_BY_ORDER);
}
END_TEST

/* Put a variant of f32 products into quarantine on all devices, in this process. */
static void quarantine(const char *variant)
{
    struct yoke_tune_line line = { .op = "gemm", .quarantine = true, .why = "seen wrong" };
    struct yoke_db_owner owner;

    strcpy(line.variant, variant);
    for (size_t i = 0; i < yoke_team_device_count(test_team); i++) {
        yoke_device *dev = yoke_team_device(test_team, i);
        EXPECT_OK(yoke_choice_owner(dev, &owner));
        strcpy(line.device, owner.device);
        strcpy(line.kernels, owner.kernels);
        EXPECT_OK(yoke_choice_learn(dev, &line, 1));
    }
}

enum { SIDE = 40 };

static void check_product(const struct yoke_gemm *gemm, const float *A)
{
    float C[SIDE * SIDE];

    EXPECT_OK(yoke_gemm_run(test_team, gemm, C, A, NULL, NULL));
    for (size_t i = 0; i < SIDE * SIDE; i++)
        ck_assert_msg(C[i] == 2 * A[i], "%zu: %g", i, (double)C[i]);
}

/* Packed operands do not lead to a variant in quarantine: neither those that were packed for it,
 * nor those that are packed now, which other variants read. */
START_TEST(packed_operands_respect_quarantine)
{
    struct yoke_gemm gemm = { .M = SIDE, .N = SIDE, .K = SIDE };
    yoke_gemm_packed *before, *after;
    float A[SIDE * SIDE], B[SIDE * SIDE] = { 0 };

    for (size_t i = 0; i < SIDE * SIDE; i++)
        A[i] = (float)(i % 7);
    for (size_t i = 0; i < SIDE; i++)
        B[i * SIDE + i] = 2;
    EXPECT_OK(yoke_gemm_pack(test_team, &gemm, YOKE_GEMM_SIDE_B, B, &before));
    gemm.packed_b = before;
    const bool in_panels = strcmp(yoke_op_variant(test_device, OF_GEMM(&gemm)), "gemm_tile") == 0;
    check_product(&gemm, A);
    EXPECT_OK(explain(&gemm));
    ck_assert(!in_panels || strstr(reason->sentence, "packed"));

    quarantine("gemm_tile");
    float C[SIDE * SIDE];
    if (in_panels) {
        EXPECT_FAILURE(yoke_gemm_run(test_team, &gemm, C, A, NULL, NULL), YOKE_ERR_UNSUPPORTED);
        ck_assert_int_eq(explain(&gemm), YOKE_ERR_UNSUPPORTED);
        ck_assert_ptr_nonnull(strstr(yoke_last_error(), "seen wrong"));
    }
    EXPECT_OK(yoke_gemm_pack(test_team, &gemm, YOKE_GEMM_SIDE_B, B, &after));
    gemm.packed_b = after;
    ck_assert_str_ne(yoke_op_variant(test_device, OF_GEMM(&gemm)), "gemm_tile");
    ck_assert_str_ne(yoke_op_variant(test_device, OF_GEMM(&gemm)), "");
    check_product(&gemm, A);
    if (in_panels) {
        gemm.packed_b = before;
        gemm.variant = "gemm_tile"; /* whoever asks for it gets it */
        check_product(&gemm, A);
    }
    yoke_gemm_packed_destroy(&before);
    yoke_gemm_packed_destroy(&after);
}
END_TEST

/* Nor do the parts into which a long sum is cut: without the variant they need none of its scratch.
 */
START_TEST(parts_respect_quarantine)
{
    const struct yoke_gemm gemm = { .M = 64, .N = 64, .K = 100000 };
    size_t before, after;

    if (strcmp(yoke_op_variant(test_device, OF_GEMM(&gemm)), "gemm_split") != 0) {
        printf("parts: skipped, %s cuts no long sums\n", yoke_device_get_info(test_device)->name);
        return;
    }
    EXPECT_OK(yoke_op_workspace(test_device, OF_GEMM(&gemm), &before));
    quarantine("gemm_tile");
    EXPECT_OK(yoke_op_workspace(test_device, OF_GEMM(&gemm), &after));
    ck_assert_str_eq(yoke_op_variant(test_device, OF_GEMM(&gemm)), "gemm_split");
    ck_assert_uint_lt(after, before);
}
END_TEST

/* What this process has learnt is forgotten as well, and only of what was forgiven. */
START_TEST(forgiving_lifts_quarantines)
{
    const struct yoke_gemm gemm = { .M = 256, .N = 256, .K = 256 };
    char first[32];
    size_t n = 9;

    snprintf(first, sizeof first, "%s", yoke_op_variant(test_device, OF_GEMM(&gemm)));
    EXPECT_OK(yoke_tune_forgive(test_device, NULL, &n));
    ck_assert_uint_eq(n, 0);
    quarantine("gemm_skinny");
    quarantine("gemm_split");
    if (strcmp(first, "gemm_general") != 0) {
        quarantine(first);
        ck_assert_str_ne(yoke_op_variant(test_device, OF_GEMM(&gemm)), first);
    }
    EXPECT_OK(yoke_tune_forgive(test_device, "gemm_split", &n));
    ck_assert_uint_eq(n, 1);
    EXPECT_OK(explain(&gemm));
    ck_assert_ptr_null(strstr(reason->sentence, "gemm_split"));
    ck_assert_ptr_nonnull(strstr(reason->sentence, "gemm_skinny"));
    EXPECT_OK(yoke_tune_forgive(test_device, "conv_tile", &n)); /* any operator's */
    ck_assert_uint_eq(n, 0);
    EXPECT_OK(yoke_tune_forgive(test_device, NULL, NULL));
    ck_assert_str_eq(yoke_op_variant(test_device, OF_GEMM(&gemm)), first);
    EXPECT_OK(explain(&gemm));
    ck_assert_ptr_null(strstr(reason->sentence, "quarantine"));
    EXPECT_FAILURE(yoke_tune_forgive(NULL, NULL, &n), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_tune_forgive(test_device, "none", &n), YOKE_ERR_INVALID);
    setenv("YOKE_TUNE_DB", "relative.db", 1);
    EXPECT_FAILURE(yoke_tune_forgive(test_device, NULL, &n), YOKE_ERR_IO);
}
END_TEST

static void count(void *user, const struct yoke_tune_progress *p)
{
    ck_assert(p->what[0] && p->variant[0] && p->done >= 0 && p->done <= 1);
    ++*(size_t *)user;
}

START_TEST(statuses)
{
    const struct yoke_gemm good = { .M = 16, .N = 16, .K = 16 }, empty = { .M = 16, .N = 16 },
                           named = { .M = 16, .N = 16, .K = 16, .variant = "gemm_general" },
                           bad = { .M = 16, .N = 16, .K = 16, .lda = 3 },
                           huge = { .M = 2000000, .N = 2000000, .K = 16 };
    size_t n = 0;
    struct yoke_tune_params params = { .progress = count, .progress_user = &n };

    EXPECT_FAILURE(yoke_op_tune(NULL, OF_GEMM(&good), NULL, &r), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_op_tune(test_device, NULL, NULL, &r), YOKE_ERR_INVALID);
    EXPECT_FAILURE(tune(NULL, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_op_tune(test_device, OF_GEMM(&good), NULL, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(tune(&empty, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(tune(&named, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(tune(&bad, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(tune(&huge, NULL), YOKE_ERR_LIMIT);
    ck_assert_ptr_null(r);
    EXPECT_FAILURE(yoke_op_explain(NULL, OF_GEMM(&good), &reason), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_op_explain(test_device, OF_GEMM(&good), NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(explain(&bad), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_tune_export(NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_tune_export("/absent/file"), YOKE_ERR_IO);

    params.db_path = "/absent/tune.db";
    EXPECT_FAILURE(tune(&good, &params), YOKE_ERR_IO);
    ck_assert_str_eq(yoke_op_variant(test_device, OF_GEMM(&good)), r->variant);
    ck_assert_uint_gt(n, 0);
}
END_TEST

/* The variant that is reported for a product of ones, whose arrays begin so many floats behind a
 * boundary of 128 bytes. */
static const char *variant_behind(size_t skip)
{
    enum { N = 32, LINE = 32 };
    static _Alignas(128) float all[3][N * N + LINE];
    const struct yoke_gemm g = { .M = N, .N = N, .K = N };
    static struct yoke_report *report;

    if (!report) EXPECT_OK(yoke_report_create(&report));
    for (size_t i = 0; i < N * N; i++)
        all[1][skip + i] = all[2][skip + i] = 1;
    EXPECT_OK(yoke_gemm_run(test_team, &g, all[0] + skip, all[1] + skip, all[2] + skip, report));
    for (size_t i = 0; i < N * N; i++)
        ck_assert_float_eq(all[0][skip + i], N);
    return report->devices[0]->variant;
}

/* Tuned for a variant that takes aligned arrays alone, where there is one: another that runs in its
 * place is reported under its own name. */
START_TEST(report_names_what_ran)
{
    FILE *f = fopen(own_db_path, "w");

    ck_assert_ptr_nonnull(f);
    fputs("yoke-tune/2\tgemm\tf32\tNN 32x32x32x1\t2.000\tgemm_clblast\t*\tclass:cpu\n", f);
    fclose(f);
    if (strcmp(variant_behind(0), "gemm_clblast") != 0) return;
    ck_assert_str_ne(variant_behind(1), "gemm_clblast");
    ck_assert_str_eq(variant_behind(0), "gemm_clblast");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tune");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, report_names_what_ran);
    tcase_add_test(tc, budget_is_kept);
    tcase_add_test(tc, every_type_and_order_is_tuned);
    tcase_add_test(tc, order_does_not_matter);
    tcase_add_test(tc, entry_is_obeyed);
    tcase_add_test(tc, packed_operands_respect_quarantine);
    tcase_add_test(tc, parts_respect_quarantine);
    tcase_add_test(tc, forgiving_lifts_quarantines);
    tcase_add_test(tc, statuses);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
