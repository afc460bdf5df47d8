/* rates.h - what a device was measured to deliver.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_RATES_H
#define YOKE_SCHED_RATES_H

#include <stdbool.h>
#include <stddef.h>

#include "yoke/types.h"

/* The last few samples of a quantity per millisecond. */
enum { YOKE_RATE_SAMPLES = 7 };
struct yoke_rate {
    double samples[YOKE_RATE_SAMPLES];
    size_t n; /* ever taken */
};

void yoke_rate_add(struct yoke_rate *rate, double amount, double ms);

/* Their median: one bad sample changes nothing, and is forgotten. 0 before the first. */
double yoke_rate_get(const struct yoke_rate *rate);

/* Arithmetic of one operator on one type. */
enum { YOKE_RATE_OP_MAX = 24 };
struct yoke_op_rate {
    char op[YOKE_RATE_OP_MAX];
    enum yoke_type type;
    struct yoke_rate flops;
    bool distrusted; /* its known answer was wrong or never came */
    struct yoke_op_rate *next;
};

/* All-zero is an empty one. */
struct yoke_rates {
    struct yoke_rate bytes; /* of moving arrays */
    struct yoke_op_rate *ops;
    struct yoke_op_rate spare; /* where memory is short: nobody's for long */
};

/* That of an operator and a type; new ones have no samples. */
struct yoke_op_rate *yoke_rates_of(struct yoke_rates *rates, const char *op, enum yoke_type type);

void yoke_rates_deinit(struct yoke_rates *rates);

#endif /* YOKE_SCHED_RATES_H */
