/* check.c - results against double precision, under the published bound.
 * SPDX-License-Identifier: MIT */
#include "check.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static const double most_operations = 2e9;
static const double norm_gate = 2e-5;

/* gamma(n) = n u / (1 - n u). */
static double gamma_of(double n, enum yoke_type type)
{
    const double nu = n * (type == YOKE_F64 ? 0x1p-53 : 0x1p-24);

    return nu / (1.0 - nu);
}

/* Results below it may be flushed to zero. */
static double tiny(enum yoke_type type)
{
    return type == YOKE_F64 ? DBL_MIN : (double)FLT_MIN;
}

static size_t sample_size(const struct job *job, size_t n_out)
{
    const double all = job->kind->flops(job);

    if (all <= most_operations) return n_out;
    return (size_t)fmax(64.0, (double)n_out * fmin(0.05 * most_operations / all, 1.0));
}

/* The corners of the output are always in the sample. */
static size_t sample_at(size_t i, size_t n_out, uint64_t *state)
{
    if (i == 0) return 0;
    if (i == 1) return n_out - 1;
    return (size_t)(0.5 * (job_random(state) + 1.0) * (double)n_out);
}

bool check_init(struct check *check, const struct job *job, uint64_t seed)
{
    const enum yoke_type type = job_type(job);
    const double gamma = gamma_of(job->kind->terms(job) + 2.0, type);
    size_t n_out, lhs, rhs;

    job->kind->elements(job, &n_out, &lhs, &rhs);
    *check = (struct check){ .n = sample_size(job, n_out) };
    check->index = malloc((check->n + 1) * sizeof *check->index);
    check->want = malloc((check->n + 1) * sizeof *check->want);
    check->bound = malloc((check->n + 1) * sizeof *check->bound);
    if (!check->index || !check->want || !check->bound) {
        check_deinit(check);
        return bench_false("no memory to check %zu elements of the result", n_out);
    }
    for (size_t i = 0; i < check->n; i++) {
        double magnitude;
        check->index[i] = check->n == n_out ? i : sample_at(i, n_out, &seed);
        job->kind->reference(job, check->index[i], &check->want[i], &magnitude);
        check->bound[i] = gamma * magnitude + tiny(type);
        check->largest = fmax(check->largest, fabs(check->want[i]));
    }
    return true;
}

struct check_result check_compare(const struct check *check, const struct job *job, const void *out,
                                  bool by_norm)
{
    struct check_result r = { .right = true };

    for (size_t i = 0; i < check->n; i++) {
        const double got = job_at(out, job_type(job), check->index[i]);
        const double bound = by_norm ? norm_gate * check->largest : check->bound[i];
        const double error = fabs(got - check->want[i]);
        const double ratio = isnan(error) ? (double)INFINITY : error / bound;

        if (i > 0 && ratio <= r.worst_ratio) continue;
        r.worst_ratio = ratio;
        r.index = check->index[i];
        r.got = got;
        r.want = check->want[i];
    }
    r.right = r.worst_ratio <= 1.0;
    return r;
}

bool check_passes(const struct check *check, const struct job *job, const void *out, bool by_norm,
                  const char *whose)
{
    const struct check_result r = check_compare(check, job, out, by_norm);
    char label[128];

    if (r.right) return true;
    job->kind->label(job, label, sizeof label);
    return bench_false(
        "%s is wrong at %s: element %zu is %.9g, should be %.9g, %.3g times the bound", whose,
        label, r.index, r.got, r.want, r.worst_ratio);
}

void check_deinit(struct check *check)
{
    free(check->index);
    free(check->want);
    free(check->bound);
    *check = (struct check){ 0 };
}
