/* compare.c - is a result right? SPDX-License-Identifier: MIT */
#include "compare.h"

#include <float.h>
#include <math.h>

#include "base/element.h"

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
 * A bias and a residual are two terms more: k grows by one for each, and magnitude by their own.
 *
 * A part of a complex sum has 2 k products; alpha makes two products and a sum of two such parts,
 * and beta C adds two terms: 2 k + 2 roundings of a term so far and 2 more, so that k becomes
 * 2 k + 2. |x| of a complex x is |re x| + |im x|: both parts of a b are at most |a| |b|.
 *
 * `want` itself was summed in long double and obeys the same bound with the roundoff of that type:
 * 2^-11 of the first bound for double on x86, the same again where long double is double. The least
 * normal number is added, because devices may flush what lies below it.
 *
 * Regression gate: in practice errors grow with sqrt(k), so that the hard gate alone would let one
 * dropped term of a long sum pass. netlib's tests allow 16 eps; sqrt(k) / 2 takes over at 1024. */
static long double sum_bound(double magnitude, size_t terms, bool in_double)
{
    const long double eps = in_double ? DBL_EPSILON : FLT_EPSILON;
    const long double least = in_double ? DBL_MIN : FLT_MIN;
    const long double hard = gamma_of(terms + 2, eps / 2) + gamma_of(terms + 2, LDBL_EPSILON / 2);
    const long double regression = eps * fmaxl(16.0L, sqrtl((long double)terms) / 2);

    return fminl(hard, regression) * magnitude + least;
}

/* Half the distance between numbers of the storage around x, which is far from its largest. */
static long double rounding(long double x, enum yoke_type type)
{
    if (type == YOKE_F16) return fmaxl(0x1p-11L * x, 0x1p-25L); /* subnormal: 2^-24 apart */
    return type == YOKE_BF16 ? 0x1p-8L * x : 0.0L;
}

/* What follows the sum, a function of slope at most `gain`, stretches its error and adds its own;
 * then storing rounds a value that is that far from the wanted one. */
long double compare_bound(const struct op_point *p, size_t terms, enum yoke_type type,
                          enum op_values values)
{
    const bool in_double = yoke_type_is_double(type);
    const double u = in_double ? DBL_EPSILON / 2 : (double)FLT_EPSILON / 2;

    if (values == OP_INTEGERS || yoke_type_is_integer(type)) return 0.0L;
    const long double e =
        sum_bound(p->magnitude, terms, in_double) * (p->gain > 0 ? p->gain : 1) + p->extra * u;
    return e + rounding(fabsl(p->want) + e, type);
}

/* Where nothing else was rounded, the stored result is the wanted one, rounded. Sums over several
 * elements, which may be too long for their own type, are never of these types. */
static long double as_stored(long double want, enum yoke_type type)
{
    const bool narrow = type == YOKE_F16 || type == YOKE_BF16;

    return narrow ? yoke_element_round(type, (double)want) : want;
}

/* Integers have one right answer; == lets the sign of zero differ, as orders of summation do. */
static bool point_is_right(const struct op_point *p, size_t terms, enum yoke_type type,
                           enum op_values values)
{
    const long double bound = compare_bound(p, terms, type, values);

    if (isnan(p->want)) return isnan(p->got);
    if (isinf(p->want) || bound == 0.0L) return p->got == as_stored(p->want, type);
    return fabsl(p->got - p->want) <= bound;
}

size_t compare_points(const struct op_point *points, size_t n, size_t terms, enum yoke_type type,
                      enum op_values values)
{
    for (size_t i = 0; i < n; i++)
        if (!point_is_right(&points[i], terms, type, values)) return i;
    return n;
}
