/* test_fork.c - a child that is forked after OpenCL was used: it is told so, and hangs nowhere.
 * SPDX-License-Identifier: MIT
 *
 * Test fork-complete says which functions of the headers are missing here. */
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

enum { LIMIT_S = 10 };

static const char source[] = "__kernel void set(__global float *y) { y[get_global_id(0)] = 1; }";
static const struct yoke_gemm gemm = { .M = 64, .N = 64, .K = 64 };
static const struct yoke_conv conv = { .N = 1, .C = 1, .H = 4, .W = 4, .K = 1, .R = 3, .S = 3 };
static float A[64 * 64], C[64 * 64];

static yoke_buffer *buf[2];
static yoke_kernel *kernel;
static yoke_event *event;
static yoke_gemm_packed *packed;

/* Whether a call was refused with a sentence that speaks of it. */
static bool is_told(yoke_status st)
{
    return st == YOKE_ERR_DEVICE && strstr(yoke_last_error(), "forked") != NULL;
}

/* The number of the first call that was not; 0 where all were. */
#define ASK(call)                                                                                  \
    if (!is_told(call)) return __LINE__

static int ask_for_new_things(void)
{
    const struct yoke_buffer_params params = { .size_bytes = 64 };
    const struct yoke_kernel_params own = { .source = source, .name = "set" };
    yoke_system *sys;
    yoke_team *team;
    yoke_queue *q;
    yoke_buffer *b;
    yoke_kernel *k;
    yoke_event *ev;
    yoke_gemm_packed *p;

    ASK(yoke_system_create(&sys));
    ASK(yoke_team_create(NULL, &team));
    ASK(yoke_queue_create(test_device, &q));
    ASK(yoke_buffer_create(test_device, &params, &b));
    ASK(yoke_kernel_create(test_device, &own, &k));
    ASK(yoke_event_mark(test_queue, &ev));
    ASK(yoke_gemm_pack(test_team, &gemm, YOKE_GEMM_SIDE_B, A, &p));
    ASK(yoke_gemm_pack_buffer(test_queue, &gemm, YOKE_GEMM_SIDE_B, buf[1], &p));
    return 0;
}

static struct yoke_tune_result *tuned;
static struct yoke_tune_reason *why;

static int ask_for_work(void)
{
    const struct yoke_launch launch = { .global = { 64 } };
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(buf[0]) };
    const struct yoke_bindings bindings = { .operand = { { buf[0], 0 }, { buf[1], 0 }, { buf[1], 0 } } };
    size_t n;

    ASK(yoke_buffer_write(test_queue, buf[0], 0, A, sizeof A));
    ASK(yoke_buffer_read(test_queue, buf[0], 0, C, sizeof C));
    ASK(yoke_queue_finish(test_queue));
    ASK(yoke_event_wait(event));
    ASK(yoke_queue_wait(test_queue, event));
    ASK(yoke_kernel_enqueue(test_queue, kernel, &launch, args, 1, NULL));
    ASK(yoke_gemm_run(test_team, &gemm, C, A, A, NULL));
    ASK(yoke_gemm_enqueue(test_queue, &gemm, buf[0], buf[1], buf[1], NULL));
    ASK(yoke_conv_run(test_team, &conv, C, A, A, NULL, NULL));
    ASK(yoke_conv_enqueue(test_queue, &conv, buf[0], buf[1], buf[1], NULL, NULL));
    ASK(yoke_op_run(test_team, OF_GEMM(&gemm), (void *[YOKE_OP_OPERANDS_MAX]){ C, A, A }, NULL));
    ASK(yoke_op_enqueue(test_queue, OF_GEMM(&gemm), &bindings, NULL));
    ASK(yoke_op_workspace(test_device, OF_GEMM(&gemm), &n));
    ASK(yoke_op_tune(test_device, OF_GEMM(&gemm), NULL, &tuned));
    ASK(yoke_op_explain(test_device, OF_GEMM(&gemm), &why));
    ASK(yoke_tune_forgive(test_device, NULL, &n));
    if (yoke_op_variant(test_device, OF_GEMM(&gemm))[0]) return __LINE__;
    if (yoke_op_variant(test_device, OF_CONV(&conv))[0]) return __LINE__;
    return 0;
}

static int destroy_all(void)
{
    yoke_tune_result_destroy(&tuned);
    yoke_tune_reason_destroy(&why);
    yoke_event_destroy(&event);
    yoke_kernel_destroy(&kernel);
    yoke_gemm_packed_destroy(&packed);
    yoke_buffer_destroy(&buf[0]);
    yoke_buffer_destroy(&buf[1]);
    yoke_queue_destroy(&test_queue);
    yoke_team_destroy(&test_team);
    return event || kernel || packed || buf[0] || buf[1] || test_queue || test_team ? __LINE__ : 0;
}

static void use_all(void)
{
    const struct yoke_buffer_params params = { .size_bytes = sizeof A, .initial = A };
    const struct yoke_kernel_params own = { .source = source, .name = "set" };

    harness_open_device();
    EXPECT_OK(yoke_kernel_create(test_device, &own, &kernel));
    for (int i = 0; i < 2; i++)
        EXPECT_OK(yoke_buffer_create(test_device, &params, &buf[i]));
    EXPECT_OK(yoke_gemm_pack(test_team, &gemm, YOKE_GEMM_SIDE_B, A, &packed));
    EXPECT_OK(yoke_gemm_run(test_team, &gemm, C, A, A, NULL));
    EXPECT_OK(yoke_gemm_enqueue(test_queue, &gemm, buf[0], buf[1], buf[1], &event));
}

/* What a child's function returns: 0, or the line where it found something; -1 for a hang. */
static int in_child(int (*ask)(void))
{
    int status;
    const pid_t child = fork();

    if (child == 0) {
        alarm(LIMIT_S);
        const int line = ask();
        /* Exit codes have 8 bits. */
        _exit(line == 0 ? 0 : line % 255 + 1);
    }
    ck_assert_int_gt(child, 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void expect_still_works(void)
{
    EXPECT_OK(yoke_event_wait(event));
    EXPECT_OK(yoke_gemm_run(test_team, &gemm, C, A, A, NULL));
    ck_assert(destroy_all() == 0);
}

START_TEST(every_function_tells)
{
    use_all();
    ck_assert_int_eq(in_child(ask_for_new_things), 0);
    ck_assert_int_eq(in_child(ask_for_work), 0);
    expect_still_works();
}
END_TEST

START_TEST(destroying_does_not_hang)
{
    use_all();
    ck_assert_int_eq(in_child(destroy_all), 0);
    expect_still_works();
}
END_TEST

static int open_team(void)
{
    yoke_team *team = NULL;
    const yoke_status st = yoke_team_create(NULL, &team);

    yoke_team_destroy(&team);
    return st == YOKE_OK ? 0 : __LINE__;
}

/* A process that has not used OpenCL may fork, and use it in the child. */
START_TEST(before_the_first_use_a_fork_is_fine)
{
    ck_assert_int_eq(in_child(open_team), 0);
    ck_assert_int_eq(open_team(), 0);
}
END_TEST

static void *open_in_thread(void *arg)
{
    *(int *)arg = open_team();
    return NULL;
}

static int open_system(void)
{
    yoke_system *sys = NULL;
    const yoke_status st = yoke_system_create(&sys);

    yoke_system_destroy(&sys);
    return st == YOKE_OK || is_told(st) ? 0 : __LINE__;
}

/* The first use takes a while, with locks held; the child may be too early to be refused. */
START_TEST(a_fork_during_the_first_use_does_not_hang)
{
    pthread_t thread;
    int result = -1;

    unsetenv("YOKE_CACHE_DIR"); /* where it is noted that drivers need not be asked */
    setenv("YOKE_CACHE", "0", 1);
    ck_assert_int_eq(pthread_create(&thread, NULL, open_in_thread, &result), 0);
    nanosleep(&(struct timespec){ .tv_nsec = (1 + 20 * _i) * 1000000L }, NULL);
    ck_assert_int_eq(in_child(open_system), 0);
    pthread_join(thread, NULL);
    ck_assert_int_eq(result, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fork");
    TCase *tc = tcase_create("device");

    tcase_add_test(tc, every_function_tells);
    tcase_add_test(tc, destroying_does_not_hang);
    tcase_add_test(tc, before_the_first_use_a_fork_is_fine);
    tcase_add_loop_test(tc, a_fork_during_the_first_use_does_not_hang, 0, 4);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
