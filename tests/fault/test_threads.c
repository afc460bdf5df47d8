/* test_threads.c - teams in several threads at once, from the very first on.
 * SPDX-License-Identifier: MIT
 *
 * Loaders and drivers do not survive that everywhere, and where they do it is by luck: so the fault
 * layer tells whether they were called at once. */
#include <check.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "control.h"
#include "harness.h"

enum { THREADS = 8, ROUNDS = 2, N = 33 };

static pthread_barrier_t all_begin;
static atomic_int n_wrong;
static char sentence[512];

static void note(const char *what)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

    pthread_mutex_lock(&lock);
    atomic_fetch_add(&n_wrong, 1);
    snprintf(sentence, sizeof sentence, "%s", what);
    pthread_mutex_unlock(&lock);
}

static void multiply(yoke_team *team)
{
    const struct yoke_gemm g = { .M = N, .N = N, .K = N, .variant = "gemm_general" };
    float ones[N * N], out[N * N];
    size_t n_right = 0;

    for (size_t i = 0; i < N * N; i++) {
        ones[i] = 1;
        out[i] = NAN;
    }
    const yoke_status st = yoke_gemm_run(team, &g, out, ones, ones, NULL);
    for (size_t i = 0; i < N * N; i++)
        n_right += out[i] == N;
    if (st != YOKE_OK || n_right != N * N) note(yoke_last_error());
}

static void *open_and_close(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        yoke_team *team = NULL;
        yoke_system *sys = NULL;
        pthread_barrier_wait(&all_begin);
        if (yoke_team_create(NULL, &team) != YOKE_OK || yoke_system_create(&sys) != YOKE_OK)
            note(yoke_last_error());
        if (team) multiply(team);
        yoke_system_destroy(&sys);
        yoke_team_destroy(&team);
    }
    return unused;
}

/* Nothing of OpenCL was used in this process before. */
START_TEST(teams_open_and_close_at_once)
{
    pthread_t threads[THREADS];

    setenv("YOKE_CACHE", "0", 0);
    ck_assert_int_eq(pthread_barrier_init(&all_begin, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, open_and_close, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&all_begin);
    ck_assert_msg(atomic_load(&n_wrong) == 0, "%d times wrong: %s", atomic_load(&n_wrong),
                  sentence);
    const unsigned overlaps = atomic_load(&fault_open()->n_overlaps);
    ck_assert_msg(overlaps == 0, "%u calls that load drivers began during another", overlaps);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("threads");
    TCase *tc = tcase_create("device");

    tcase_add_loop_test(tc, teams_open_and_close_at_once, 0, 3);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
