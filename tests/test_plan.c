/* test_plan.c - the split, on hundreds of simulated teams; rates.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "sched/plan.h"
#include "sched/rates.h"
#include "unit.h"

static double end_of(const struct yoke_plan_device *d, size_t rows)
{
    return rows ? d->fixed_ms + (double)rows * d->row_ms : 0;
}

static uint64_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

START_TEST(equal_devices_share_equally)
{
    const struct yoke_plan_device d[] = { { 0, 0, true, 0.1, 1 }, { 1, 0, true, 0.1, 1 } };
    size_t shares[YOKE_TEAM_MAX];

    ck_assert_double_eq_tol(yoke_plan_split(d, 2, 100, 1, shares), 50.1, 1e-9);
    ck_assert_uint_eq(shares[0], 50);
    ck_assert_uint_eq(shares[1], 50);
}
END_TEST

START_TEST(device_that_does_not_pay_gets_nothing)
{
    const struct yoke_plan_device d[] = { { 0, 0, true, 0.1, 1 },
                                          { 1, 0, true, 200, 0.001 },
                                          { 2, 0, true, 0, 1000 } };
    size_t shares[YOKE_TEAM_MAX];

    yoke_plan_split(d, 3, 100, 1, shares);
    ck_assert_uint_eq(shares[0], 100);
    ck_assert_uint_eq(shares[1], 0); /* starts too late  */
    ck_assert_uint_eq(shares[2], 0); /* not one row soon enough */
}
END_TEST

START_TEST(alternatives_never_work_together)
{
    /* One piece of hardware: a whole device, or two halves of it, each a third as fast. */
    struct yoke_plan_device d[] = { { 0, 0, true, 0.1, 1 },
                                    { 0, 1, true, 0.1, 3 },
                                    { 0, 1, true, 0.1, 3 } };
    size_t shares[YOKE_TEAM_MAX];

    yoke_plan_split(d, 3, 100, 1, shares);
    ck_assert_uint_eq(shares[0], 100);
    d[1].row_ms = d[2].row_ms = 1.5; /* together faster now */
    yoke_plan_split(d, 3, 100, 1, shares);
    ck_assert_uint_eq(shares[0], 0);
    ck_assert_uint_eq(shares[1] + shares[2], 100);
}
END_TEST

START_TEST(nothing_able_is_no_plan)
{
    const struct yoke_plan_device d[] = { { 0, 0, false, 0, 0 } };
    size_t shares[YOKE_TEAM_MAX];

    ck_assert_double_eq(yoke_plan_split(d, 1, 100, 1, shares), 0);
    ck_assert_uint_eq(shares[0], 0);
}
END_TEST

/* A team of up to 64 devices, some of them alternatives. */
static size_t random_team(uint64_t *state, struct yoke_plan_device *d)
{
    const size_t n = 1 + next(state) % YOKE_TEAM_MAX;

    for (size_t i = 0; i < n; i++)
        d[i] = (struct yoke_plan_device){
            .hardware = next(state) % n,
            .side = next(state) % (n < 3 ? n : 3),
            .able = i == 0 || next(state) % 8 != 0,
            .fixed_ms = (double)(next(state) % 1000) / 100,
            .row_ms = pow(10, (double)(next(state) % 400) / 100 - 3),
        };
    return n;
}

START_TEST(any_plan_is_sound_and_never_worse_than_one_device)
{
    uint64_t state = (uint64_t)_i + 1;
    struct yoke_plan_device d[YOKE_TEAM_MAX];
    size_t shares[YOKE_TEAM_MAX], sum = 0;
    const size_t n = random_team(&state, d);
    const size_t tile = 1 + next(&state) % 32, rows = 1 + next(&state) % 5000;
    const double time = yoke_plan_split(d, n, rows, tile, shares);
    double last = 0, best_single = INFINITY;

    for (size_t i = 0; i < n; i++) {
        sum += shares[i];
        ck_assert(shares[i] == 0 || d[i].able);
        if (end_of(&d[i], shares[i]) > last) last = end_of(&d[i], shares[i]);
        if (d[i].able) best_single = fmin(best_single, end_of(&d[i], rows));
        for (size_t j = 0; j < i; j++)
            ck_assert(!(shares[i] && shares[j] && d[i].hardware == d[j].hardware &&
                        d[i].side != d[j].side));
    }
    ck_assert_uint_eq(sum, rows);
    ck_assert_double_eq_tol(time, last, 1e-9 * last);
    ck_assert_msg(time <= best_single * (1 + 1e-9), "%g ms; one device alone %g ms", time,
                  best_single);
}
END_TEST

START_TEST(rate_is_a_median_of_the_last_few)
{
    struct yoke_rate r = { .n = 0 };

    ck_assert_double_eq(yoke_rate_get(&r), 0);
    yoke_rate_add(&r, 0, 1);
    yoke_rate_add(&r, 1, 0);
    ck_assert_double_eq(yoke_rate_get(&r), 0); /* neither is a sample */
    for (int i = 0; i < 7; i++)
        yoke_rate_add(&r, 10, 1);
    yoke_rate_add(&r, 1e9, 1);
    ck_assert_double_eq(yoke_rate_get(&r), 10); /* one wild sample changes nothing */
    for (int i = 0; i < 4; i++)
        yoke_rate_add(&r, 40, 2);
    ck_assert_double_eq(yoke_rate_get(&r), 20); /* a lasting change does */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("plan");
    TCase *tc = tcase_create("plan");

    tcase_add_test(tc, equal_devices_share_equally);
    tcase_add_test(tc, device_that_does_not_pay_gets_nothing);
    tcase_add_test(tc, alternatives_never_work_together);
    tcase_add_test(tc, nothing_able_is_no_plan);
    tcase_add_loop_test(tc, any_plan_is_sound_and_never_worse_than_one_device, 0, 500);
    tcase_add_test(tc, rate_is_a_median_of_the_last_few);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
