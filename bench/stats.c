/* stats.c - times and what is said of them.
 * SPDX-License-Identifier: MIT */
#include "stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double stats_now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

void samples_add(struct samples *s, const double *ms, size_t n)
{
    if (s->n + n > s->capacity) {
        s->capacity = 2 * (s->n + n);
        s->ms = realloc(s->ms, s->capacity * sizeof *s->ms);
        if (!s->ms) {
            fputs("yoke-bench: no memory for the times\n", stderr);
            exit(1);
        }
    }
    memcpy(s->ms + s->n, ms, n * sizeof *ms);
    s->n += n;
}

void samples_deinit(struct samples *s)
{
    free(s->ms);
    *s = (struct samples){ 0 };
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median_of_sorted(const double *v, size_t n)
{
    return n % 2 ? v[n / 2] : 0.5 * (v[n / 2 - 1] + v[n / 2]);
}

double stats_median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, ascending);
    return median_of_sorted(values, n);
}

struct stats stats_of(double *values, size_t n)
{
    const double median = stats_median(values, n);
    const size_t at_90 = (size_t)ceil(0.9 * (double)n) - 1; /* nearest rank */

    return (struct stats){ values[0], median, values[at_90] };
}
