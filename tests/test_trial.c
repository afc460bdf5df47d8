/* test_trial.c - the tuner on a table whose rows are wrong, hang and crash.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"
#include "op/db_file.h"
#include "own_db.h"
#include "planted.h"
#include "tune/gemm_tune.h"

static char child[PATH_MAX];

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
    own_db_make();
    harness_open_device();
}

static void teardown(void)
{
    harness_close_device();
    own_db_remove();
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

/* Some of the planted rows, by their names, in a table of their own. */
static void tune_some(const char *names, const struct yoke_gemm_problem *p, double budget_s,
                      double limit_s, struct yoke_tune_result *r)
{
    const struct yoke_tune_params params = { .budget_s = budget_s, .trial_limit_s = limit_s };
    struct yoke_variant rows[YOKE_TUNE_MAX_ROWS];
    size_t n = 0;

    for (size_t i = 0; i < n_planted_rows; i++)
        if (strstr(names, planted_rows[i].name)) rows[n++] = planted_rows[i];
    const struct yoke_op_class planted = planted_class(rows, n);
    EXPECT_OK(yoke_gemm_tune_class(test_device, &planted, p, child, &params, r));
}

static const char guilty_rows[] =
    "planted_slow planted_wrong planted_stray planted_hang planted_crash planted_broken "
    "planted_plain";

/* The row of the planted table that runs for a problem, and why. */
static struct yoke_choice choose_planted(yoke_device *dev, const struct yoke_gemm_problem *p)
{
    const struct yoke_op_class planted = planted_class(planted_rows, n_planted_rows);
    struct yoke_choice choice;

    EXPECT_OK(yoke_choose(dev, &planted, p, &choice));
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

    ck_assert_str_eq(choose_planted(test_device, &p).variant->name, "planted_slow");
    compile_planted(96);
    tune_some(guilty_rows, &p, 60, 1, &r);
    expect(&r, "planted_wrong", YOKE_TUNE_QUARANTINED, "row 48 of matrix 0 is wrong");
    expect(&r, "planted_stray", YOKE_TUNE_QUARANTINED, "behind C");
    expect(&r, "planted_hang", YOKE_TUNE_QUARANTINED, "gave no answer in 1 s");
    expect(&r, "planted_crash", YOKE_TUNE_QUARANTINED, "signal 6");
    expect(&r, "planted_broken", YOKE_TUNE_QUARANTINED, "it does not compile");
    expect(&r, "planted_plain", YOKE_TUNE_BEST, "");
    expect(&r, "planted_slow", YOKE_TUNE_SLOWER, "");
    ck_assert_str_eq(r.untuned, "planted_slow");
    ck_assert_str_eq(r.variant, "planted_plain");
    ck_assert_str_eq(r.path, own_db_path);
    ck_assert_double_gt(r.ratio, 1.3);

    ck_assert_int_eq(choose_planted(test_device, &p).source, YOKE_TUNE_BY_SHAPE);
    ck_assert_str_eq(choose_planted(test_device, &p).variant->name, "planted_plain");
    ck_assert_int_eq(choose_planted(test_device, &bucket).source, YOKE_TUNE_BY_BUCKET);
    ck_assert_str_eq(choose_planted(test_device, &bucket).variant->name, "planted_plain");
    ck_assert_int_eq(choose_planted(test_device, &other).source, YOKE_TUNE_BY_ORDER);
    ck_assert_str_eq(choose_planted(test_device, &other).variant->name, "planted_slow");

    /* The next tuning does not even try them. */
    tune_some(guilty_rows, &other, 6, 3, &r);
    expect(&r, "planted_hang", YOKE_TUNE_QUARANTINED, "gave no answer in 1 s");
    ck_assert_double_le(r.time_s, 6.6);

    /* Nor does another device's handle, which reads the file. */
    harness_close_device();
    harness_open_device();
    ck_assert_str_eq(choose_planted(test_device, &p).variant->name, "planted_plain");
    ck_assert_str_eq(choose_planted(test_device, &p).where, own_db_path);
    tune_some(guilty_rows, &p, 6, 3, &r);
    expect(&r, "planted_wrong", YOKE_TUNE_QUARANTINED, "is wrong");
}
END_TEST

/* A tuned row that is put into quarantine later is not chosen; nor is the first of the table. The
 * last one is, whatever a database says of it. */
START_TEST(quarantine_comes_first)
{
    const struct yoke_gemm_problem p = problem(40, 50, 60);
    struct yoke_tune_line lines[2] = {
        { .op = "gemm", .ratio = 2000, .variant = "planted_wrong" }
    };
    struct yoke_db_owner owner;

    yoke_gemm_class.key(&p, lines[0].key);
    EXPECT_OK(yoke_choice_owner(test_device, &owner));
    strcpy(lines[0].device, owner.device);
    strcpy(lines[0].kernels, owner.kernels);
    EXPECT_OK(yoke_choice_learn(test_device, lines, 1));
    ck_assert_str_eq(choose_planted(test_device, &p).variant->name, "planted_wrong");
    lines[1] = lines[0];
    lines[1].quarantine = true;
    strcpy(lines[1].why, "seen to be wrong");
    EXPECT_OK(yoke_choice_learn(test_device, &lines[1], 1));
    ck_assert_str_eq(choose_planted(test_device, &p).variant->name, "planted_slow");
    strcpy(lines[1].variant, "planted_slow");
    EXPECT_OK(yoke_choice_learn(test_device, &lines[1], 1));
    ck_assert_str_eq(choose_planted(test_device, &p).variant->name, "planted_plain");
    strcpy(lines[1].variant, "planted_plain");
    EXPECT_OK(yoke_choice_learn(test_device, &lines[1], 1));
    ck_assert_str_eq(choose_planted(test_device, &p).variant->name, "planted_plain");
}
END_TEST

/* A row that is stopped by the budget before its own limit is not guilty, and the others count. */
START_TEST(late_row_is_not_quarantined)
{
    const struct yoke_gemm_problem p = problem(64, 64, 64);
    struct yoke_tune_result r;

    compile_planted(64);
    tune_some("planted_slow planted_hang planted_plain", &p, 4, 0, &r);
    expect(&r, "planted_hang", YOKE_TUNE_UNTRIED, "gave no answer");
    ck_assert_double_le(r.time_s, 4.4);
}
END_TEST

static void expect_no_quarantine(const struct yoke_tune_result *r)
{
    for (size_t i = 0; i < r->n_rows; i++)
        ck_assert_msg(r->rows[i].verdict != YOKE_TUNE_QUARANTINED, "%s: \"%s\"", r->rows[i].name,
                      r->rows[i].why);
}

START_TEST(what_may_pass_convicts_nobody)
{
    const struct yoke_gemm_problem p = problem(64, 64, 64);
    struct yoke_tune_result r;
    char once[160];

    compile_planted(64);
    snprintf(once, sizeof once, "%s/once", own_db_folder);
    setenv("YOKE_TEST_ONCE", once, 1);
    tune_some("planted_slow planted_killed planted_interrupted planted_poor planted_once "
              "planted_sleep planted_plain",
              &p, 12, 0.5, &r);
    expect(&r, "planted_killed", YOKE_TUNE_UNTRIED, "signal 9");
    expect(&r, "planted_interrupted", YOKE_TUNE_UNTRIED, "signal 2");
    expect(&r, "planted_poor", YOKE_TUNE_UNTRIED, "CL_OUT_OF_RESOURCES");
    expect(&r, "planted_once", YOKE_TUNE_UNTRIED, "a second child did not see it");
    expect(&r, "planted_sleep", YOKE_TUNE_UNTRIED, "gave no answer in");
    expect(&r, "planted_plain", YOKE_TUNE_BEST, "");
    expect_no_quarantine(&r);
}
END_TEST

static void do_nothing(int signal)
{
    (void)signal;
}

/* Send signals to this process and its group, n times, in the background. */
static pid_t pester(int signal, int then, unsigned wait_ms, int n)
{
    const pid_t all = getpgrp(), one = getpid(), self = fork();

    ck_assert_int_ge(self, 0);
    if (self > 0) return self;
    setpgid(0, 0);
    for (int i = 0; i < n; i++) {
        nanosleep(&(struct timespec){ 0, wait_ms * 1000000L }, NULL);
        kill(then ? one : -all, signal);
        if (then) nanosleep(&(struct timespec){ 5, 0 }, NULL);
        if (then) kill(one, then);
    }
    _exit(0);
}

static const char sound_rows[] = "planted_slow planted_nap planted_plain";

/* Ctrl-C, which a program may handle, is for it, not for what it is trying out. */
START_TEST(interrupt_convicts_nobody)
{
    const struct sigaction handled = { .sa_handler = do_nothing };
    const struct yoke_gemm_problem p = problem(64, 64, 64);
    struct yoke_tune_result r;

    setpgid(0, 0);
    sigaction(SIGINT, &handled, NULL);
    const pid_t other = pester(SIGINT, 0, 40, 60);
    tune_some(sound_rows, &p, 5, 0, &r);
    expect_no_quarantine(&r);
    kill(other, SIGKILL);
}
END_TEST

/* Nor does a program that was stopped for longer than a row may take blame the row. */
START_TEST(stop_convicts_nobody)
{
    const struct yoke_gemm_problem p = problem(64, 64, 64);
    struct yoke_tune_result r;

    compile_planted(64);
    const pid_t other = pester(SIGSTOP, SIGCONT, 600, 1);
    tune_some(sound_rows, &p, 20, 3, &r);
    expect(&r, "planted_nap", YOKE_TUNE_SLOWER, "");
    expect_no_quarantine(&r);
    kill(other, SIGKILL);
}
END_TEST

/* What fails for want of memory says nothing of the rows. */
START_TEST(limit_on_memory_convicts_nobody)
{
    const struct rlimit limit = { (rlim_t)1 << 60, (rlim_t)1 << 60 };
    const struct yoke_gemm_problem p = problem(64, 64, 64);
    struct yoke_tune_result r;

    compile_planted(64);
    ck_assert_int_eq(setrlimit(RLIMIT_DATA, &limit), 0);
    tune_some("planted_wrong planted_crash planted_broken planted_plain", &p, 10, 1, &r);
    expect(&r, "planted_crash", YOKE_TUNE_UNTRIED, "signal 6 under a limit on memory");
    expect(&r, "planted_broken", YOKE_TUNE_UNTRIED, "it does not compile; under a limit on memory");
    expect(&r, "planted_wrong", YOKE_TUNE_QUARANTINED, "is wrong");
}
END_TEST

START_TEST(child_that_is_none_is_refused)
{
    const struct yoke_tune_params params = { .budget_s = 10 };
    const struct yoke_op_class planted = planted_class(planted_rows, n_planted_rows);
    const struct yoke_gemm_problem p = problem(16, 16, 16);
    struct yoke_tune_result r;

    EXPECT_FAILURE(yoke_gemm_tune_class(test_device, &planted, &p, "/absent", &params, &r),
                   YOKE_ERR_UNSUPPORTED);
    EXPECT_FAILURE(yoke_gemm_tune_class(test_device, &planted, &p, "/bin/true", &params, &r),
                   YOKE_ERR_DEVICE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("trial");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, guilty_rows_are_quarantined);
    tcase_add_test(tc, quarantine_comes_first);
    tcase_add_test(tc, late_row_is_not_quarantined);
    tcase_add_test(tc, what_may_pass_convicts_nobody);
    tcase_add_test(tc, interrupt_convicts_nobody);
    tcase_add_test(tc, stop_convicts_nobody);
    tcase_add_test(tc, limit_on_memory_convicts_nobody);
    tcase_add_test(tc, child_that_is_none_is_refused);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
