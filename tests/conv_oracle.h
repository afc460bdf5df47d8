/* conv_oracle.h - the sizes of a convolution, and what its result should be.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_CONV_ORACLE_H
#define YOKE_TESTS_CONV_ORACLE_H

#include "cases.h"

enum { CONV_Y, CONV_X, CONV_W, CONV_BIAS }; /* the arrays */

/* Strides, dilations and groups of 0 are 1. */
size_t conv_or_one(size_t n);

/* Length of a filter's side on the image. */
size_t conv_reach(size_t n_taps, size_t dilation);

/* P and Q, for a filter that fits. */
size_t conv_rows(const struct yoke_conv *c);
size_t conv_cols(const struct yoke_conv *c);

size_t conv_terms(const struct op_shape *s, enum yoke_type type);

size_t conv_oracle(const struct op_shape *s, enum yoke_type type, const struct op_array *arrays,
                   const double *got, struct op_point *points);

#endif /* YOKE_TESTS_CONV_ORACLE_H */
