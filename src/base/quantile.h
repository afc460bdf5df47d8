/* quantile.h - numbers in order, and the values between them.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_QUANTILE_H
#define YOKE_BASE_QUANTILE_H

#include <stddef.h>
#include <stdlib.h>

static inline int yoke_compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Put n numbers in ascending order. */
static inline void yoke_sort(double *values, size_t n)
{
    qsort(values, n, sizeof *values, yoke_compare_doubles);
}

/* The value below which a part of the n > 0 sorted ones lies; 0.5: the median. */
static inline double yoke_quantile(const double *sorted, size_t n, double part)
{
    const double at = part * (double)(n - 1);
    const size_t i = (size_t)at;

    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[i];
}

#endif /* YOKE_BASE_QUANTILE_H */
