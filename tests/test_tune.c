/* test_tune.c - the tuner on a device: planted rows, the budget, the database in use.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "ops/gemm.h"
#include "ops/gemm_tune.h"
#include "planted.h"
#include "tune/db_file.h"

static char folder[64], path[128], child[PATH_MAX];

/* The planted rows' child lies beside this program. */
static void find_child(void)
{
    const ssize_t n = readlink("/proc/self/exe", child, sizeof child - 1);

    ck_assert_int_gt(n, 0);
    child[n] = '\0';
    char *slash = strrchr(child, '/');
    snprintf(slash + 1, sizeof child - (size_t)(slash + 1 - child), "trial-planted");
    ck_assert_int_eq(access(child, X_OK), 0);
}

static void setup(void)
{
    find_child();
    strcpy(folder, "/tmp/yoke-tune-XXXXXX");
    ck_assert(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/tune.db", folder);
    setenv("YOKE_TUNE_DB", path, 1);
    unsetenv("YOKE_TUNE");
    harness_open_device();
}

static void teardown(void)
{
    char command[128];

    harness_close_device();
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static struct yoke_gemm_problem problem(size_t M, size_t N, size_t K)
{
    const struct yoke_gemm gemm = { .M = M, .N = N, .K = K };
    struct yoke_gemm_problem p;

    EXPECT_OK(yoke_gemm_prepare(&gemm, &p));
    return p;
}

static const struct yoke_tune_row *row_of(const struct yoke_tune_result *r, const char *name)
{
    for (size_t i = 0; i < r->n_rows; i++)
        if (strcmp(r->rows[i].name, name) == 0) return &r->rows[i];
    ck_abort_msg("no row %s", name);
}

static void expect(const struct yoke_tune_result *r, const char *row,
                   enum yoke_tune_verdict verdict, const char *why)
{
    const struct yoke_tune_row *found = row_of(r, row);

    ck_assert_msg(found->verdict == verdict && strstr(found->why, why), "%s: %s, \"%s\"", row,
                  yoke_tune_verdict_name(found->verdict), found->why);
}

static void tune_planted(const struct yoke_gemm_problem *p, double budget_s, double limit_s,
                         struct yoke_tune_result *r)
{
    const struct yoke_tune_params params = { .budget_s = budget_s, .trial_limit_s = limit_s };

    EXPECT_OK(yoke_gemm_tune_rows(test_device, p, planted_rows, n_planted_rows, child, &params, r));
}

/* The row of the planted table that runs for a problem, and why. */
static struct yoke_choice choose_planted(yoke_device *dev, const struct yoke_gemm_problem *p)
{
    const struct yoke_choice_of of = { YOKE_TUNE_GEMM, planted_rows, n_planted_rows,
                                       yoke_gemm_tune_shape(p), p };
    struct yoke_choice choice;

    EXPECT_OK(yoke_choose(dev, &of, NULL, &choice));
    return choice;
}

/* Compile what all planted rows run, so that their limits need no time for that. */
static void compile_planted(size_t n)
{
    const struct yoke_gemm g = { .M = n, .N = n, .K = n, .variant = "gemm_general" };
    const struct yoke_buffer_params params = { .size_bytes = n * n * sizeof(float) };
    yoke_buffer *in, *out;

    EXPECT_OK(yoke_buffer_create(test_device, &params, &in));
    EXPECT_OK(yoke_buffer_create(test_device, &params, &out));
    EXPECT_OK(yoke_gemm_enqueue(test_queue, &g, out, in, in, NULL));
    EXPECT_OK(yoke_queue_finish(test_queue));
    yoke_buffer_destroy(&in);
    yoke_buffer_destroy(&out);
}

START_TEST(guilty_rows_are_quarantined)
{
    const struct yoke_gemm_problem p = problem(96, 96, 96), bucket = problem(90, 95, 93),
                                   other = problem(200, 200, 200);
    struct yoke_tune_result r;

    ck_assert_str_eq(choose_planted(test_device, &p).row->name, "planted_slow");
    compile_planted(96);
    tune_planted(&p, 60, 3, &r);
    expect(&r, "planted_wrong", YOKE_TUNE_QUARANTINED, "row 48 of matrix 0 is wrong");
    expect(&r, "planted_stray", YOKE_TUNE_QUARANTINED, "behind C");
    expect(&r, "planted_hang", YOKE_TUNE_QUARANTINED, "gave no answer in 3 s");
    expect(&r, "planted_crash", YOKE_TUNE_QUARANTINED, "signal 6");
    expect(&r, "planted_broken", YOKE_TUNE_QUARANTINED, "it does not compile");
    expect(&r, "planted_plain", YOKE_TUNE_BEST, "");
    expect(&r, "planted_slow", YOKE_TUNE_SLOWER, "");
    ck_assert_str_eq(r.untuned, "planted_slow");
    ck_assert_str_eq(r.variant, "planted_plain");
    ck_assert_str_eq(r.path, path);
    ck_assert_double_gt(r.ratio, 1.3);

    ck_assert_int_eq(choose_planted(test_device, &p).source, YOKE_TUNE_BY_SHAPE);
    ck_assert_str_eq(choose_planted(test_device, &p).row->name, "planted_plain");
    ck_assert_int_eq(choose_planted(test_device, &bucket).source, YOKE_TUNE_BY_BUCKET);
    ck_assert_str_eq(choose_planted(test_device, &bucket).row->name, "planted_plain");
    ck_assert_int_eq(choose_planted(test_device, &other).source, YOKE_TUNE_BY_ORDER);
    ck_assert_str_eq(choose_planted(test_device, &other).row->name, "planted_slow");

    /* The next tuning does not even try them. */
    tune_planted(&other, 6, 3, &r);
    expect(&r, "planted_hang", YOKE_TUNE_QUARANTINED, "gave no answer in 3 s");
    ck_assert_double_le(r.time_s, 6.6);

    /* Nor does another device's handle, which reads the file. */
    harness_close_device();
    harness_open_device();
    ck_assert_str_eq(choose_planted(test_device, &p).row->name, "planted_plain");
    ck_assert_str_eq(choose_planted(test_device, &p).where, path);
    tune_planted(&p, 6, 3, &r);
    expect(&r, "planted_wrong", YOKE_TUNE_QUARANTINED, "is wrong");
}
END_TEST

/* A tuned row that is put into quarantine later is not chosen; nor is the first of the table. */
START_TEST(quarantine_comes_first)
{
    const struct yoke_gemm_problem p = problem(40, 50, 60);
    struct yoke_tune_line lines[2] = { { .op = YOKE_TUNE_GEMM,
                                         .shape = yoke_gemm_tune_shape(&p),
                                         .ratio = 2000,
                                         .row = "planted_wrong" } };
    struct yoke_db_owner owner;

    EXPECT_OK(yoke_choice_owner(test_device, &owner));
    strcpy(lines[0].device, owner.device);
    strcpy(lines[0].kernels, owner.kernels);
    EXPECT_OK(yoke_choice_learn(test_device, lines, 1));
    ck_assert_str_eq(choose_planted(test_device, &p).row->name, "planted_wrong");
    lines[1] = lines[0];
    lines[1].quarantine = true;
    strcpy(lines[1].why, "seen to be wrong");
    EXPECT_OK(yoke_choice_learn(test_device, &lines[1], 1));
    ck_assert_str_eq(choose_planted(test_device, &p).row->name, "planted_slow");
    strcpy(lines[1].row, "planted_slow");
    EXPECT_OK(yoke_choice_learn(test_device, &lines[1], 1));
    ck_assert_str_eq(choose_planted(test_device, &p).row->name, "planted_plain");
    strcpy(lines[1].row, "planted_plain");
    EXPECT_OK(yoke_choice_learn(test_device, &lines[1], 1));

    const struct yoke_choice_of of = { YOKE_TUNE_GEMM, planted_rows, n_planted_rows,
                                       yoke_gemm_tune_shape(&p), &p };
    struct yoke_choice choice;
    EXPECT_FAILURE(yoke_choose(test_device, &of, NULL, &choice), YOKE_ERR_UNSUPPORTED);
}
END_TEST

/* A row that is stopped by the budget before its own limit is not guilty, and the others count. */
START_TEST(late_row_is_not_quarantined)
{
    const struct yoke_gemm_problem p = problem(64, 64, 64);
    struct yoke_tune_result r;

    compile_planted(64);
    tune_planted(&p, 4, 0, &r);
    expect(&r, "planted_hang", YOKE_TUNE_UNTRIED, "gave no answer");
    ck_assert_double_le(r.time_s, 4.4);
}
END_TEST

START_TEST(budget_is_kept)
{
    static const double budgets[] = { 0.2, 1, 3 };
    const struct yoke_gemm gemm = { .M = 128, .N = 128, .K = 128 };
    struct yoke_tune_params params = { .budget_s = 60 };
    struct yoke_tune_result r;

    EXPECT_OK(yoke_gemm_tune(test_device, &gemm, &params, &r)); /* compiles */
    for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
        params.budget_s = budgets[i];
        EXPECT_OK(yoke_gemm_tune(test_device, &gemm, &params, &r));
        ck_assert_double_le(r.time_s, 1.1 * budgets[i] + 0.1);
        ck_assert_str_ne(r.variant, "");
    }
}
END_TEST

/* The rows of the library, and of a family only the smallest, its last: f32 is tuned with all. */
static size_t list_rows(struct yoke_variant rows[YOKE_TUNE_MAX_ROWS])
{
    size_t n = 0;

    for (size_t i = 0; i < yoke_n_gemm_variants; i++) {
        if (n > 0 && rows[n - 1].enqueue == yoke_gemm_variants[i].enqueue) n--;
        ck_assert_uint_lt(n, YOKE_TUNE_MAX_ROWS);
        rows[n++] = yoke_gemm_variants[i];
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
    const struct yoke_tune_params params = { .budget_s = 60 };
    struct yoke_variant rows[YOKE_TUNE_MAX_ROWS];
    const size_t n_rows = list_rows(rows);
    struct yoke_gemm_problem p;
    struct yoke_tune_result r;

    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        EXPECT_OK(yoke_gemm_prepare(&some[i], &p));
        EXPECT_OK(yoke_gemm_tune_rows(test_device, &p, rows, n_rows, NULL, &params, &r));
        for (size_t k = 0; k < r.n_rows; k++)
            ck_assert_msg(r.rows[k].verdict != YOKE_TUNE_QUARANTINED, "%s of %s: %s",
                          r.rows[k].name, yoke_type_name(some[i].type), r.rows[k].why);
        ck_assert_str_eq(yoke_gemm_variant(test_device, &some[i]), r.variant);
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
    const struct yoke_tune_shape a = yoke_gemm_tune_shape(&p), b = yoke_gemm_tune_shape(&q);
    ck_assert(yoke_tune_shape_equal(&a, &b));
    ck_assert_uint_eq(a.trans, 2);
}
END_TEST

/* An entry changes what yoke_gemm_variant says, and the explanation. */
START_TEST(entry_is_obeyed)
{
    const struct yoke_gemm gemm = { .M = 300, .N = 310, .K = 320 };
    const char *last = yoke_gemm_variant_name(0), *name;
    struct yoke_tune_reason reason;
    struct yoke_tune_line line = { .op = YOKE_TUNE_GEMM, .ratio = 1234 };
    struct yoke_db_owner owner;
    struct yoke_gemm_problem p;
    char where[256];

    for (size_t i = 0; (name = yoke_gemm_variant_name(i)); i++)
        last = name;
    EXPECT_OK(yoke_gemm_tune_explain(test_device, &gemm, &reason));
    ck_assert_str_eq(reason.variant, yoke_gemm_variant(test_device, &gemm));
    ck_assert_int_eq(reason.source, YOKE_TUNE_BY_ORDER);
    ck_assert_ptr_nonnull(strstr(reason.sentence, "nothing was tuned"));

    EXPECT_OK(yoke_gemm_prepare(&gemm, &p));
    EXPECT_OK(yoke_choice_owner(test_device, &owner));
    line.shape = yoke_gemm_tune_shape(&p);
    strcpy(line.row, last);
    strcpy(line.device, owner.device);
    strcpy(line.kernels, owner.kernels);
    EXPECT_OK(yoke_db_store(NULL, &line, 1, where, sizeof where));
    harness_close_device();
    harness_open_device();
    ck_assert_str_eq(yoke_gemm_variant(test_device, &gemm), last);
    EXPECT_OK(yoke_gemm_tune_explain(test_device, &gemm, &reason));
    ck_assert_int_eq(reason.source, YOKE_TUNE_BY_SHAPE);
    ck_assert_ptr_nonnull(strstr(reason.sentence, "1.23 times as fast"));
    ck_assert_ptr_nonnull(strstr(reason.sentence, path));

    line.kernels[0] ^= 1; /* other kernels */
    ck_assert_int_eq(remove(path), 0);
    EXPECT_OK(yoke_db_store(NULL, &line, 1, where, sizeof where));
    harness_close_device();
    harness_open_device();
    EXPECT_OK(yoke_gemm_tune_explain(test_device, &gemm, &reason));
    ck_assert_int_eq(reason.source, YOKE_TUNE_BY_ORDER);
}
END_TEST

/* Put a row of f32 products into quarantine on all devices, in this process. */
static void quarantine(const char *row)
{
    struct yoke_tune_line line = { .op = YOKE_TUNE_GEMM, .quarantine = true, .why = "seen wrong" };
    struct yoke_db_owner owner;

    strcpy(line.row, row);
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

/* Packed operands do not lead to a row in quarantine: neither those that were packed for it, nor
 * those that are packed now, which other rows read. */
START_TEST(packed_operands_respect_quarantine)
{
    struct yoke_gemm gemm = { .M = SIDE, .N = SIDE, .K = SIDE };
    yoke_gemm_packed *before, *after;
    struct yoke_tune_reason reason;
    float A[SIDE * SIDE], B[SIDE * SIDE] = { 0 };

    for (size_t i = 0; i < SIDE * SIDE; i++)
        A[i] = (float)(i % 7);
    for (size_t i = 0; i < SIDE; i++)
        B[i * SIDE + i] = 2;
    EXPECT_OK(yoke_gemm_pack(test_team, &gemm, YOKE_GEMM_SIDE_B, B, &before));
    gemm.packed_b = before;
    const bool in_panels = strcmp(yoke_gemm_variant(test_device, &gemm), "gemm_tile") == 0;
    check_product(&gemm, A);
    EXPECT_OK(yoke_gemm_tune_explain(test_device, &gemm, &reason));
    ck_assert(!in_panels || strstr(reason.sentence, "packed"));

    quarantine("gemm_tile");
    float C[SIDE * SIDE];
    if (in_panels) {
        EXPECT_FAILURE(yoke_gemm_run(test_team, &gemm, C, A, NULL, NULL), YOKE_ERR_UNSUPPORTED);
        ck_assert_int_eq(yoke_gemm_tune_explain(test_device, &gemm, &reason), YOKE_ERR_UNSUPPORTED);
        ck_assert_ptr_nonnull(strstr(yoke_last_error(), "seen wrong"));
    }
    EXPECT_OK(yoke_gemm_pack(test_team, &gemm, YOKE_GEMM_SIDE_B, B, &after));
    gemm.packed_b = after;
    ck_assert_str_ne(yoke_gemm_variant(test_device, &gemm), "gemm_tile");
    ck_assert_str_ne(yoke_gemm_variant(test_device, &gemm), "");
    check_product(&gemm, A);
    gemm.packed_b = before;
    gemm.variant = "gemm_tile"; /* whoever asks for it gets it */
    check_product(&gemm, A);
    yoke_gemm_packed_destroy(&before);
    yoke_gemm_packed_destroy(&after);
}
END_TEST

static void count(void *user, const struct yoke_tune_progress *p)
{
    ck_assert(p->what[0] && p->row[0] && p->done >= 0 && p->done <= 1);
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
    struct yoke_tune_result r;
    struct yoke_tune_reason reason;

    EXPECT_FAILURE(yoke_gemm_tune(NULL, &good, NULL, &r), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_tune(test_device, NULL, NULL, &r), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_tune(test_device, &good, NULL, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_tune(test_device, &empty, NULL, &r), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_tune(test_device, &named, NULL, &r), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_tune(test_device, &bad, NULL, &r), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_tune(test_device, &huge, NULL, &r), YOKE_ERR_LIMIT);
    EXPECT_FAILURE(yoke_gemm_tune_explain(test_device, &good, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_gemm_tune_explain(test_device, &bad, &reason), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_tune_export(NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_tune_export("/absent/file"), YOKE_ERR_IO);

    const struct yoke_gemm_problem p = problem(16, 16, 16);
    EXPECT_FAILURE(
        yoke_gemm_tune_rows(test_device, &p, planted_rows, n_planted_rows, "/absent", &params, &r),
        YOKE_ERR_UNSUPPORTED);
    EXPECT_FAILURE(yoke_gemm_tune_rows(test_device, &p, planted_rows, n_planted_rows, "/bin/true",
                                       &params, &r),
                   YOKE_ERR_DEVICE);
    params.db_path = "/absent/tune.db";
    EXPECT_FAILURE(yoke_gemm_tune(test_device, &good, &params, &r), YOKE_ERR_IO);
    ck_assert_str_eq(yoke_gemm_variant(test_device, &good), r.variant);
    ck_assert_uint_gt(n, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tune");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, guilty_rows_are_quarantined);
    tcase_add_test(tc, quarantine_comes_first);
    tcase_add_test(tc, late_row_is_not_quarantined);
    tcase_add_test(tc, budget_is_kept);
    tcase_add_test(tc, every_type_and_order_is_tuned);
    tcase_add_test(tc, order_does_not_matter);
    tcase_add_test(tc, entry_is_obeyed);
    tcase_add_test(tc, packed_operands_respect_quarantine);
    tcase_add_test(tc, statuses);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
