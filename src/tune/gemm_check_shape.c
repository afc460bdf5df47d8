/* gemm_check_shape.c - the shape on which rows are checked before they are timed.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdbool.h>

#include "tune/gemm_check.h"

static const double most_macs = 1.5e8, most_elements = 0x1p22;

static double macs(const struct yoke_tune_shape *s)
{
    return (double)s->dim[0] * (double)s->dim[1] * (double)s->dim[2] * (double)s->dim[3];
}

static bool is_large(const struct yoke_tune_shape *s)
{
    const double M = (double)s->dim[0], N = (double)s->dim[1], K = (double)s->dim[2];

    return macs(s) > most_macs ||
           fmax(M * K, fmax(K * N, M * N)) * (double)s->dim[3] > most_elements;
}

struct yoke_tune_shape yoke_gemm_check_shape(const struct yoke_tune_shape *shape)
{
    struct yoke_tune_shape s = *shape;

    while (is_large(&s)) {
        size_t i = 3; /* the batch first: its matrices are alike */
        for (size_t k = 0; k < 3 && s.dim[3] <= 4; k++)
            if (i == 3 || s.dim[k] > s.dim[i]) i = k;
        const size_t half = s.dim[i] / 2, rest = i < 3 ? s.dim[i] % 128 : 0;
        s.dim[i] = half >= 256 ? half - half % 128 + rest : half;
    }
    return s;
}
