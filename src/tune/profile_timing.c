/* profile_timing.c - how long a product takes whose operands are in no near cache.
 * SPDX-License-Identifier: MIT */
#include "tune/profile_timing.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/element.h"
#include "base/error.h"
#include "base/quantile.h"
#include "base/size.h"
#include "op/profile.h"

enum { MAX_SETS = 32, MIN_RUNS = 3, MAX_RUNS = 256, WARM_RUNS = 3, N_ARRAYS = YOKE_GEMM_B + 1 };
static const double burst_ms = 16, short_ms = 1;

struct yoke_profile_timing {
    yoke_queue *q;
    struct yoke_gemm_problem p;
    yoke_buffer *arrays[MAX_SETS][N_ARRAYS];
    size_t n_sets, next; /* the set whose turn it is */
    struct yoke_plan *plans[YOKE_PROFILE_MAX_PLANS];
    double run_ms[YOKE_PROFILE_MAX_PLANS]; /* roughly; 0: never ran */
};

static yoke_status make_array(yoke_device *dev, enum yoke_type type, size_t n, yoke_buffer **out)
{
    struct yoke_buffer_params params = { .size_bytes = n * yoke_type_size(type) };
    void *data = malloc(params.size_bytes);
    uint32_t state = 1;

    *out = NULL;
    if (!data)
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for %zu bytes", params.size_bytes);
    for (size_t i = 0; i < n; i++) {
        state = state * 1664525u + 1013904223u;
        yoke_element_set(type, data, i, (double)(state >> 8) * 0x1p-23 - 1);
    }
    params.initial = data;
    const yoke_status st = yoke_buffer_create(dev, &params, out);
    free(data);
    return st;
}

/* Twice what the near caches of all units hold. */
static size_t sets_for(const yoke_device *dev, const struct yoke_gemm_problem *p)
{
    const struct yoke_profile_facts facts = yoke_profile_facts_of(dev);
    const size_t near = 2 * facts.units * facts.caches.level[1].size_bytes;
    size_t bytes = 0;

    for (size_t i = 0; i < N_ARRAYS; i++)
        bytes += p->at[i].extent * yoke_type_size(p->type);
    return yoke_size_min(yoke_div_up(near, bytes) + 1, MAX_SETS);
}

yoke_status yoke_profile_timing_create(yoke_device *dev, const struct yoke_gemm *gemm,
                                       struct yoke_profile_timing **out)
{
    struct yoke_profile_timing *t = calloc(1, sizeof *t);
    yoke_status st = YOKE_OK;

    *out = NULL;
    if (!t) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for timing");
    TRY(yoke_gemm_prepare(gemm, &t->p));
    TRY(yoke_queue_create(dev, &t->q));
    t->n_sets = sets_for(dev, &t->p);
    for (size_t s = 0; s < t->n_sets; s++)
        for (size_t i = 0; i < N_ARRAYS; i++)
            TRY(make_array(dev, t->p.type, t->p.at[i].extent, &t->arrays[s][i]));
    *out = t;
    t = NULL;
out:
    yoke_profile_timing_destroy(&t);
    return st;
}

static yoke_status run(struct yoke_profile_timing *t, const struct yoke_plan *plan, double *ms)
{
    yoke_buffer *const *array = t->arrays[t->next++ % t->n_sets];
    const struct yoke_bindings bindings = {
        { array[YOKE_GEMM_C], array[YOKE_GEMM_A], array[YOKE_GEMM_B] },
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

static yoke_status make_plan(struct yoke_profile_timing *t, size_t number)
{
    yoke_device *dev = yoke_queue_device(t->q);
    const struct yoke_variant *variant;
    double ms;
    yoke_status st = YOKE_OK;

    TRY(yoke_choose_untuned(dev, &yoke_gemm_class, &t->p, &variant));
    TRY(yoke_plan_make(dev, variant, &t->p, &t->plans[number]));
    TRY(run(t, t->plans[number], &ms)); /* the first run may compile */
    TRY(run(t, t->plans[number], &t->run_ms[number]));
out:
    return st;
}

yoke_status yoke_profile_timing_take(struct yoke_profile_timing *t, size_t number, double *ms)
{
    double times[MAX_RUNS];
    yoke_status st = YOKE_OK;

    if (t->run_ms[number] == 0) TRY(make_plan(t, number));
    const double fit = burst_ms / fmax(t->run_ms[number], 1e-3);
    const size_t n = (size_t)fmax(MIN_RUNS, fmin(fit, MAX_RUNS));
    /* What ran before has left the workers in some state, which shows in short runs. */
    for (int i = 0; i < WARM_RUNS && t->run_ms[number] < short_ms; i++)
        TRY(run(t, t->plans[number], &times[0]));
    for (size_t i = 0; i < n; i++)
        TRY(run(t, t->plans[number], &times[i]));
    yoke_sort(times, n);
    *ms = t->run_ms[number] = yoke_quantile(times, n, 0.5);
out:
    return st;
}

yoke_status yoke_profile_timing_once(struct yoke_profile_timing *t, size_t number, double *ms)
{
    return run(t, t->plans[number], ms);
}

void yoke_profile_timing_destroy(struct yoke_profile_timing **t)
{
    if (!*t) return;
    for (size_t s = 0; s < MAX_SETS; s++)
        for (size_t i = 0; i < N_ARRAYS; i++)
            yoke_buffer_destroy(&(*t)->arrays[s][i]);
    for (size_t i = 0; i < YOKE_PROFILE_MAX_PLANS; i++)
        yoke_plan_release((*t)->plans[i]);
    yoke_queue_destroy(&(*t)->q);
    free(*t);
    *t = NULL;
}
