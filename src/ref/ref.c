/* ref.c - a result, or a sample of it, against what it should be.
 * SPDX-License-Identifier: MIT */
#include "ref/ref.h"

#include <math.h>

#include "base/element.h"
#include "base/random.h"
#include "base/size.h"

size_t yoke_ref_elements(const struct yoke_ref *ref)
{
    size_t n = 1;

    for (size_t d = 0; d < ref->n_dims; d++)
        n *= ref->dims[d];
    return n;
}

size_t yoke_ref_sample_size(const struct yoke_ref *ref, const struct yoke_ref_effort *effort)
{
    const size_t total = yoke_ref_elements(ref);
    const size_t max = effort && effort->max_elements ? effort->max_elements : SIZE_MAX;

    if (!effort || (ref->flops <= effort->all_flops && total <= max)) return total;
    const double each = fmax(ref->flops / (double)total, 1.0);
    const double affordable = fmin((double)total, effort->sample_flops / each);
    return yoke_size_min(
        total, yoke_size_min(max, yoke_size_max(effort->min_elements, (size_t)affordable)));
}

/* Each corner after the one opposite. */
static size_t corner(const struct yoke_ref *ref, size_t i)
{
    const size_t bits = i % 2 ? ~(i / 2) : i / 2;
    size_t element = 0;

    for (size_t d = 0; d < ref->n_dims; d++)
        element = element * ref->dims[d] + (bits >> d & 1 ? ref->dims[d] - 1 : 0);
    return element;
}

size_t yoke_ref_sample_at(const struct yoke_ref *ref, size_t n, size_t i, uint64_t *seed)
{
    const size_t total = yoke_ref_elements(ref);

    if (n == total) return i;
    if (i < (size_t)1 << ref->n_dims) return corner(ref, i);
    return (size_t)((yoke_random_unit(seed) + 1.0) / 2.0 * (double)total);
}

void yoke_ref_judge(struct yoke_ref_result *r, enum yoke_type result, size_t element,
                    const struct yoke_ref_value *value, long double got)
{
    const double ratio = yoke_ref_ratio(result, value, got);

    if (r->elements++ > 0 && ratio <= r->worst_ratio) return;
    r->worst_ratio = ratio;
    r->passed = ratio <= 1.0;
    r->element = element;
    r->value = *value;
    r->got = got;
    r->allowed = yoke_ref_allowed(result, value);
}

void yoke_ref_check(const struct yoke_ref *ref, const struct yoke_ref_effort *effort, uint64_t seed,
                    const void *array, struct yoke_ref_result *r)
{
    const size_t n = yoke_ref_sample_size(ref, effort), parts = yoke_type_parts(ref->result);
    struct yoke_ref_value values[YOKE_REF_PARTS];

    *r = (struct yoke_ref_result){ .passed = true };
    for (size_t i = 0; i < n; i++) {
        const size_t element = yoke_ref_sample_at(ref, n, i, &seed);
        ref->at(ref, element, values);
        for (size_t part = 0; part < parts; part++)
            yoke_ref_judge(r, ref->result, element, &values[part],
                           yoke_element_get(ref->result, array, values[part].at));
    }
    r->elements = n;
    r->total = yoke_ref_elements(ref);
}
