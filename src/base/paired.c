/* paired.c - time things in turns, and say how many times as fast one is as another.
 * SPDX-License-Identifier: MIT */
#include "base/paired.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/quantile.h"

bool yoke_samples_add(struct yoke_samples *s, const double *values, size_t n)
{
    if (s->n + n > s->capacity) {
        const size_t capacity = 2 * (s->n + n);
        double *more = realloc(s->values, capacity * sizeof *more);
        if (!more) return false;
        s->values = more;
        s->capacity = capacity;
    }
    memcpy(s->values + s->n, values, n * sizeof *values);
    s->n += n;
    return true;
}

void yoke_samples_deinit(struct yoke_samples *s)
{
    free(s->values);
    *s = (struct yoke_samples){ NULL, 0, 0 };
}

double yoke_median(double *values, size_t n)
{
    yoke_sort(values, n);
    return yoke_quantile(values, n, 0.5);
}

struct yoke_stats yoke_stats_of(double *values, size_t n)
{
    const double median = yoke_median(values, n);
    const size_t at_90 = (size_t)ceil(0.9 * (double)n) - 1;

    return (struct yoke_stats){ values[0], median, values[at_90] };
}

struct yoke_ratio yoke_ratio_of(double *ratios, size_t n, double *distances)
{
    const double median = yoke_median(ratios, n);

    for (size_t i = 0; i < n; i++)
        distances[i] = fabs(ratios[i] - median);
    return (struct yoke_ratio){ median, yoke_median(distances, n) };
}

size_t yoke_burst_runs(const struct yoke_burst *burst, double run_ms)
{
    const double fit = ceil(burst->burst_ms / fmax(run_ms, 1e-4));

    if (run_ms >= burst->long_ms) return 1;
    return (size_t)fmin(fmax(fit, (double)burst->min_runs), (double)burst->max_runs);
}

bool yoke_burst_take(bool (*run)(void *ctx), void *ctx, size_t warm_ups, size_t n, double *ms)
{
    for (size_t i = 0; i < warm_ups + n; i++) {
        const double begin = yoke_now_ms();
        if (!run(ctx)) return false;
        if (i >= warm_ups) ms[i - warm_ups] = yoke_now_ms() - begin;
    }
    return true;
}
