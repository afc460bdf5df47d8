/* yoke/tensor.h - an array of several dimensions, wherever it lies.
 * SPDX-License-Identifier: MIT
 *
 * The functions take no memory and know no device: they are safe from any thread. */
#ifndef YOKE_TENSOR_H
#define YOKE_TENSOR_H

#include <stdbool.h>
#include <stddef.h>

#include "yoke/status.h"
#include "yoke/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Most dimensions of a tensor. */
enum { YOKE_TENSOR_RANK_MAX = 8 };

/* Element (i[0], i[1], ...) lies sum i[d] strides[d] elements after the first one. A stride of 0
 * repeats elements along its dimension. Rank 0 is a single element. Callers keep tensors by value,
 * so this struct never grows. */
struct yoke_tensor {
    enum yoke_type type;
    size_t rank;                          /* at most YOKE_TENSOR_RANK_MAX            */
    size_t dims[YOKE_TENSOR_RANK_MAX];    /* of which 0 leaves the tensor empty      */
    size_t strides[YOKE_TENSOR_RANK_MAX]; /* in elements                             */
};

/* Describe an array without gaps in row-major order, as C arrays are: the last of the rank
 * dimensions is contiguous. dims has rank numbers; NULL will do for rank 0. The strides of an empty
 * tensor are 0, and so is what lies past the rank. On failure *out is unchanged.
 *
 *   YOKE_ERR_INVALID  out is NULL, dims is NULL, type is no yoke_type, rank is larger than
 *                     YOKE_TENSOR_RANK_MAX, or the array would have more bytes than a size_t counts
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_tensor_dense(struct yoke_tensor *out, enum yoke_type type,
                                                       size_t rank, const size_t *dims);

/* How many elements the tensor has, repeated ones counted each time: the product of its dims, 1 for
 * rank 0. SIZE_MAX where a size_t does not hold the product; 0 for NULL or too large a rank. */
YOKE_API size_t yoke_tensor_elements(const struct yoke_tensor *tensor);

/* Set *elements to the length of the span from the tensor's first element to its last, both
 * included and gaps counted: what an array must have at least. 0 for an empty tensor. A span that
 * this function accepts fits a size_t in bytes, too. On failure *elements is 0.
 *
 *   YOKE_ERR_INVALID  a NULL argument, a type that is no yoke_type, a rank larger than
 *                     YOKE_TENSOR_RANK_MAX, or a span of more bytes than a size_t counts
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_tensor_extent(const struct yoke_tensor *tensor,
                                                        size_t *elements);

/* Whether the elements lie in row-major order without gaps or repetition, as yoke_tensor_dense
 * describes them. Strides of dimensions of 1 do not count, nor do any of an empty tensor. False for
 * NULL or too large a rank. */
YOKE_API bool yoke_tensor_is_dense(const struct yoke_tensor *tensor);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_TENSOR_H */
