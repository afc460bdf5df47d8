/* gemm_check.c - is a row of matrix products right? Asked on data of its own.
 * SPDX-License-Identifier: MIT */
#include "tune/gemm_check.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/element.h"
#include "base/error.h"
#include "base/size.h"
#include "tune/gemm_check_data.h"

enum { SAMPLE_MACS = 4000000, MOST_SAMPLES = 4096, TIMED_RUNS = 3 };
static const double long_run_ms = 50;

/* C filled with bytes that are no number before, read back after. */
static yoke_status run(struct yoke_gemm_check *c, const struct yoke_plan *plan,
                       enum yoke_gemm_data data, double *ms)
{
    struct yoke_bindings bindings = { { NULL } };
    yoke_status st = YOKE_OK;
    yoke_event *done = NULL;

    for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++)
        bindings.operand[i] = c->buf[data][i];
    memset(c->host[data][YOKE_GEMM_C], 0xff, yoke_gemm_check_bytes(c, YOKE_GEMM_C));
    TRY(yoke_buffer_write(c->q, c->buf[data][YOKE_GEMM_C], 0, c->host[data][YOKE_GEMM_C],
                          yoke_gemm_check_bytes(c, YOKE_GEMM_C)));
    const double begin = yoke_now_ms();
    TRY(yoke_plan_enqueue(c->q, plan, &bindings, &done));
    TRY(yoke_event_wait(done));
    *ms = yoke_now_ms() - begin;
    TRY(yoke_buffer_read(c->q, c->buf[data][YOKE_GEMM_C], 0, c->host[data][YOKE_GEMM_C],
                         yoke_gemm_check_bytes(c, YOKE_GEMM_C)));
out:
    yoke_event_destroy(&done);
    return st;
}

static bool guards_hold(const struct yoke_gemm_check *c, enum yoke_gemm_data data, char *why,
                        size_t room)
{
    const unsigned char *bytes = c->host[data][YOKE_GEMM_C];
    const size_t size = yoke_type_size(yoke_gemm_type(&c->p, YOKE_GEMM_C)) * YOKE_GEMM_GUARD;
    const size_t all = yoke_gemm_check_bytes(c, YOKE_GEMM_C);

    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0xff || bytes[all - 1 - i] != 0xff) {
            snprintf(why, room, "it writes %s C", bytes[i] != 0xff ? "before" : "behind");
            return false;
        }
    return true;
}

/* Every element of C counts in the sum of its row. */
static bool integers_right(const struct yoke_gemm_check *c, char *why, size_t room)
{
    const struct yoke_gemm_problem *p = &c->p;
    const size_t parts = yoke_type_parts(p->type);

    for (size_t i = 0; i < p->batch * p->M * parts; i++) {
        const size_t part = i % parts, m = i / parts % p->M, b = i / parts / p->M;
        double sum = 0;
        for (size_t n = 0; n < p->N; n++)
            sum +=
                yoke_gemm_check_at(c, YOKE_GEMM_WHOLE, YOKE_GEMM_C, b, m, n, part) * c->weights[n];
        if (sum == c->sums[i]) continue;
        snprintf(why, room, "on whole numbers, row %zu of matrix %zu is wrong", m, b);
        return false;
    }
    return true;
}

static double gamma_of(double n, double u)
{
    return n * u / (1.0 - n * u);
}

/* The bound of yoke/gemm.h, and netlib's ratio of 16 or sqrt(terms) / 2, below which a dropped term
 * of a long sum shows. */
static double bound_of(const struct yoke_gemm_problem *p, double want, double magnitude)
{
    const double terms = (double)(p->K * yoke_type_parts(p->type));
    const bool wide = yoke_type_is_double(p->type);
    const double u = wide ? 0x1p-53 : 0x1p-24;
    const double hard = gamma_of(terms + 2, u) + gamma_of(terms + 2, 0x1p-53);
    const double usual = 2 * u * fmax(16.0, 0.5 * sqrt(terms));
    const double store = p->type == YOKE_F16 ? 0x1p-11 : p->type == YOKE_BF16 ? 0x1p-8 : 0;
    const double least = p->type == YOKE_F16 ? 0x1p-14 : wide ? DBL_MIN : (double)FLT_MIN;

    return fmin(hard, usual) * magnitude * (1 + store) + store * fabs(want) + least;
}

static bool element_right(const struct yoke_gemm_check *c, size_t b, size_t m, size_t n, char *why,
                          size_t room)
{
    const struct yoke_gemm_problem *p = &c->p;
    const size_t parts = yoke_type_parts(p->type);
    double want[2] = { 0, 0 }, magnitude = 0;

    for (size_t k = 0; k < p->K; k++) {
        double x[2] = { 0, 0 }, y[2] = { 0, 0 };
        for (size_t part = 0; part < parts; part++) {
            x[part] = yoke_gemm_check_at(c, YOKE_GEMM_REAL, YOKE_GEMM_A, b, m, k, part);
            y[part] = yoke_gemm_check_at(c, YOKE_GEMM_REAL, YOKE_GEMM_B, b, k, n, part);
        }
        want[0] += x[0] * y[0] - x[1] * y[1];
        want[1] += x[0] * y[1] + x[1] * y[0];
        magnitude += (fabs(x[0]) + fabs(x[1])) * (fabs(y[0]) + fabs(y[1]));
    }
    for (size_t part = 0; part < parts; part++) {
        const double got = yoke_gemm_check_at(c, YOKE_GEMM_REAL, YOKE_GEMM_C, b, m, n, part);
        const double bound = yoke_type_is_integer(p->type) ? 0 : bound_of(p, want[part], magnitude);
        if (fabs(got - want[part]) <= bound) continue;
        snprintf(why, room, "element (%zu, %zu) of matrix %zu is %.9g, not %.9g +- %.2g", m, n, b,
                 got, want[part], bound);
        return false;
    }
    return true;
}

/* The corners, and elements at random. */
static bool sample_right(const struct yoke_gemm_check *c, char *why, size_t room)
{
    const struct yoke_gemm_problem *p = &c->p;
    const size_t affordable = SAMPLE_MACS / p->K;
    const size_t n_samples = yoke_size_max(64, yoke_size_min(MOST_SAMPLES, affordable));
    uint64_t state = 11;

    for (size_t i = 0; i < n_samples; i++) {
        size_t m = i & 1 ? p->M - 1 : 0, n = i & 2 ? p->N - 1 : 0, b = i & 4 ? p->batch - 1 : 0;
        if (i >= 8) {
            m = yoke_gemm_check_next(&state) % p->M;
            n = yoke_gemm_check_next(&state) % p->N;
            b = yoke_gemm_check_next(&state) % p->batch;
        }
        if (!element_right(c, b, m, n, why, room)) return false;
    }
    return true;
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
    TRY(run(c, plan, YOKE_GEMM_WHOLE, ms));
    if (!guards_hold(c, YOKE_GEMM_WHOLE, why, room) || !integers_right(c, why, room)) goto out;
    TRY(run(c, plan, YOKE_GEMM_REAL, ms)); /* the first run compiled */
    if (!guards_hold(c, YOKE_GEMM_REAL, why, room) || !sample_right(c, why, room)) goto out;
    *right = true;
    for (int i = 0; i < TIMED_RUNS && *ms < long_run_ms; i++) {
        TRY(run(c, plan, YOKE_GEMM_REAL, &again));
        *ms = fmin(*ms, again);
    }
out:
    yoke_plan_release(plan);
    return st;
}
