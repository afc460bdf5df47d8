/* plan.h - how one operation runs on one device: made once, queued many times.
 * SPDX-License-Identifier: MIT
 *
 * A plan is a list of steps, each a launch of a compiled kernel, in order. It knows operands by
 * their numbers; where they lie, the bindings say. Making one searches and may compile; queueing
 * one does neither. */
#ifndef YOKE_OP_PLAN_H
#define YOKE_OP_PLAN_H

#include <stdatomic.h>

#include "op/variant.h"
#include "yoke/kernel.h"
#include "yoke/queue.h"

enum { YOKE_STEP_ARGS = 12, YOKE_STEP_BLOCK_BYTES = 512, YOKE_PLAN_OPERANDS = 8 };

/* Where the operands lie, by their numbers, the result first; NULL for those that are not there. */
struct yoke_bindings {
    const yoke_buffer *operand[YOKE_PLAN_OPERANDS];
};

/* What a kernel gets for an argument. */
enum yoke_step_source {
    YOKE_FROM_OPERAND,
    YOKE_FROM_WORKSPACE, /* scratch, undefined before the step and after it       */
    YOKE_FROM_PARTIALS,  /* results that steps leave to later ones                */
    YOKE_FROM_COUNTER,   /* the work counter                                      */
    YOKE_FROM_BLOCK,     /* bytes of the step's block: a struct or a number       */
};

struct yoke_step_arg {
    enum yoke_step_source from;
    size_t operand;        /* its number */
    size_t at, size_bytes; /* in the block */
};

struct yoke_step {
    yoke_kernel *kernel; /* the device's */
    struct yoke_launch launch;
    struct yoke_step_arg args[YOKE_STEP_ARGS];
    size_t n_args;

    /* Chunks that work-groups of one work-item draw from the counter; 0: it draws none. Where in
     * the block the first member of struct yoke_work lies. */
    size_t n_chunks, work_at;

    /* Another library's launch, in place of the kernel; it gets the block. */
    yoke_status (*run)(yoke_queue *q, const void *block, const struct yoke_bindings *bindings,
                       yoke_event **event);

    size_t block_bytes;
    _Alignas(16) unsigned char block[YOKE_STEP_BLOCK_BYTES];
};

/* From any thread, once it is made. */
struct yoke_plan {
    atomic_uint users;
    yoke_device *dev;
    const struct yoke_variant *variant;
    struct yoke_step *steps;
    size_t n_steps;
    size_t workspace_bytes, partials_bytes;
};

/* Plan a problem by that variant, which must support it. On success the caller owns *out
 * (yoke_plan_release). Statuses are those of compiling, and YOKE_ERR_LIMIT where the workspace that
 * is allowed is too small. */
yoke_status yoke_plan_make(yoke_device *dev, const struct yoke_variant *variant,
                           const void *problem, struct yoke_plan **out);

struct yoke_plan *yoke_plan_share(struct yoke_plan *plan);

/* NULL is left alone. */
void yoke_plan_release(struct yoke_plan *plan);

/* For one that lies on the stack, { .dev = dev }: free its steps. */
void yoke_plan_clear(struct yoke_plan *plan);

/* Queue it, with scratch of the queue's. event may be NULL. */
yoke_status yoke_plan_enqueue(yoke_queue *q, const struct yoke_plan *plan,
                              const struct yoke_bindings *bindings, yoke_event **event);

/* For those who make plans: append a step, empty but for the kernel. It lies where it is until the
 * next one is appended.
 *
 *   YOKE_ERR_NO_MEMORY  the host is out of memory
 */
yoke_status yoke_plan_append(struct yoke_plan *plan, yoke_kernel *kernel, struct yoke_step **out);

/* The plan needs at least so much. */
void yoke_plan_need(struct yoke_plan *plan, size_t workspace_bytes, size_t partials_bytes);

/* The next argument. */
void yoke_step_operand(struct yoke_step *step, size_t operand);
void yoke_step_from(struct yoke_step *step, enum yoke_step_source from);

/* A copy of that many bytes; returns where in the block they lie. */
size_t yoke_step_value(struct yoke_step *step, const void *value, size_t size_bytes);

/* Launch size[0] * size[1] * size[2] work-items of a kernel that knows its place by global ids,
 * with a work-group size that it allows. */
void yoke_step_grid(struct yoke_step *step, const size_t size[3]);

/* Launch so many work-groups of one work-item, which draw n_chunks chunks; the number of the first
 * goes to work_at in the block. */
void yoke_step_chunks(struct yoke_step *step, size_t groups, size_t n_chunks, size_t work_at);

#endif /* YOKE_OP_PLAN_H */
