/* test_thread.c - threads of the library in a program that has signals of its own.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* pthread_getattr_np */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "base/thread.h"
#include "sched/worker.h"
#include "unit.h"

static pthread_t self;
static atomic_int n_here, n_elsewhere;

static void take(int signal)
{
    (void)signal;
    atomic_fetch_add(pthread_equal(pthread_self(), self) ? &n_here : &n_elsewhere, 1);
}

static void rest(void)
{
    nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
}

/* Whatever the program blocks for a while, in its only thread, is not taken by a worker. */
START_TEST(signals_are_for_the_program)
{
    static const int signals[] = { SIGUSR1, SIGINT, SIGTERM, SIGALRM, SIGCHLD, SIGPROF, SIGWINCH };
    const size_t n = sizeof signals / sizeof *signals;
    const struct sigaction action = { .sa_handler = take };
    struct yoke_worker worker = { .running = false };
    sigset_t all, before;

    self = pthread_self();
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(sigaction(signals[i], &action, NULL), 0);
    ck_assert_int_eq(yoke_worker_create(&worker, 0), YOKE_OK);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (size_t i = 0; i < n; i++)
        ck_assert(!sigismember(&before, signals[i])); /* this thread's mask is as it was */
    for (size_t i = 0; i < n; i++)
        kill(getpid(), signals[i]);
    rest();
    ck_assert_int_eq(atomic_load(&n_elsewhere), 0);
    ck_assert_int_eq(atomic_load(&n_here), 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    rest();
    ck_assert_int_eq(atomic_load(&n_here), (int)n);
    ck_assert_int_eq(atomic_load(&n_elsewhere), 0);
    yoke_worker_destroy(&worker);
}
END_TEST

static void *look(void *arg)
{
    sigset_t mask;
    pthread_attr_t attr;
    void *base;

    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    ck_assert(sigismember(&mask, SIGINT) && !sigismember(&mask, SIGSEGV));
    ck_assert(!sigismember(&mask, SIGABRT) && !sigismember(&mask, SIGFPE));
    ck_assert_int_eq(pthread_getattr_np(pthread_self(), &attr), 0);
    ck_assert_int_eq(pthread_attr_getstack(&attr, &base, arg), 0);
    pthread_attr_destroy(&attr);
    return NULL;
}

START_TEST(stack_suffices_for_a_compiler)
{
    size_t stack_bytes = 0;
    pthread_attr_t small;
    pthread_t thread;

    ck_assert_int_eq(pthread_attr_init(&small), 0);
    ck_assert_int_eq(pthread_attr_setstacksize(&small, 128 << 10), 0);
    ck_assert_int_eq(pthread_setattr_default_np(&small), 0);
    ck_assert_int_eq(yoke_thread_create(&thread, look, &stack_bytes), 0);
    pthread_join(thread, NULL);
    ck_assert_uint_ge(stack_bytes, 8 << 20);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("thread");
    TCase *tc = tcase_create("thread");

    tcase_add_test(tc, signals_are_for_the_program);
    tcase_add_test(tc, stack_suffices_for_a_compiler);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
