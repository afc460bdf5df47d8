/* test_search.c - the search among noisy times.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdint.h>

#include "tune/search.h"
#include "unit.h"

static uint64_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* A machine of candidates whose true times are known, under a clock of its own. */
struct machine {
    double ms[8], noise; /* relative, of each measurement    */
    double now, drift;   /* the machine's speed wanders, too */
    uint64_t state;
    size_t broken; /* a candidate that cannot run; 99: none */
    size_t n_measured;
};

static double now(void *ctx)
{
    return ((struct machine *)ctx)->now;
}

/* Roughly normal, deviation 1. */
static double normal(uint64_t *state)
{
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += (double)next(state) / 0x1p31;
    return sum;
}

static bool measure(void *ctx, size_t candidate, double *ms)
{
    struct machine *m = ctx;

    if (candidate == m->broken) return false;
    m->drift = 0.999 * m->drift + 0.002 * normal(&m->state);
    *ms = m->ms[candidate] * exp(m->drift + m->noise * normal(&m->state));
    m->now += *ms;
    m->n_measured++;
    return true;
}

static size_t best_of(struct machine *m, size_t n, double budget_ms,
                      struct yoke_search_candidate *candidates)
{
    struct yoke_search s = { candidates, n, 0, m->now + budget_ms, now, measure, m };
    size_t best = 99;

    for (size_t i = 0; i < n; i++)
        candidates[i] = (struct yoke_search_candidate){ .enters = true, .expected_ms = m->ms[i] };
    ck_assert(yoke_search_run(&s, &best));
    ck_assert_uint_lt(best, n);
    return best;
}

START_TEST(clear_winner_wins_whatever_the_noise)
{
    struct yoke_search_candidate candidates[8];

    for (int i = 0; i < 200; i++) {
        struct machine m = {
            .ms = { 5, 8, 4, 5, 20 }, .noise = 0.05, .broken = 3, .state = (uint64_t)i
        };
        ck_assert_uint_eq(best_of(&m, 5, 10000, candidates), 2);
        ck_assert_double_eq_tol(candidates[2].ratio, 1.25, 0.13);
        ck_assert_int_eq(candidates[3].state, YOKE_SEARCH_OUT);
    }
}
END_TEST

/* Candidates that are all alike: noise of 5 %, as of a shared machine, must not make a winner; nor a
 * difference below the margin. */
START_TEST(noise_does_not_win)
{
    struct yoke_search_candidate candidates[8];
    size_t wrong = 0, searches = 0;

    for (int i = 0; i < 400; i++) {
        struct machine m = { .noise = i % 2 ? 0.05 : 0.12, .broken = 99, .state = (uint64_t)i };
        for (size_t k = 0; k < 8; k++)
            m.ms[k] = k && i % 4 == 0 ? 4.95 : 5;
        wrong += best_of(&m, 8, 5000, candidates) != 0;
        searches++;
    }
    ck_assert_msg(wrong <= searches / 200, "%zu of %zu", wrong, searches);
}
END_TEST

/* A difference twice the margin is mostly found. */
START_TEST(small_winner_mostly_wins)
{
    struct yoke_search_candidate candidates[8];
    size_t found = 0;

    for (int i = 0; i < 200; i++) {
        struct machine m = {
            .ms = { 5, 5.5, 4.6, 5 }, .noise = 0.05, .broken = 99, .state = (uint64_t)i
        };
        found += best_of(&m, 4, 10000, candidates) == 2;
    }
    ck_assert_uint_ge(found, 150);
}
END_TEST

START_TEST(search_keeps_to_its_time)
{
    static const double budgets[] = { 1, 10, 50, 100, 400, 3000 };
    struct yoke_search_candidate candidates[8];

    for (int i = 0; i < 300; i++) {
        struct machine m = {
            .ms = { 30, 28, 35, 1e6, 29, 25 }, .noise = 0.05, .broken = 99, .state = (uint64_t)i
        };
        const double budget = budgets[i % 6];
        const size_t best = best_of(&m, 6, budget, candidates);
        ck_assert_double_le(m.now, 1.1 * budget);
        ck_assert_double_eq(candidates[3].ms, 0); /* would have taken all the time, and more */
        if (budget < 100) ck_assert_uint_eq(best, 0);
        if (budget >= 3000) ck_assert_uint_eq(best, 5);
    }
}
END_TEST

START_TEST(losers_leave_early)
{
    struct machine m = { .ms = { 5, 50, 50, 50, 50, 4 }, .noise = 0.05, .broken = 99 };
    struct yoke_search_candidate candidates[8];

    ck_assert_uint_eq(best_of(&m, 6, 100000, candidates), 5);
    for (size_t i = 1; i < 5; i++)
        ck_assert_uint_le(candidates[i].n, 2);
    ck_assert_double_lt(m.now, 2000);
}
END_TEST

START_TEST(untuned_candidate_that_fails_is_told)
{
    struct machine m = { .ms = { 5, 4 }, .broken = 0 };
    struct yoke_search_candidate candidates[2] = { { .enters = true }, { .enters = true } };
    struct yoke_search s = { candidates, 2, 0, 1000, now, measure, &m };
    size_t best;

    ck_assert(!yoke_search_run(&s, &best));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("search");
    TCase *tc = tcase_create("search");

    tcase_add_test(tc, clear_winner_wins_whatever_the_noise);
    tcase_add_test(tc, noise_does_not_win);
    tcase_add_test(tc, small_winner_mostly_wins);
    tcase_add_test(tc, search_keeps_to_its_time);
    tcase_add_test(tc, losers_leave_early);
    tcase_add_test(tc, untuned_candidate_that_fails_is_told);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
