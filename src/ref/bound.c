/* bound.c - how far a result may be from what it should be.
 * SPDX-License-Identifier: MIT */
#include "ref/bound.h"

#include <float.h>
#include <math.h>

#include "base/element.h"

#define F16_OVERFLOW 65520.0L /* from here on, numbers round to infinity */

double yoke_ref_gamma(double n, double u)
{
    return n * u < 0.5 ? n * u / (1.0 - n * u) : n * u;
}

/* The error of a sum over its magnitude. */
static double relative_bound(double terms, double u, enum yoke_ref_data data)
{
    const double hard =
        yoke_ref_gamma(terms + 2.0, u) + yoke_ref_gamma(terms + 2.0, (double)(LDBL_EPSILON / 2));

    if (data != YOKE_REF_UNIT) return hard;
    return fmin(hard, 2.0 * u * fmax(16.0, 0.5 * sqrt(terms)));
}

struct yoke_ref_value yoke_ref_value_of(const struct yoke_ref_sum *s, enum yoke_type type,
                                        enum yoke_ref_data data, size_t at)
{
    const bool in_double = yoke_type_is_double(type);
    const double u = in_double ? DBL_EPSILON / 2 : (double)FLT_EPSILON / 2;
    const double least = in_double ? DBL_MIN : (double)FLT_MIN;
    const double most = in_double ? DBL_MAX : (double)FLT_MAX;
    struct yoke_ref_value v = { .at = at, .want = s->want, .error = s->extra * u };

    if (data == YOKE_REF_WHOLE || yoke_type_is_integer(type)) return v;
    const double sum = relative_bound(s->terms, u, data) * (s->magnitude + s->rounded);
    v.error += (sum + s->rounded + least) * (s->gain > 0.0 ? s->gain : 1.0);
    if (s->magnitude > most) v.error = INFINITY;
    return v;
}

/* Half the distance between numbers of the storage around x; subnormals of f16 are 2^-24 apart. */
static double storage_bound(double x, enum yoke_type result)
{
    if (result == YOKE_F16) return fmax(0x1p-11 * x, 0x1p-25);
    return result == YOKE_BF16 ? 0x1p-8 * x : 0.0;
}

static double reach(const struct yoke_ref_value *v)
{
    return (double)fabsl(v->want) + v->error;
}

double yoke_ref_allowed(enum yoke_type result, const struct yoke_ref_value *v)
{
    return v->error == 0.0 ? 0.0 : v->error + storage_bound(reach(v), result);
}

/* Where nothing else was rounded, the stored result is the wanted one, rounded. */
static long double as_stored(long double want, enum yoke_type result)
{
    const bool narrow = result == YOKE_F16 || result == YOKE_BF16;

    return narrow ? (long double)yoke_element_round(result, (double)want) : want;
}

static double only_if(bool right)
{
    return right ? 0.0 : (double)INFINITY;
}

double yoke_ref_ratio(enum yoke_type result, const struct yoke_ref_value *v, long double got)
{
    if (isnan(v->want)) return only_if(isnan(got));
    if (isinf(v->want)) return only_if(got == v->want);
    if (v->error == 0.0) return only_if(got == as_stored(v->want, result));
    if (isinf(v->error)) return 0.0;
    if (result == YOKE_F16 && isinf(got) && reach(v) >= F16_OVERFLOW)
        return only_if(got * v->want > 0.0L);
    if (!isfinite(got)) return INFINITY;
    const double ratio = (double)(fabsl(got - v->want) / yoke_ref_allowed(result, v));
    return isnan(ratio) ? (double)INFINITY : ratio;
}
