/* yoke/op.h - what all operators have in common.
 * SPDX-License-Identifier: MIT
 *
 * A descriptor (struct yoke_gemm, struct yoke_conv) says what is computed. The functions here take
 * any of them, with a tag that tells which:
 *
 *   const struct yoke_op op = { .kind = YOKE_OP_GEMM, .gemm = &gemm };
 *
 * Operands are counted with the result first: C, A, B, bias, residual of a GEMM, whatever its order;
 * Y, X, W of a convolution, whose bias yoke_conv_run and yoke_conv_enqueue alone take. */
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

/* "gemm", "conv"; NULL for a value that is not a yoke_op_kind. */
YOKE_API const char *yoke_op_name(enum yoke_op_kind kind);

/* Host arrays in, host arrays out, counted as operands are; NULL for those that the descriptor does
 * not have, or that are packed: split over the team, returns when the result is complete. The
 * descriptor's own arrays, such as an epilogue's, do not count here: they only tell that the
 * operand is there. report may be NULL. Statuses as of the operator's own function, yoke_gemm_run
 * or yoke_conv_run; YOKE_ERR_INVALID also for an array that the descriptor does not ask for. */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_op_run(yoke_team *team, const struct yoke_op *op,
                                                 void *const arrays[YOKE_OP_OPERANDS_MAX],
                                                 struct yoke_report *report);

/* The same on device buffers of q's device; returns when the work is queued. event may be NULL;
 * otherwise the caller owns *event on success, and on failure it is NULL. A workspace must be the
 * operation's alone until it has ended. Statuses as of the operator's own function:
 * yoke_gemm_enqueue, yoke_conv_enqueue; YOKE_ERR_INVALID also for a workspace that is too small, and
 * for a buffer that the descriptor does not ask for. */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_op_enqueue(yoke_queue *q, const struct yoke_op *op,
                                                     const struct yoke_bindings *bindings,
                                                     yoke_event **event);

/* The scratch that an operation takes on dev, in bytes: of the bindings' workspace, or else
 * borrowed from its queue. A queue keeps it for the next command; the largest so far is what it
 * holds. Where bindings' offsets leave operands aligned to less than 128 bytes another variant may
 * run, which takes another size: yoke_op_enqueue tells.
 *
 *   YOKE_ERR_INVALID, YOKE_ERR_LIMIT, YOKE_ERR_UNSUPPORTED, YOKE_ERR_NO_MEMORY
 *                         as of yoke_op_run
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_op_workspace(yoke_device *dev, const struct yoke_op *op,
                                                       size_t *size_bytes);

/* The variant that yoke_op_enqueue would run on dev, a constant string such as "gemm_tile"; "" when
 * there is none (see yoke_last_error). */
YOKE_API const char *yoke_op_variant(yoke_device *dev, const struct yoke_op *op);

/* The name of an operator's i-th variant, best first; NULL when there are not that many. The last
 * one takes anything. */
YOKE_API const char *yoke_op_variant_name(enum yoke_op_kind kind, size_t i);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_OP_H */
