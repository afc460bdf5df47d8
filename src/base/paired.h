/* paired.h - time things in turns, and say how many times as fast one is as another.
 * SPDX-License-Identifier: MIT
 *
 * A machine's speed drifts; what ran within the same tenth of a second can still be compared. So
 * each round is a burst of everything that is compared, a ratio is taken within each round, and the
 * median over the rounds is believed. Who takes part, and how many rounds there are, is the
 * caller's: an elimination in the tuner (tune/search.c), a fixed number of sides and of rounds in
 * the benchmark (bench/duel.c). */
#ifndef YOKE_BASE_PAIRED_H
#define YOKE_BASE_PAIRED_H

#include <stdbool.h>
#include <stddef.h>

/* Times, or ratios, in the order they were taken. Zero is empty. */
struct yoke_samples {
    double *values;
    size_t n, capacity;
};

/* Append n of them; false without memory. */
bool yoke_samples_add(struct yoke_samples *s, const double *values, size_t n);
void yoke_samples_deinit(struct yoke_samples *s);

struct yoke_stats {
    double min, median, p90; /* p90 is one of the values: the nearest rank */
};

/* Of n > 0 values, which are put in order. */
double yoke_median(double *values, size_t n);
struct yoke_stats yoke_stats_of(double *values, size_t n);

/* What the ratios of n > 0 rounds say, which are put in order: spread is the median distance from
 * the median. It takes no memory: `distances` has room for n. */
struct yoke_ratio {
    double median, spread;
};
struct yoke_ratio yoke_ratio_of(double *ratios, size_t n, double *distances);

/* How many runs make a burst: as many as take burst_ms, within limits; one of a run that takes
 * long_ms. */
struct yoke_burst {
    double burst_ms, long_ms;
    size_t min_runs, max_runs;
};
size_t yoke_burst_runs(const struct yoke_burst *burst, double run_ms);

/* Run warm_ups times, then n times, each timed into ms. False as soon as a run is. */
bool yoke_burst_take(bool (*run)(void *ctx), void *ctx, size_t warm_ups, size_t n, double *ms);

#endif /* YOKE_BASE_PAIRED_H */
