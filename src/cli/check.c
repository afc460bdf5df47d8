/* check.c - is each number of a result within its bound?
 * SPDX-License-Identifier: MIT */
#include <float.h>
#include <math.h>

#include "base/element.h"
#include "cli/check_sample.h"
#include "cli/cli.h"

#define CHECK_MAX_OPS  2e9 /* past this, a sample */
#define SAMPLE_MAX_OPS 2e8 /* of so many operations */

#define F16_OVERFLOW 65520.0 /* from here on, numbers round to infinity */

/* Higham's gamma; past its domain, n u (Jeannerod and Rump 2013). */
static double gamma_n(double n, double u)
{
    return n * u < 0.5 ? n * u / (1.0 - n * u) : n * u;
}

/* Of the sum, what follows it, and the reference's own rounding; not of storing it. */
static double bound_of(const struct sample *s, const struct check_result *r)
{
    const bool in_double = yoke_type_is_double(r->type);
    const double u = in_double ? 0x1p-53 : 0x1p-24, least = in_double ? DBL_MIN : (double)FLT_MIN;
    const double gamma = gamma_n(r->k + 2.0, u) + gamma_n(r->k + 2.0, 0x1p-53);

    return (gamma * (s->magnitude + s->rounded) + s->rounded + least) *
               (s->gain > 0 ? s->gain : 1.0) +
           s->extra * (u + 0x1p-53);
}

/* Half the distance between numbers of the storage around x. */
static double storage_bound(double x, enum yoke_type type)
{
    if (type == YOKE_F16) return fmax(0x1p-11 * x, 0x1p-25);
    return type == YOKE_BF16 ? 0x1p-8 * x : 0.0;
}

/* Error over bound; 0 where NaN or infinity is right. */
static double error_ratio(const struct sample *s, const struct check_result *r)
{
    const double most = yoke_type_is_double(r->type) ? DBL_MAX : (double)FLT_MAX;
    const double bound = bound_of(s, r), size = fabs(s->want) + bound;

    if (isnan(s->want)) return isnan(s->got) ? 0.0 : (double)INFINITY;
    if (isinf(s->want) || yoke_type_is_integer(r->type))
        return s->got == s->want ? 0.0 : (double)INFINITY;
    if (s->magnitude > most) return 0.0; /* partial sums may overflow */
    if (r->type == YOKE_F16 && isinf(s->got) && size >= F16_OVERFLOW)
        return s->got * s->want > 0.0 ? 0.0 : (double)INFINITY;
    if (!isfinite(s->got)) return INFINITY;
    return fabs(s->got - s->want) / (bound + storage_bound(size, r->type));
}

static size_t sample_index(size_t i, size_t total, uint64_t *seed)
{
    if (i == 0) return 0;
    if (i == 1) return total - 1;
    return (size_t)((cli_random(seed) + 1.0) / 2.0 * (double)total);
}

void check_elements(struct check *check, sample_fn *at, const void *task,
                    const struct check_result *r, uint64_t seed)
{
    const size_t parts = yoke_type_parts(r->type);
    const bool all = (double)r->total * r->ops <= CHECK_MAX_OPS || r->total <= 2;

    *check = (struct check){ .elements = r->total, .total = r->total };
    if (!all) check->elements = (size_t)fmin((double)r->total, fmax(2.0, SAMPLE_MAX_OPS / r->ops));
    for (size_t i = 0; i < check->elements; i++) {
        const size_t index = all ? i : sample_index(i, r->total, &seed);
        for (size_t part = 0; part < parts; part++) {
            const struct sample s = at(task, index, part);
            const double ratio = error_ratio(&s, r);
            if (ratio > check->worst_ratio) check->worst_ratio = ratio;
        }
    }
    check->passed = check->worst_ratio <= 1.0;
}
