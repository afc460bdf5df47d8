/* timing.c - how long variants take for a problem.
 * SPDX-License-Identifier: MIT */
#include "tune/timing.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/element.h"
#include "base/error.h"
#include "base/paired.h"
#include "base/quantile.h"
#include "base/size.h"
#include "op/plan.h"

enum { MAX_RUNS = 512, PATTERN = 4099 /* a prime: no row of a matrix is like the next one */ };

static const struct yoke_burst bursts = {
    .burst_ms = 15, .long_ms = 10, .min_runs = 3, .max_runs = MAX_RUNS
};

struct yoke_timing {
    yoke_queue *q;
    const struct yoke_op_class *op;
    const struct yoke_plain *plain;
    yoke_buffer *buf[YOKE_OP_OPERANDS_MAX];
    struct yoke_plan *plans[YOKE_TIMING_VARIANTS];
    double run_ms[YOKE_TIMING_VARIANTS]; /* roughly; 0: never ran */
};

static void fill(enum yoke_type type, char *array, size_t size_bytes)
{
    const size_t size = yoke_type_size(type), parts = yoke_type_parts(type);
    const size_t block = yoke_size_min(size_bytes, PATTERN * size);
    uint32_t state = 1;

    for (size_t i = 0; i < block / size * parts; i++) {
        state = state * 1664525u + 1013904223u;
        const double real = (double)(state >> 8) * 0x1p-23 - 1.0;
        yoke_element_set(type, array, i, yoke_type_is_integer(type) ? rint(3 * real) : real);
    }
    for (size_t at = block; at < size_bytes; at += block)
        memcpy(array + at, array, yoke_size_min(block, size_bytes - at));
}

static yoke_status make_buffer(yoke_device *dev, const struct yoke_operand *o, yoke_buffer **out)
{
    struct yoke_buffer_params params = { .size_bytes = yoke_operand_bytes(o) };
    char *data = malloc(params.size_bytes);

    *out = NULL;
    if (!data)
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for %zu bytes", params.size_bytes);
    fill(o->tensor.type, data, params.size_bytes);
    params.initial = data;
    const yoke_status st = yoke_buffer_create(dev, &params, out);
    free(data);
    return st;
}

yoke_status yoke_timing_fits(const yoke_device *dev, const struct yoke_op_class *op,
                             const struct yoke_plain *plain)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    const double bytes = yoke_plain_bytes(op, plain);

    if (bytes <= 0.5 * (double)info->memory_bytes) return YOKE_OK;
    return yoke_fail(YOKE_ERR_LIMIT,
                     "tuning: arrays of %.1f GiB; %s has %.1f, half of which may be used",
                     bytes * 0x1p-30, info->name, (double)info->memory_bytes * 0x1p-30);
}

yoke_status yoke_timing_create(yoke_device *dev, const struct yoke_op_class *op,
                               const struct yoke_plain *plain, struct yoke_timing **out)
{
    struct yoke_timing *t = calloc(1, sizeof *t);
    yoke_status st = YOKE_OK;

    *out = NULL;
    if (!t) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for timing");
    t->op = op;
    t->plain = plain;
    TRY(yoke_timing_fits(dev, op, plain));
    TRY(yoke_queue_create(dev, &t->q));
    for (size_t i = 0; i < op->n_operands; i++) {
        struct yoke_operand o;
        op->operand(plain->problem.bytes, i, &o);
        if (o.is_array) TRY(make_buffer(dev, &o, &t->buf[i]));
    }
    *out = t;
    t = NULL;
out:
    yoke_timing_destroy(&t);
    return st;
}

/* A variant's turn. */
struct turn {
    yoke_queue *q;
    const struct yoke_plan *plan;
    struct yoke_bindings bindings;
    yoke_status st;
};

static bool run(void *ctx)
{
    struct turn *turn = ctx;
    yoke_event *done = NULL;
    yoke_status st = YOKE_OK;

    TRY(yoke_plan_enqueue(turn->q, turn->plan, &turn->bindings, &done));
    TRY(yoke_event_wait(done));
out:
    yoke_event_destroy(&done);
    turn->st = st;
    return st == YOKE_OK;
}

static yoke_status burst(struct turn *turn, size_t n, double *ms)
{
    yoke_burst_take(run, turn, 0, n, ms);
    return turn->st;
}

yoke_status yoke_timing_take(struct yoke_timing *t, size_t number,
                             const struct yoke_variant *variant, double *ms)
{
    double *known = &t->run_ms[number], times[MAX_RUNS];
    struct turn turn = { .q = t->q };
    yoke_status st = YOKE_OK;

    if (!t->plans[number])
        TRY(yoke_plan_make(yoke_queue_device(t->q), variant, t->plain->problem.bytes,
                           &t->plans[number]));
    turn.plan = t->plans[number];
    for (size_t i = 0; i < t->op->n_operands; i++)
        turn.bindings.operand[i].buffer = t->buf[i];
    if (*known == 0) TRY(burst(&turn, 1, known)); /* the first run may compile */
    if (*known < bursts.long_ms) TRY(burst(&turn, 1, known));
    const size_t n = yoke_burst_runs(&bursts, *known);
    TRY(burst(&turn, n, times));
    yoke_sort(times, n);
    *ms = *known = times[n / 4]; /* a run may be disturbed; none is helped */
out:
    return st;
}

void yoke_timing_destroy(struct yoke_timing **t)
{
    if (!*t) return;
    for (size_t i = 0; i < YOKE_OP_OPERANDS_MAX; i++)
        yoke_buffer_destroy(&(*t)->buf[i]);
    for (size_t i = 0; i < YOKE_TIMING_VARIANTS; i++)
        yoke_plan_release((*t)->plans[i]);
    yoke_queue_destroy(&(*t)->q);
    free(*t);
    *t = NULL;
}
