/* operand.h - an operand of a problem: where its elements lie.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_OPERAND_H
#define YOKE_OP_OPERAND_H

#include <stdbool.h>

#include "yoke/tensor.h"

struct yoke_operand {
    const char *name;          /* as the caller knows it, for messages                 */
    size_t number;             /* as the caller counts it: a problem may exchange them */
    struct yoke_tensor tensor; /* its elements that count, each of them in memory      */
    size_t offset;             /* of the first one in the array, in elements           */
    bool is_array;             /* it is there, and not packed                          */
    bool is_read;
};

/* Elements of the array up to the last one that counts; 0 when none does. Those of a problem are
 * checked: nothing overflows. */
size_t yoke_operand_extent(const struct yoke_operand *o);

/* Bytes of them. */
size_t yoke_operand_bytes(const struct yoke_operand *o);

/* The same elements one after another without gaps, in the order in which they lie in memory:
 * what is repeated (stride 0) stays so. */
struct yoke_tensor yoke_operand_dense(const struct yoke_tensor *t);

/* Whether nothing but elements of `part` lies between its first and its last one, as far as the
 * whole goes, from which it was cut along one dimension. */
bool yoke_operand_is_alone(const struct yoke_tensor *part, const struct yoke_tensor *whole);

#endif /* YOKE_OP_OPERAND_H */
