/* test_paired.c - bursts, and what is said of times and ratios.
 * SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/paired.h"
#include "unit.h"

START_TEST(quantiles)
{
    double odd[] = { 5, 1, 3 }, even[] = { 4, 1, 3, 2 }, many[100];

    ck_assert_double_eq(yoke_median(odd, 3), 3);
    ck_assert_double_eq(yoke_median(even, 4), 2.5);
    for (int i = 0; i < 100; i++)
        many[i] = 100 - i;
    const struct yoke_stats all = yoke_stats_of(many, 100), one = yoke_stats_of(odd, 1);
    ck_assert_double_eq(all.min, 1);
    ck_assert_double_eq(all.median, 50.5);
    ck_assert_double_eq(all.p90, 90);
    ck_assert_double_eq(one.p90, 1);
}
END_TEST

START_TEST(ratios)
{
    double values[] = { 1.5, 1.0, 1.25, 3.0, 1.0 }, distances[5];
    const struct yoke_ratio r = yoke_ratio_of(values, 5, distances);

    ck_assert_double_eq(r.median, 1.25);
    ck_assert_double_eq(r.spread, 0.25);
}
END_TEST

START_TEST(samples)
{
    struct yoke_samples s = { NULL, 0, 0 };
    double values[3];

    for (int i = 0; i < 100; i++) {
        for (int k = 0; k < 3; k++)
            values[k] = 3 * i + k;
        ck_assert(yoke_samples_add(&s, values, 3));
    }
    ck_assert_uint_eq(s.n, 300);
    for (int i = 0; i < 300; i++)
        ck_assert_double_eq(s.values[i], i);
    yoke_samples_deinit(&s);
    ck_assert_uint_eq(s.n, 0);
    ck_assert(yoke_samples_add(&s, values, 1));
    ck_assert_double_eq(s.values[0], 297);
    yoke_samples_deinit(&s);
}
END_TEST

START_TEST(lengths_of_bursts)
{
    const struct yoke_burst b = { .burst_ms = 30, .long_ms = 200, .min_runs = 3, .max_runs = 100 };

    ck_assert_uint_eq(yoke_burst_runs(&b, 200), 1);
    ck_assert_uint_eq(yoke_burst_runs(&b, 199), 3);
    ck_assert_uint_eq(yoke_burst_runs(&b, 7), 5);
    ck_assert_uint_eq(yoke_burst_runs(&b, 0.01), 100);
    ck_assert_uint_eq(yoke_burst_runs(&b, 0), 100);
}
END_TEST

/* Takes longer each time, and fails in the end. */
struct runner {
    int n, fails_at;
};

static bool run(void *ctx)
{
    struct runner *r = ctx;
    const double until = yoke_now_ms() + r->n;

    if (r->n++ == r->fails_at) return false;
    while (yoke_now_ms() < until)
        ;
    return true;
}

START_TEST(bursts)
{
    struct runner r = { .fails_at = 6 };
    double ms[4] = { -1, -1, -1, -1 };

    ck_assert(yoke_burst_take(run, &r, 2, 3, ms));
    ck_assert_int_eq(r.n, 5);
    for (int i = 0; i < 3; i++)
        ck_assert_double_ge(ms[i], 2 + i);
    ck_assert_double_eq(ms[3], -1);
    ck_assert(!yoke_burst_take(run, &r, 0, 4, ms));
    ck_assert_int_eq(r.n, 7);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("paired");
    TCase *tc = tcase_create("paired");

    tcase_add_test(tc, quantiles);
    tcase_add_test(tc, ratios);
    tcase_add_test(tc, samples);
    tcase_add_test(tc, lengths_of_bursts);
    tcase_add_test(tc, bursts);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
