/* rates.c - what a device was measured to deliver.
 * SPDX-License-Identifier: MIT */
#include "sched/rates.h"

#include <stdio.h>
#include <stdlib.h>
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

struct yoke_op_rate *yoke_rates_of(struct yoke_rates *rates, const char *op, enum yoke_type type)
{
    for (struct yoke_op_rate *r = rates->ops; r; r = r->next)
        if (r->type == type && strcmp(r->op, op) == 0) return r;

    struct yoke_op_rate *r = calloc(1, sizeof *r);
    if (!r) {
        r = &rates->spare;
        memset(r, 0, sizeof *r);
    }
    snprintf(r->op, sizeof r->op, "%s", op);
    r->type = type;
    if (r == &rates->spare) return r;
    r->next = rates->ops;
    rates->ops = r;
    return r;
}

void yoke_rates_deinit(struct yoke_rates *rates)
{
    for (struct yoke_op_rate *r = rates->ops, *next; r; r = next) {
        next = r->next;
        free(r);
    }
    rates->ops = NULL;
}
