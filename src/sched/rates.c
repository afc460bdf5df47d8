/* rates.c - what a device was measured to deliver.
 * SPDX-License-Identifier: MIT */
#include "sched/rates.h"

#include <string.h>

#include "base/quantile.h"
#include "base/size.h"

void yoke_rate_add(struct yoke_rate *rate, double amount, double ms)
{
    if (!(amount > 0) || !(ms > 0)) return;
    rate->samples[rate->n++ % YOKE_RATE_SAMPLES] = amount / ms;
}

double yoke_rate_get(const struct yoke_rate *rate)
{
    const size_t n = yoke_size_min(rate->n, YOKE_RATE_SAMPLES);
    double sorted[YOKE_RATE_SAMPLES];

    if (n == 0) return 0;
    memcpy(sorted, rate->samples, n * sizeof *sorted);
    yoke_sort(sorted, n);
    return sorted[n / 2];
}
