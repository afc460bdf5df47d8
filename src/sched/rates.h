/* rates.h - what a device was measured to deliver.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_RATES_H
#define YOKE_SCHED_RATES_H

#include <stddef.h>

/* The last few samples of a quantity per millisecond. */
enum { YOKE_RATE_SAMPLES = 7 };
struct yoke_rate {
    double samples[YOKE_RATE_SAMPLES];
    size_t n; /* ever taken */
};

void yoke_rate_add(struct yoke_rate *rate, double amount, double ms);

/* Their median: one bad sample changes nothing, and is forgotten. 0 before the first. */
double yoke_rate_get(const struct yoke_rate *rate);

#endif /* YOKE_SCHED_RATES_H */
