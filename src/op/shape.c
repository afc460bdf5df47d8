/* shape.c - a problem as the tuning database knows it.
 * SPDX-License-Identifier: MIT */
#include "op/shape.h"

#include <stdint.h>
#include <string.h>

enum { EXACT = 16 };

size_t yoke_tune_bucket(size_t n)
{
    size_t top = EXACT;

    if (n <= EXACT) return n;
    while (top < n && top <= SIZE_MAX / 2)
        top *= 2;
    if (top < n) return SIZE_MAX;
    return n <= top / 4 * 3 ? top / 4 * 3 : top;
}

struct yoke_tune_shape yoke_tune_bucket_of(const struct yoke_tune_shape *shape)
{
    struct yoke_tune_shape bucket = *shape;

    for (size_t i = 0; i < YOKE_TUNE_DIMS; i++)
        bucket.dim[i] = yoke_tune_bucket(shape->dim[i]);
    return bucket;
}

bool yoke_tune_shape_equal(const struct yoke_tune_shape *a, const struct yoke_tune_shape *b)
{
    return a->type == b->type && a->trans == b->trans && memcmp(a->dim, b->dim, sizeof a->dim) == 0;
}

const char *yoke_tune_trans_name(unsigned trans)
{
    static const char *const names[] = { "NN", "NT", "TN", "TT" };

    return names[trans % 4];
}
