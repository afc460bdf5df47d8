/* ops.h - the reference of any operator, by its name.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_REF_OPS_H
#define YOKE_REF_OPS_H

#include "ref/ref.h"

/* Of the operator of that name ("gemm", "conv"), on a descriptor that the library takes (struct
 * yoke_gemm and its like) and the arrays of its operands, counted as in yoke/op.h: those that the
 * descriptor does not have are NULL. False where there is no such operator. */
bool yoke_ref_of(const char *op, struct yoke_ref *ref, const void *descriptor,
                 enum yoke_ref_data data, const void *const arrays[]);

#endif /* YOKE_REF_OPS_H */
