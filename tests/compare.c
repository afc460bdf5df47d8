/* compare.c - is a result right? SPDX-License-Identifier: MIT */
#include "compare.h"

#include <float.h>
#include <math.h>

static long double gamma_of(size_t n, long double u)
{
    return (long double)n * u / (1.0L - (long double)n * u);
}

/* Hard gate, for any order of summation. With u the unit roundoff, a term a b of alpha sum(a b) +
 * beta c is rounded at most k + 2 times: once as a product, k - 1 times as a partial sum, once by
 * alpha, once by the addition of beta c. So (Higham, 2nd ed., 3.1)
 *
 *     |got - want| <= gamma(k + 2) magnitude,  magnitude = |alpha| |A| |B| + |beta| |C|.
 *
 * `want` itself was summed in long double and obeys the same bound with the roundoff of that type:
 * 2^-11 of the first bound for double on x86, the same again where long double is double. The least
 * normal number is added, because devices may flush what lies below it.
 *
 * Regression gate: in practice errors grow with sqrt(k), so that the hard gate alone would let one
 * dropped term of a long sum pass. netlib's tests allow 16 eps; sqrt(k) / 2 takes over at 1024. */
long double compare_bound(double magnitude, size_t terms, enum yoke_type type)
{
    const long double eps = type == YOKE_F32 ? FLT_EPSILON : DBL_EPSILON;
    const long double least = type == YOKE_F32 ? FLT_MIN : DBL_MIN;
    const long double hard = gamma_of(terms + 2, eps / 2) + gamma_of(terms + 2, LDBL_EPSILON / 2);
    const long double regression = eps * fmaxl(16.0L, sqrtl((long double)terms) / 2);

    return fminl(hard, regression) * magnitude + least;
}

/* Integers have one right answer; == lets the sign of zero differ, as orders of summation do. */
static bool point_is_right(const struct op_point *p, size_t terms, enum yoke_type type,
                           enum op_values values)
{
    if (isnan(p->want)) return isnan(p->got);
    if (isinf(p->want) || values == OP_INTEGERS) return p->got == p->want;
    return fabsl(p->got - p->want) <= compare_bound(p->magnitude, terms, type);
}

size_t compare_points(const struct op_point *points, size_t n, size_t terms, enum yoke_type type,
                      enum op_values values)
{
    for (size_t i = 0; i < n; i++)
        if (!point_is_right(&points[i], terms, type, values)) return i;
    return n;
}
