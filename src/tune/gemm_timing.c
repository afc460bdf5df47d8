/* gemm_timing.c - how long rows take for a matrix product.
 * SPDX-License-Identifier: MIT */
#include "tune/gemm_timing.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/element.h"
#include "base/error.h"
#include "base/quantile.h"
#include "base/size.h"

enum { MAX_RUNS = 512, PATTERN = 4099 /* a prime: no row of a matrix is like the next one */ };
static const double burst_ms = 15, long_run_ms = 10;

struct yoke_gemm_timing {
    yoke_queue *q;
    const struct yoke_gemm_problem *p;
    yoke_buffer *buf[YOKE_GEMM_B + 1];
    struct yoke_plan *plans[YOKE_TUNE_MAX_ROWS];
    double run_ms[YOKE_TUNE_MAX_ROWS]; /* roughly; 0: never ran */
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

static yoke_status make_buffer(yoke_device *dev, const struct yoke_gemm_problem *p, size_t operand,
                               yoke_buffer **out)
{
    const enum yoke_type type = yoke_gemm_type(p, operand);
    struct yoke_buffer_params params = { .size_bytes =
                                             p->at[operand].extent * yoke_type_size(type) };
    char *data = malloc(params.size_bytes);

    *out = NULL;
    if (!data)
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for %zu bytes", params.size_bytes);
    fill(type, data, params.size_bytes);
    params.initial = data;
    const yoke_status st = yoke_buffer_create(dev, &params, out);
    free(data);
    return st;
}

yoke_status yoke_gemm_timing_fits(const yoke_device *dev, const struct yoke_gemm_problem *p)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    double bytes = 0;

    for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++)
        bytes += (double)p->at[i].extent * (double)yoke_type_size(yoke_gemm_type(p, i));
    if (bytes <= 0.5 * (double)info->memory_bytes) return YOKE_OK;
    return yoke_fail(YOKE_ERR_LIMIT,
                     "tuning: arrays of %.1f GiB; %s has %.1f, half of which may be used",
                     bytes * 0x1p-30, info->name, (double)info->memory_bytes * 0x1p-30);
}

yoke_status yoke_gemm_timing_create(yoke_device *dev, const struct yoke_gemm_problem *p,
                                    struct yoke_gemm_timing **out)
{
    struct yoke_gemm_timing *t = calloc(1, sizeof *t);
    yoke_status st = YOKE_OK;

    *out = NULL;
    if (!t) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for timing");
    t->p = p;
    TRY(yoke_gemm_timing_fits(dev, p));
    TRY(yoke_queue_create(dev, &t->q));
    for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++)
        TRY(make_buffer(dev, p, i, &t->buf[i]));
    *out = t;
    t = NULL;
out:
    yoke_gemm_timing_destroy(&t);
    return st;
}

static yoke_status run(struct yoke_gemm_timing *t, const struct yoke_plan *plan, double *ms)
{
    const struct yoke_bindings bindings = {
        .operand = { { t->buf[YOKE_GEMM_C], 0 },
                     { t->buf[YOKE_GEMM_A], 0 },
                     { t->buf[YOKE_GEMM_B], 0 } },
    };
    const double begin = yoke_now_ms();
    yoke_event *done = NULL;
    yoke_status st = YOKE_OK;

    TRY(yoke_plan_enqueue(t->q, plan, &bindings, &done));
    TRY(yoke_event_wait(done));
    *ms = yoke_now_ms() - begin;
out:
    yoke_event_destroy(&done);
    return st;
}

yoke_status yoke_gemm_timing_take(struct yoke_gemm_timing *t, size_t number,
                                  const struct yoke_variant *variant, double *ms)
{
    double *known = &t->run_ms[number], times[MAX_RUNS];
    yoke_status st = YOKE_OK;

    if (!t->plans[number])
        TRY(yoke_plan_make(yoke_queue_device(t->q), variant, t->p, &t->plans[number]));
    const struct yoke_plan *plan = t->plans[number];
    if (*known == 0) TRY(run(t, plan, known)); /* the first run may compile */
    if (*known < long_run_ms) TRY(run(t, plan, known));
    const double fit = burst_ms / fmax(*known, 1e-3);
    const size_t n = *known >= long_run_ms ? 1 : (size_t)fmax(3, fmin(fit, MAX_RUNS));
    for (size_t i = 0; i < n; i++)
        TRY(run(t, plan, &times[i]));
    yoke_sort(times, n);
    *ms = *known = times[n / 4]; /* a run may be disturbed; none is helped */
out:
    return st;
}

void yoke_gemm_timing_destroy(struct yoke_gemm_timing **t)
{
    if (!*t) return;
    for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++)
        yoke_buffer_destroy(&(*t)->buf[i]);
    for (size_t i = 0; i < YOKE_TUNE_MAX_ROWS; i++)
        yoke_plan_release((*t)->plans[i]);
    yoke_queue_destroy(&(*t)->q);
    free(*t);
    *t = NULL;
}
