/* yoke/op.h - what all operators have in common.
 * SPDX-License-Identifier: MIT
 *
 * A descriptor (struct yoke_gemm, struct yoke_conv) says what is computed. The functions here take
 * any of them, with a tag that tells which:
 *
 *   const struct yoke_op op = { .kind = YOKE_OP_GEMM, .gemm = &gemm };
 *
 * Operands are counted as the kernels of an operator take them, the result first: C, A, B, bias,
 * residual of a GEMM; Y, X, W, bias, residual of a convolution. */
#ifndef YOKE_OP_H
#define YOKE_OP_H

#include <stddef.h>

#include "yoke/conv.h"
#include "yoke/gemm.h"
#include "yoke/queue.h"
#include "yoke/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The operators. */
enum yoke_op_kind {
    YOKE_OP_GEMM = 1, /* yoke/gemm.h */
    YOKE_OP_CONV,     /* yoke/conv.h */
};

/* A descriptor of one of them. */
struct yoke_op {
    enum yoke_op_kind kind;
    union {
        const void *descriptor;
        const struct yoke_gemm *gemm;
        const struct yoke_conv *conv;
    };
};

/* Most operands of an operator. */
enum { YOKE_OP_OPERANDS_MAX = 8 };

/* Where an operand lies. */
struct yoke_binding {
    const yoke_buffer *buffer; /* NULL: it is not there, or packed */
    size_t offset;             /* of its first element in the buffer, in elements, on top of what
                                * the descriptor says of it */
};

/* Where all of them lie. All-zero is a valid default but for the operands that the descriptor
 * needs. */
struct yoke_bindings {
    struct yoke_binding operand[YOKE_OP_OPERANDS_MAX];
    const yoke_buffer *workspace; /* optional: scratch that the operation may overwrite, of at least
                                   * yoke_op_workspace bytes; NULL: the queue's own */
};

#ifdef __cplusplus
}
#endif
#endif /* YOKE_OP_H */
