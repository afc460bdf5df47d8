/* shape.h - a problem as the tuning database knows it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_SHAPE_H
#define YOKE_OP_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "yoke/types.h"

enum { YOKE_TUNE_DIMS = 4 };

/* Of a matrix product: M, N, K and batch after it was turned row-major, so that both orders of one
 * product are one shape. */
struct yoke_tune_shape {
    enum yoke_type type;
    unsigned trans; /* 2 when A lies transposed, plus 1 when B does */
    size_t dim[YOKE_TUNE_DIMS];
};

/* The bucket of a dimension, named by its largest member. Up to 16 each number is a bucket of its
 * own; above, each octave has two: (16, 24], (24, 32], (32, 48], (48, 64] and so on, so that a
 * power of two is tuned together with what lies just below it. */
size_t yoke_tune_bucket(size_t n);

/* The shape whose dimensions name their buckets. */
struct yoke_tune_shape yoke_tune_bucket_of(const struct yoke_tune_shape *shape);

bool yoke_tune_shape_equal(const struct yoke_tune_shape *a, const struct yoke_tune_shape *b);

/* "NN", "NT", "TN", "TT". */
const char *yoke_tune_trans_name(unsigned trans);

#endif /* YOKE_OP_SHAPE_H */
