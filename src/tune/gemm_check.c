/* gemm_check.c - is a row of matrix products right? Asked on data of its own. Of the child alone.
 * SPDX-License-Identifier: MIT */
#include "tune/gemm_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/element.h"
#include "base/error.h"
#include "base/random.h"
#include "base/size.h"
#include "ref/fill.h"
#include "ref/gemm.h"

enum { GUARD = 1024, /* elements before and behind C that nobody may touch */ TIMED_RUNS = 3 };
static const double long_run_ms = 50;

/* The corners, and elements at random. */
static const struct yoke_ref_effort effort = { 8e6, 8e6, 64, 4096 };

/* Whole numbers, whose sums are exact, and numbers in [-1, 1). */
enum data { WHOLE, REAL, N_DATA };

struct yoke_gemm_check {
    yoke_queue *q;
    struct yoke_gemm gemm;
    struct yoke_gemm_problem p;
    void *host[N_DATA][YOKE_GEMM_B + 1]; /* C's is where results are read to */
    yoke_buffer *buf[N_DATA][YOKE_GEMM_B + 1];
    struct yoke_ref ref[N_DATA];
    struct yoke_ref_rows *rows; /* of the whole numbers: every element counts */
};

const struct yoke_gemm_problem *yoke_gemm_check_problem(const struct yoke_gemm_check *c)
{
    return &c->p;
}

static size_t elements(const struct yoke_gemm_check *c, size_t operand)
{
    return c->p.at[operand].extent + (operand == YOKE_GEMM_C ? GUARD : 0);
}

static size_t bytes_of(const struct yoke_gemm_check *c, size_t operand)
{
    return elements(c, operand) * yoke_type_size(yoke_gemm_type(&c->p, operand));
}

/* 16-bit results hold few whole numbers: there most elements of A are 0, the others 1 or -1. */
static void fill_sparsely(const struct yoke_gemm_check *c, size_t operand, uint64_t *seed)
{
    const size_t one_of = operand == YOKE_GEMM_A ? yoke_div_up(c->p.K, 32) : 1;

    for (size_t i = 0; i < elements(c, operand); i++) {
        const double one = yoke_random_below(seed, 2) ? 1.0 : -1.0;
        yoke_element_set(c->p.type, c->host[WHOLE][operand], i,
                         yoke_random_below(seed, one_of) ? 0.0 : one);
    }
}

static void fill(struct yoke_gemm_check *c, size_t operand, enum data data)
{
    const bool narrow = c->p.type == YOKE_F16 || c->p.type == YOKE_BF16;
    uint64_t seed = 1 + operand;

    if (data == WHOLE && narrow)
        fill_sparsely(c, operand, &seed);
    else
        yoke_ref_fill(c->p.type, data == WHOLE ? YOKE_REF_WHOLE : YOKE_REF_UNIT,
                      c->host[data][operand], elements(c, operand), &seed);
}

static yoke_status make_arrays(struct yoke_gemm_check *c, enum data data)
{
    yoke_status st = YOKE_OK;

    for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++) {
        const struct yoke_buffer_params params = { .size_bytes = bytes_of(c, i) };
        c->host[data][i] = malloc(params.size_bytes);
        if (!c->host[data][i])
            TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for %zu bytes", params.size_bytes));
        TRY(yoke_buffer_create(yoke_queue_device(c->q), &params, &c->buf[data][i]));
        if (i == YOKE_GEMM_C) continue;
        fill(c, i, data);
        TRY(yoke_buffer_write(c->q, c->buf[data][i], 0, c->host[data][i], params.size_bytes));
    }
    yoke_ref_gemm(&c->ref[data], &c->gemm, data == WHOLE ? YOKE_REF_WHOLE : YOKE_REF_UNIT, NULL,
                  c->host[data][YOKE_GEMM_A], c->host[data][YOKE_GEMM_B]);
out:
    return st;
}

yoke_status yoke_gemm_check_create(yoke_queue *q, const struct yoke_tune_shape *shape,
                                   struct yoke_gemm_check **out)
{
    struct yoke_gemm_check *c = calloc(1, sizeof *c);
    yoke_status st = YOKE_OK;

    *out = NULL;
    if (!c) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a check");
    c->q = q;
    c->gemm = yoke_gemm_of_shape(shape);
    c->gemm.offset_c = GUARD;
    TRY(yoke_gemm_prepare(&c->gemm, &c->p));
    TRY(make_arrays(c, WHOLE));
    TRY(make_arrays(c, REAL));
    c->rows = yoke_ref_rows_create(&c->ref[WHOLE]);
    if (!c->rows) TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a reference"));
    *out = c;
    c = NULL;
out:
    yoke_gemm_check_destroy(&c);
    return st;
}

/* C filled with bytes that are no number before, read back after. */
static yoke_status run(struct yoke_gemm_check *c, const struct yoke_plan *plan, enum data data,
                       double *ms)
{
    struct yoke_bindings bindings = { .workspace = NULL };
    const size_t size_bytes = bytes_of(c, YOKE_GEMM_C);
    void *result = c->host[data][YOKE_GEMM_C];
    yoke_status st = YOKE_OK;
    yoke_event *done = NULL;

    for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++)
        bindings.operand[i].buffer = c->buf[data][i];
    memset(result, 0xff, size_bytes);
    TRY(yoke_buffer_write(c->q, c->buf[data][YOKE_GEMM_C], 0, result, size_bytes));
    const double begin = yoke_now_ms();
    TRY(yoke_plan_enqueue(c->q, plan, &bindings, &done));
    TRY(yoke_event_wait(done));
    *ms = yoke_now_ms() - begin;
    TRY(yoke_buffer_read(c->q, c->buf[data][YOKE_GEMM_C], 0, result, size_bytes));
out:
    yoke_event_destroy(&done);
    return st;
}

static bool guards_hold(const struct yoke_gemm_check *c, enum data data, char *why, size_t room)
{
    const unsigned char *bytes = c->host[data][YOKE_GEMM_C];
    const size_t size = yoke_type_size(yoke_gemm_type(&c->p, YOKE_GEMM_C)) * GUARD;
    const size_t all = bytes_of(c, YOKE_GEMM_C);

    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0xff || bytes[all - 1 - i] != 0xff) {
            snprintf(why, room, "it writes %s C", bytes[i] != 0xff ? "before" : "behind");
            return false;
        }
    return true;
}

static bool integers_right(const struct yoke_gemm_check *c, char *why, size_t room)
{
    struct yoke_ref_result r;

    yoke_ref_rows_check(c->rows, c->host[WHOLE][YOKE_GEMM_C], &r);
    if (!r.passed)
        snprintf(why, room, "on whole numbers, row %zu of matrix %zu is wrong", r.element % c->p.M,
                 r.element / c->p.M);
    return r.passed;
}

static bool sample_right(const struct yoke_gemm_check *c, char *why, size_t room)
{
    const struct yoke_gemm_problem *p = &c->p;
    struct yoke_ref_result r;

    yoke_ref_check(&c->ref[REAL], &effort, 11, c->host[REAL][YOKE_GEMM_C], &r);
    if (!r.passed)
        snprintf(why, room, "element (%zu, %zu) of matrix %zu is %.9g, not %.9g +- %.2g",
                 r.element / p->N % p->M, r.element % p->N, r.element / p->N / p->M, (double)r.got,
                 (double)r.value.want, r.allowed);
    return r.passed;
}

yoke_status yoke_gemm_check_row(struct yoke_gemm_check *c, const struct yoke_variant *variant,
                                bool *right, char *why, size_t room, double *ms)
{
    struct yoke_plan *plan = NULL;
    yoke_status st = YOKE_OK;
    double again;

    *right = false;
    why[0] = '\0';
    TRY(yoke_plan_make(yoke_queue_device(c->q), variant, &c->p, &plan));
    TRY(run(c, plan, WHOLE, ms));
    if (!guards_hold(c, WHOLE, why, room) || !integers_right(c, why, room)) goto out;
    TRY(run(c, plan, REAL, ms)); /* the first run compiled */
    if (!guards_hold(c, REAL, why, room) || !sample_right(c, why, room)) goto out;
    *right = true;
    for (int i = 0; i < TIMED_RUNS && *ms < long_run_ms; i++) {
        TRY(run(c, plan, REAL, &again));
        *ms = fmin(*ms, again);
    }
out:
    yoke_plan_release(plan);
    return st;
}

void yoke_gemm_check_destroy(struct yoke_gemm_check **c)
{
    if (!*c) return;
    for (int data = 0; data < N_DATA; data++)
        for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++) {
            yoke_buffer_destroy(&(*c)->buf[data][i]);
            free((*c)->host[data][i]);
        }
    yoke_ref_rows_destroy(&(*c)->rows);
    free(*c);
    *c = NULL;
}
