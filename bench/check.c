/* check.c - results against double precision, under the published bound.
 * SPDX-License-Identifier: MIT */
#include "check.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static const double most_operations = 2e8;
static const double norm_gate = 2e-5;

/* Roundoff of the arithmetic, and of the store where that holds less; results below `least` may be
 * flushed to zero. */
struct accuracy {
    double u, stored, least;
};

static struct accuracy accuracy_of(enum yoke_type type)
{
    if (yoke_type_is_integer(type)) return (struct accuracy){ 0.0, 0.0, 0.5 }; /* exact */
    if (yoke_type_is_double(type)) return (struct accuracy){ 0x1p-53, 0.0, DBL_MIN };
    if (type == YOKE_F16) return (struct accuracy){ 0x1p-24, 0x1p-11, 0x1p-14 };
    return (struct accuracy){ 0x1p-24, type == YOKE_BF16 ? 0x1p-8 : 0.0, (double)FLT_MIN };
}

/* gamma(n) = n u / (1 - n u), times the terms' magnitudes; then the rounding to storage. */
static double bound_of(const struct job_value *v, double n, const struct accuracy *a)
{
    const double gamma = n * a->u / (1.0 - n * a->u);
    const double computed = gamma * v->magnitude + a->u * v->extra;

    return computed + a->stored * (fabs(v->want) + computed) + a->least;
}

static size_t sample_size(const struct job *job, size_t n_out)
{
    const double all = job->kind->flops(job);

    if (all <= most_operations) return n_out;
    return (size_t)fmax(64.0, (double)n_out * fmin(0.5 * most_operations / all, 1.0));
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
    const struct accuracy accuracy = accuracy_of(job_type(job));
    const double terms = job->kind->terms(job) + 2.0;
    const size_t n_out = job_out_numbers(job);

    *check = (struct check){ .n = sample_size(job, n_out) };
    check->index = malloc((check->n + 1) * sizeof *check->index);
    check->want = malloc((check->n + 1) * sizeof *check->want);
    check->bound = malloc((check->n + 1) * sizeof *check->bound);
    if (!check->index || !check->want || !check->bound) {
        check_deinit(check);
        return bench_false("no memory to check %zu numbers of the result", n_out);
    }
    for (size_t i = 0; i < check->n; i++) {
        check->index[i] = check->n == n_out ? i : sample_at(i, n_out, &seed);
        const struct job_value v = job->kind->reference(job, check->index[i]);
        check->want[i] = v.want;
        check->bound[i] = bound_of(&v, terms, &accuracy);
        check->largest = fmax(check->largest, fabs(check->want[i]));
    }
    return true;
}

struct check_result check_compare(const struct check *check, const struct job *job, const void *out,
                                  bool by_norm)
{
    struct check_result r = { .right = true };

    for (size_t i = 0; i < check->n; i++) {
        const double got = yoke_element_get(job_result_type(job), out, check->index[i]);
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
        "%s is wrong at %s: number %zu is %.9g, should be %.9g, %.3g times the bound", whose, label,
        r.index, r.got, r.want, r.worst_ratio);
}

void check_deinit(struct check *check)
{
    free(check->index);
    free(check->want);
    free(check->bound);
    *check = (struct check){ 0 };
}
