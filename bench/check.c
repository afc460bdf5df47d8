/* check.c - results against double precision, under the published bound.
 * SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>
#include <stdlib.h>

static const struct yoke_ref_effort effort = { 2e8, 1e8, 64, 0 };
static const double norm_gate = 2e-5;

bool check_init(struct check *check, const struct job *job, uint64_t seed)
{
    const size_t parts = yoke_type_parts(job_type(job));
    struct yoke_ref ref;

    job->kind->reference(job, &ref);
    const size_t n = yoke_ref_sample_size(&ref, &effort);
    *check = (struct check){ .values = malloc((n + 1) * parts * sizeof *check->values) };
    if (!check->values)
        return bench_false("no memory to check %zu elements of the result",
                           yoke_ref_elements(&ref));
    for (size_t i = 0; i < n; i++, check->n += parts) {
        struct yoke_ref_value *values = check->values + check->n;
        ref.at(&ref, yoke_ref_sample_at(&ref, n, i, &seed), values);
        for (size_t part = 0; part < parts; part++)
            check->largest = fmax(check->largest, (double)fabsl(values[part].want));
    }
    return true;
}

bool check_passes(const struct check *check, const struct job *job, const void *out, bool by_norm,
                  const char *whose)
{
    const enum yoke_type type = job_result_type(job);
    struct yoke_ref_result r = { .passed = true };
    char label[128];

    for (size_t i = 0; i < check->n; i++) {
        struct yoke_ref_value v = check->values[i];
        if (by_norm) v.error = norm_gate * check->largest;
        yoke_ref_judge(&r, type, v.at, &v, yoke_element_get(type, out, v.at));
    }
    if (r.passed) return true;
    job->kind->label(job, label, sizeof label);
    return bench_false(
        "%s is wrong at %s: number %zu is %.9g, should be %.9g, %.3g times the bound", whose, label,
        r.value.at, (double)r.got, (double)r.value.want, r.worst_ratio);
}

void check_deinit(struct check *check)
{
    free(check->values);
    *check = (struct check){ 0 };
}
