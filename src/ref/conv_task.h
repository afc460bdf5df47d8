/* conv_task.h - a convolution with its arrays, every default filled in.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_REF_CONV_TASK_H
#define YOKE_REF_CONV_TASK_H

#include "ref/conv.h"
#include "ref/rows.h"

struct yoke_ref_conv_task {
    struct yoke_conv conv;
    const void *X, *W, *bias;
    size_t channels, filters; /* of a group */
};

static inline const struct yoke_ref_conv_task *yoke_ref_conv_task(const struct yoke_ref *ref)
{
    return (const struct yoke_ref_conv_task *)(const void *)ref->task;
}

/* Sums over the filters of a group, of whole numbers without anything added: for ref->rows. */
bool yoke_ref_conv_sum(struct yoke_ref_rows *rows);

#endif /* YOKE_REF_CONV_TASK_H */
