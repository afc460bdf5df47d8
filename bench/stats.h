/* stats.h - times and what is said of them.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_STATS_H
#define YOKE_BENCH_STATS_H

#include <stddef.h>

/* Times of one thing in the order they were taken. Zero is empty. */
struct samples {
    double *ms;
    size_t n, capacity;
};

struct stats {
    double min, median, p90;
};

/* Milliseconds of a monotonic clock. */
double stats_now_ms(void);

/* Append n times. Ends the program where there is no memory. */
void samples_add(struct samples *s, const double *ms, size_t n);
void samples_deinit(struct samples *s);

/* Of n > 0 values, which are put in order. */
double stats_median(double *values, size_t n);
struct stats stats_of(double *values, size_t n);

#endif /* YOKE_BENCH_STATS_H */
