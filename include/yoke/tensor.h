/* yoke/tensor.h - an array of several dimensions, wherever it lies.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TENSOR_H
#define YOKE_TENSOR_H

#include <stddef.h>

#include "yoke/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Most dimensions of a tensor. */
enum { YOKE_TENSOR_RANK_MAX = 8 };

/* Element (i[0], i[1], ...) lies sum i[d] strides[d] elements after the first one. A stride of 0
 * repeats elements along its dimension. Rank 0 is a single element. */
struct yoke_tensor {
    enum yoke_type type;
    size_t rank;                          /* at most YOKE_TENSOR_RANK_MAX            */
    size_t dims[YOKE_TENSOR_RANK_MAX];    /* of which 0 leaves the tensor empty      */
    size_t strides[YOKE_TENSOR_RANK_MAX]; /* in elements                             */
};

#ifdef __cplusplus
}
#endif
#endif /* YOKE_TENSOR_H */
