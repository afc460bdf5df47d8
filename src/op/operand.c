/* operand.c - an operand of a problem: where its elements lie.
 * SPDX-License-Identifier: MIT */
#include "op/operand.h"

size_t yoke_operand_extent(const struct yoke_operand *o)
{
    size_t last = o->offset;

    for (size_t d = 0; d < o->tensor.rank; d++) {
        if (o->tensor.dims[d] == 0) return 0;
        last += (o->tensor.dims[d] - 1) * o->tensor.strides[d];
    }
    return last + 1;
}

size_t yoke_operand_bytes(const struct yoke_operand *o)
{
    return yoke_operand_extent(o) * yoke_type_size(o->tensor.type);
}

/* The dimension with the smallest stride among those that are left; RANK_MAX where none is. */
static size_t innermost(const struct yoke_tensor *t, const bool done[YOKE_TENSOR_RANK_MAX])
{
    size_t found = YOKE_TENSOR_RANK_MAX;

    for (size_t d = t->rank; d-- > 0;)
        if (!done[d] && t->strides[d] > 0 &&
            (found == YOKE_TENSOR_RANK_MAX || t->strides[d] < t->strides[found]))
            found = d;
    return found;
}

struct yoke_tensor yoke_operand_dense(const struct yoke_tensor *t)
{
    bool done[YOKE_TENSOR_RANK_MAX] = { false };
    struct yoke_tensor dense = *t;
    size_t stride = 1;

    for (size_t d; (d = innermost(t, done)) < YOKE_TENSOR_RANK_MAX; done[d] = true) {
        dense.strides[d] = stride;
        stride *= t->dims[d];
    }
    return dense;
}

bool yoke_operand_is_alone(const struct yoke_tensor *part, const struct yoke_tensor *whole)
{
    for (size_t cut = 0; cut < part->rank; cut++) {
        if (part->dims[cut] == whole->dims[cut]) continue;
        for (size_t d = 0; d < part->rank; d++)
            if (d != cut && part->dims[d] > 1 && part->strides[d] > part->strides[cut])
                return false;
    }
    return true;
}
