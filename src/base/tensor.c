/* tensor.c - arrays of several dimensions: how many elements, and over what span.
 * SPDX-License-Identifier: MIT */
#include "yoke/tensor.h"

#include <stdint.h>

#include "base/error.h"
#include "base/size.h"

static bool has_rank(const struct yoke_tensor *t)
{
    return t && t->rank <= YOKE_TENSOR_RANK_MAX;
}

static bool is_empty(const struct yoke_tensor *t)
{
    for (size_t d = 0; d < t->rank; d++)
        if (t->dims[d] == 0) return true;
    return false;
}

/* The last stride is 1, each other one the product of the dims behind it; *n is that of all dims,
 * and as many elements of the type have no more bytes than a size_t counts. */
static bool set_strides(struct yoke_tensor *t, size_t *n)
{
    size_t bytes;

    *n = 1;
    for (size_t d = t->rank; d-- > 0;) {
        t->strides[d] = *n;
        if (!yoke_size_mul(*n, t->dims[d], n)) return false;
    }
    return yoke_size_mul(*n, yoke_type_size(t->type), &bytes);
}

yoke_status yoke_tensor_dense(struct yoke_tensor *out, enum yoke_type type, size_t rank,
                              const size_t *dims)
{
    struct yoke_tensor t = { .type = type, .rank = rank };
    size_t n;

    if (!out || (!dims && rank > 0))
        return yoke_fail(YOKE_ERR_INVALID, "yoke_tensor_dense: a NULL argument");
    if (yoke_type_size(type) == 0)
        return yoke_fail(YOKE_ERR_INVALID, "a tensor of type %d, which is none", (int)type);
    if (rank > YOKE_TENSOR_RANK_MAX)
        return yoke_fail(YOKE_ERR_INVALID, "a tensor of rank %zu; the maximum is %d", rank,
                         YOKE_TENSOR_RANK_MAX);
    for (size_t d = 0; d < rank; d++)
        t.dims[d] = dims[d];
    if (!is_empty(&t) && !set_strides(&t, &n))
        return yoke_fail(YOKE_ERR_INVALID, "a tensor of more than %zu bytes", SIZE_MAX);
    *out = t;
    return YOKE_OK;
}

size_t yoke_tensor_elements(const struct yoke_tensor *tensor)
{
    size_t n = 1;

    if (!has_rank(tensor) || is_empty(tensor)) return 0;
    for (size_t d = 0; d < tensor->rank; d++)
        if (!yoke_size_mul(n, tensor->dims[d], &n)) return SIZE_MAX;
    return n;
}

yoke_status yoke_tensor_extent(const struct yoke_tensor *tensor, size_t *elements)
{
    size_t n = 1, step, bytes;

    if (elements) *elements = 0;
    if (!tensor || !elements)
        return yoke_fail(YOKE_ERR_INVALID, "yoke_tensor_extent: a NULL argument");
    if (yoke_type_size(tensor->type) == 0)
        return yoke_fail(YOKE_ERR_INVALID, "a tensor of type %d, which is none", (int)tensor->type);
    if (!has_rank(tensor))
        return yoke_fail(YOKE_ERR_INVALID, "a tensor of rank %zu; the maximum is %d", tensor->rank,
                         YOKE_TENSOR_RANK_MAX);
    if (is_empty(tensor)) return YOKE_OK;
    for (size_t d = 0; d < tensor->rank; d++)
        if (!yoke_size_mul(tensor->dims[d] - 1, tensor->strides[d], &step) ||
            !yoke_size_add(n, step, &n))
            goto overflow;
    if (!yoke_size_mul(n, yoke_type_size(tensor->type), &bytes)) goto overflow;
    *elements = n;
    return YOKE_OK;
overflow:
    return yoke_fail(YOKE_ERR_INVALID, "a tensor that spans more than %zu bytes", SIZE_MAX);
}

bool yoke_tensor_is_dense(const struct yoke_tensor *tensor)
{
    size_t n = 1;

    if (!has_rank(tensor)) return false;
    if (is_empty(tensor)) return true;
    for (size_t d = tensor->rank; d-- > 0;) {
        if (tensor->dims[d] > 1 && tensor->strides[d] != n) return false;
        if (!yoke_size_mul(n, tensor->dims[d], &n)) return false;
    }
    return true;
}
