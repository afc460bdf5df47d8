/* test_trial.c - the tuner on a table whose variants are wrong, hang and crash.
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
#include "op/choice.h"
#include "op/db_file.h"
#include "ops/conv/conv.h"
#include "ops/gemm/gemm.h"
#include "own_db.h"
#include "planted.h"
#include "tune/tune.h"

static char child[PATH_MAX];
static struct yoke_tune_result *r; /* of the last tuning */

/* The planted variants' child lies beside this program. */
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
    yoke_tune_result_destroy(&r);
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

static const struct yoke_tune_variant *find(const char *name)
{
    for (size_t i = 0; i < r->n_variants; i++)
        if (strcmp(r->variants[i]->name, name) == 0) return r->variants[i];
    ck_abort_msg("no variant %s", name);
}

static void expect(const char *variant, enum yoke_tune_outcome outcome, const char *why)
{
    const struct yoke_tune_variant *found = find(variant);

    ck_assert_msg(found->outcome == outcome && strstr(found->why, why), "%s: %s, \"%s\"", variant,
                  yoke_tune_outcome_name(found->outcome), found->why);
}

/* Tune with some of the planted variants of an operator, by their names, in a table of their own.
 */
static void tune_op(const char *op, const char *names, const void *problem, double budget_s,
                    double limit_s)
{
    const struct yoke_tune_params params = { .budget_s = budget_s, .trial_limit_s = limit_s };
    struct yoke_variant variants[PLANTED_MAX];
    const struct yoke_op_class planted = planted_some(op, names, variants);

    yoke_tune_result_destroy(&r);
    EXPECT_OK(yoke_tune_class(test_device, &planted, problem, child, &params, &r));
}

static void tune_some(const char *names, const struct yoke_gemm_problem *p, double budget_s,
                      double limit_s)
{
    tune_op("gemm", names, p, budget_s, limit_s);
}

static const char failing[] =
    "planted_slow planted_wrong planted_stray planted_early planted_hang planted_crash "
    "planted_broken planted_plain";

/* The planted variant that runs for a problem, and why. */
static struct yoke_choice choose(const char *op, const void *problem)
{
    struct yoke_choice choice;

    EXPECT_OK(yoke_choose(test_device, planted_find(op), problem, &choice));
    return choice;
}

static struct yoke_choice choose_planted(const struct yoke_gemm_problem *p)
{
    return choose("gemm", p);
}

/* Compile what all planted variants run, so that their limits need no time for that. */
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

START_TEST(failing_variants_are_quarantined)
{
    const struct yoke_gemm_problem p = problem(96, 96, 96), bucket = problem(90, 95, 93),
                                   other = problem(200, 200, 200);

    ck_assert_str_eq(choose_planted(&p).variant->name, "planted_slow");
    compile_planted(96);
    tune_some(failing, &p, 60, 1);
    expect("planted_wrong", YOKE_TUNE_QUARANTINED, "row (0, 48) of C is wrong");
    expect("planted_stray", YOKE_TUNE_QUARANTINED, "behind C");
    expect("planted_early", YOKE_TUNE_QUARANTINED, "before C");
    expect("planted_hang", YOKE_TUNE_QUARANTINED, "gave no answer in 1 s");
    expect("planted_crash", YOKE_TUNE_QUARANTINED, "signal 6");
    expect("planted_broken", YOKE_TUNE_QUARANTINED, "it does not compile");
    expect("planted_plain", YOKE_TUNE_BEST, "");
    expect("planted_slow", YOKE_TUNE_SLOWER, "");
    ck_assert_str_eq(r->untuned, "planted_slow");
    ck_assert_str_eq(r->variant, "planted_plain");
    ck_assert_str_eq(r->path, own_db_path);
    ck_assert_double_gt(r->ratio, 1.3);

    ck_assert_int_eq(choose_planted(&p).source, YOKE_TUNE_BY_SHAPE);
    ck_assert_str_eq(choose_planted(&p).variant->name, "planted_plain");
    ck_assert_int_eq(choose_planted(&bucket).source, YOKE_TUNE_BY_BUCKET);
    ck_assert_str_eq(choose_planted(&bucket).variant->name, "planted_plain");
    ck_assert_int_eq(choose_planted(&other).source, YOKE_TUNE_BY_ORDER);
    ck_assert_str_eq(choose_planted(&other).variant->name, "planted_slow");

    /* The next tuning does not even try them. */
    tune_some(failing, &other, 6, 3);
    expect("planted_hang", YOKE_TUNE_QUARANTINED, "gave no answer in 1 s");
    ck_assert_double_le(r->time_s, 6.6);

    /* Nor does another device's handle, which reads the file. */
    harness_close_device();
    harness_open_device();
    ck_assert_str_eq(choose_planted(&p).variant->name, "planted_plain");
    ck_assert_str_eq(choose_planted(&p).where, own_db_path);
    tune_some(failing, &p, 6, 3);
    expect("planted_wrong", YOKE_TUNE_QUARANTINED, "is wrong");
}
END_TEST

/* A tuned variant that is put into quarantine later is not chosen; nor is the first of the table.
 * The last one is, whatever a database says of it. */
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
    ck_assert_str_eq(choose_planted(&p).variant->name, "planted_wrong");
    lines[1] = lines[0];
    lines[1].quarantine = true;
    strcpy(lines[1].why, "seen to be wrong");
    EXPECT_OK(yoke_choice_learn(test_device, &lines[1], 1));
    ck_assert_str_eq(choose_planted(&p).variant->name, "planted_slow");
    strcpy(lines[1].variant, "planted_slow");
    EXPECT_OK(yoke_choice_learn(test_device, &lines[1], 1));
    ck_assert_str_eq(choose_planted(&p).variant->name, "planted_plain");
    strcpy(lines[1].variant, "planted_plain");
    EXPECT_OK(yoke_choice_learn(test_device, &lines[1], 1));
    ck_assert_str_eq(choose_planted(&p).variant->name, "planted_plain");
}
END_TEST

/* A variant that is stopped by the budget before its own limit has not failed, and the others
 * count.
 */
START_TEST(late_variant_is_not_quarantined)
{
    const struct yoke_gemm_problem p = problem(64, 64, 64);

    compile_planted(64);
    tune_some("planted_slow planted_hang planted_plain", &p, 4, 0);
    expect("planted_hang", YOKE_TUNE_UNTRIED, "gave no answer");
    ck_assert_double_le(r->time_s, 4.4);
}
END_TEST

static void expect_no_quarantine(void)
{
    for (size_t i = 0; i < r->n_variants; i++)
        ck_assert_msg(r->variants[i]->outcome != YOKE_TUNE_QUARANTINED, "%s: \"%s\"",
                      r->variants[i]->name, r->variants[i]->why);
}

START_TEST(what_may_pass_convicts_nobody)
{
    const struct yoke_gemm_problem p = problem(64, 64, 64);
    char once[160];

    compile_planted(64);
    snprintf(once, sizeof once, "%s/once", own_db_folder);
    setenv("YOKE_TEST_ONCE", once, 1);
    tune_some("planted_slow planted_killed planted_interrupted planted_poor planted_once "
              "planted_sleep planted_plain",
              &p, 12, 0.5);
    expect("planted_killed", YOKE_TUNE_UNTRIED, "signal 9");
    expect("planted_interrupted", YOKE_TUNE_UNTRIED, "signal 2");
    expect("planted_poor", YOKE_TUNE_UNTRIED, "CL_OUT_OF_RESOURCES");
    expect("planted_once", YOKE_TUNE_UNTRIED, "a second child did not see it");
    expect("planted_sleep", YOKE_TUNE_UNTRIED, "gave no answer in");
    expect("planted_plain", YOKE_TUNE_BEST, "");
    expect_no_quarantine();
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

static const char sound[] = "planted_slow planted_nap planted_plain";

/* Ctrl-C, which a program may handle, is for it, not for what it is trying out. */
START_TEST(interrupt_convicts_nobody)
{
    const struct sigaction handled = { .sa_handler = do_nothing };
    const struct yoke_gemm_problem p = problem(64, 64, 64);

    setpgid(0, 0);
    sigaction(SIGINT, &handled, NULL);
    const pid_t other = pester(SIGINT, 0, 40, 60);
    tune_some(sound, &p, 5, 0);
    expect_no_quarantine();
    kill(other, SIGKILL);
}
END_TEST

/* Nor does a program that was stopped for longer than a variant may take blame the variant. */
START_TEST(stop_convicts_nobody)
{
    const struct yoke_gemm_problem p = problem(64, 64, 64);

    compile_planted(64);
    const pid_t other = pester(SIGSTOP, SIGCONT, 600, 1);
    tune_some(sound, &p, 20, 3);
    expect("planted_nap", YOKE_TUNE_SLOWER, "");
    expect_no_quarantine();
    kill(other, SIGKILL);
}
END_TEST

/* What fails for want of memory says nothing of the variants. */
START_TEST(limit_on_memory_convicts_nobody)
{
    const struct rlimit limit = { (rlim_t)1 << 60, (rlim_t)1 << 60 };
    const struct yoke_gemm_problem p = problem(64, 64, 64);

    compile_planted(64);
    ck_assert_int_eq(setrlimit(RLIMIT_DATA, &limit), 0);
    tune_some("planted_wrong planted_crash planted_broken planted_plain", &p, 10, 1);
    expect("planted_crash", YOKE_TUNE_UNTRIED, "signal 6 under a limit on memory");
    expect("planted_broken", YOKE_TUNE_UNTRIED, "it does not compile; under a limit on memory");
    expect("planted_wrong", YOKE_TUNE_QUARANTINED, "is wrong");
}
END_TEST

/* Every operator is tuned in the same way: groups, strides, either layout. */
START_TEST(convolutions_are_tuned_alike)
{
    struct yoke_conv conv = { .N = 16,
                              .C = 12,
                              .H = 19,
                              .W = 17,
                              .K = 16,
                              .R = 3,
                              .S = 3,
                              .pad_h = { 1, 1 },
                              .pad_w = { 1, 0 },
                              .stride_w = 2,
                              .groups = 2 };
    struct yoke_conv_problem p;

    conv.layout = _i ? YOKE_NHWC : YOKE_NCHW;
    EXPECT_OK(yoke_conv_prepare(&conv, &p));
    ck_assert_str_eq(choose("conv", &p).variant->name, "planted_slow");
    tune_op("conv", failing, &p, 60, 0);
    expect("planted_wrong", YOKE_TUNE_QUARANTINED,
           _i ? "row (8, 9, 4, 1) of Y is wrong" : "row (8, 1, 9, 4) of Y is wrong");
    expect("planted_stray", YOKE_TUNE_QUARANTINED, "behind Y");
    expect("planted_early", YOKE_TUNE_QUARANTINED, "before Y");
    expect("planted_slow", YOKE_TUNE_SLOWER, "");
    expect("planted_plain", YOKE_TUNE_BEST, "");
    ck_assert_double_gt(r->ratio, 1.3);
    ck_assert_int_eq(choose("conv", &p).source, YOKE_TUNE_BY_SHAPE);
    ck_assert_str_eq(choose("conv", &p).variant->name, "planted_plain");

    /* A quarantine is of one operator: the other's variants of these names are free. */
    const struct yoke_gemm_problem product = problem(96, 96, 96);
    ck_assert_str_eq(choose_planted(&product).variant->name, "planted_slow");
    harness_close_device();
    harness_open_device();
    ck_assert_str_eq(choose("conv", &p).variant->name, "planted_plain");
    ck_assert_str_eq(choose("conv", &p).where, own_db_path);
}
END_TEST

START_TEST(child_that_is_none_is_refused)
{
    const struct yoke_tune_params params = { .budget_s = 10 };
    const struct yoke_op_class *planted = planted_find("gemm");
    const struct yoke_gemm_problem p = problem(16, 16, 16);

    EXPECT_FAILURE(yoke_tune_class(test_device, planted, &p, "/absent", &params, &r),
                   YOKE_ERR_UNSUPPORTED);
    ck_assert_ptr_null(r);
    EXPECT_FAILURE(yoke_tune_class(test_device, planted, &p, "/bin/true", &params, &r),
                   YOKE_ERR_DEVICE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("trial");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, failing_variants_are_quarantined);
    tcase_add_test(tc, quarantine_comes_first);
    tcase_add_test(tc, late_variant_is_not_quarantined);
    tcase_add_test(tc, what_may_pass_convicts_nobody);
    tcase_add_test(tc, interrupt_convicts_nobody);
    tcase_add_test(tc, stop_convicts_nobody);
    tcase_add_test(tc, limit_on_memory_convicts_nobody);
    tcase_add_loop_test(tc, convolutions_are_tuned_alike, 0, 2);
    tcase_add_test(tc, child_that_is_none_is_refused);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
