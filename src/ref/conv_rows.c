/* conv_rows.c - sums over the filters of a convolution's groups.
 * SPDX-License-Identifier: MIT
 *
 * They are the convolution with one filter in each group, the sum of the group's own. All numbers
 * are whole, and so small that double precision holds them. */
#include <stdlib.h>

#include "base/element.h"
#include "ref/conv_task.h"
#include "ref/rows.h"

static double *as_f64(enum yoke_type type, const void *array, size_t n)
{
    double *copy = malloc((n + 1) * sizeof *copy);

    for (size_t i = 0; copy && i < n; i++)
        copy[i] = yoke_element_get(type, array, i);
    return copy;
}

/* A filter's taps and channels lie side by side in either layout. */
static double *sum_filters(const struct yoke_ref_rows *rows)
{
    const struct yoke_ref_conv_task *t = yoke_ref_conv_task(rows->ref);
    const size_t one = t->channels * t->conv.R * t->conv.S;
    double *sum = calloc(t->conv.groups * one + 1, sizeof *sum);

    for (size_t k = 0; sum && k < t->conv.K; k++)
        for (size_t i = 0; i < one; i++)
            sum[k / t->filters * one + i] +=
                rows->x[k % t->filters] * yoke_element_get(rows->ref->type, t->W, k * one + i);
    return sum;
}

/* Where a row begins in Y that is number i of a result with one filter in each group. */
static size_t first_at(const struct yoke_ref_conv_task *t, size_t pixels, size_t i)
{
    if (t->conv.layout == YOKE_NHWC) return i * t->filters;
    return i / pixels * pixels * t->filters + i % pixels;
}

bool yoke_ref_conv_sum(struct yoke_ref_rows *rows)
{
    const struct yoke_ref_conv_task *t = yoke_ref_conv_task(rows->ref);
    const size_t pixels = yoke_ref_conv_rows(&t->conv) * yoke_ref_conv_cols(&t->conv);
    struct yoke_conv one = t->conv;
    struct yoke_ref ref;

    double *X = as_f64(one.type, t->X, one.N * one.C * one.H * one.W);
    double *W = sum_filters(rows);
    one.type = YOKE_F64;
    one.K = one.groups;
    yoke_ref_conv(&ref, &one, YOKE_REF_WHOLE, X, W, NULL);
    for (size_t i = 0; X && W && i < rows->n; i++) {
        ref.at(&ref, i, &rows->values[i]);
        rows->values[i].at = first_at(t, pixels, i);
    }
    free(X);
    free(W);
    return X && W;
}
