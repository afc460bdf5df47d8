/* bound.h - how far a result may be from what it should be.
 * SPDX-License-Identifier: MIT
 *
 * The bounds are those of yoke/gemm.h, yoke/conv.h and yoke/epilogue.h. With u the unit roundoff of
 * the arithmetic, a term a b of alpha sum(a b) + beta c is rounded at most k + 2 times: once as a
 * product, k - 1 times as a partial sum, once by alpha, once by the addition of beta c. So (Higham,
 * Accuracy and Stability of Numerical Algorithms, 2nd ed., 3.1), in any order of summation,
 *
 *     |got - want| <= e = gamma(k + 2) magnitude,  magnitude = |alpha| |A| |B| + |beta| |C|.
 *
 * A bias and a residual are two terms more: k grows by one for each, and magnitude by their own.
 * `want` itself is summed in long double and obeys the same bound with the roundoff of that type.
 * The least normal number is added, because devices may flush what lies below it. What follows the
 * sum, a function of slope at most `gain`, stretches its error and adds `extra` u of its own; then
 * storing in fewer bits rounds a value that is that far from the wanted one. */
#ifndef YOKE_REF_BOUND_H
#define YOKE_REF_BOUND_H

#include <stddef.h>

#include "yoke/types.h"

/* What is known of the operands, and so of the errors. */
enum yoke_ref_data {
    YOKE_REF_ANY = 0, /* nothing: the published bound                                          */
    YOKE_REF_UNIT,    /* drawn at random: errors grow with sqrt(k), and are also held to the
                       * ratio of netlib's tests, 16 eps, or sqrt(k) / 2 eps from k = 1024 on.
                       * The bound alone would let one dropped term of a long sum pass         */
    YOKE_REF_WHOLE,   /* integers so small that every partial sum is exact: one right answer   */
};

/* Higham's gamma(n) = n u / (1 - n u); past its domain n u (Jeannerod and Rump, 2013). */
double yoke_ref_gamma(double n, double u);

/* A sum and what follows it. */
struct yoke_ref_sum {
    long double want;
    double magnitude; /* the same with every value and factor replaced by its absolute value     */
    double terms;     /* k                                                                      */
    double rounded;   /* what rounding the operands first may add to that                       */
    double gain;      /* what is done to the sum multiplies its error by that; 0 is 1            */
    double extra;     /* and adds so many u                                                      */
};

/* A number of a result. */
struct yoke_ref_value {
    size_t at;    /* in the result's array; complex elements hold two */
    double error; /* allowed before it is stored. 0: none; infinite: a partial sum may overflow */
    long double want; /* in long double, by the plainest loops            */
};

/* type: of the operands. Integers are exact whatever the data. */
struct yoke_ref_value yoke_ref_value_of(const struct yoke_ref_sum *sum, enum yoke_type type,
                                        enum yoke_ref_data data, size_t at);

/* The error allowed in a result of that type. */
double yoke_ref_allowed(enum yoke_type result, const struct yoke_ref_value *value);

/* The one comparison: error over what is allowed. Above 1 is wrong, and a stray NaN or infinity or
 * an integer that differs are infinitely wrong; 0 where NaN or infinity is right. == lets the sign
 * of zero differ, as orders of summation do. */
double yoke_ref_ratio(enum yoke_type result, const struct yoke_ref_value *value, long double got);

#endif /* YOKE_REF_BOUND_H */
