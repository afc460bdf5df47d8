/* task.h - a problem with its arrays in host memory, and parts of it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_TASK_H
#define YOKE_SCHED_TASK_H

#include "op/class.h"

struct yoke_task {
    const struct yoke_op_class *op;
    struct yoke_problem p;
    char *host[YOKE_OP_OPERANDS_MAX]; /* by operand; NULL: not there, or packed. Only that of the
                                       * result is written */
};

/* With a copy of the problem of its operator. */
void yoke_task_init(struct yoke_task *task, const void *problem);

struct yoke_operand yoke_task_operand(const struct yoke_task *task, size_t i);

/* The part of n from `first` on along a cut (op/class.h), each of its arrays beginning with its
 * first element. */
void yoke_task_part(const struct yoke_task *all, size_t cut, size_t first, size_t n,
                    struct yoke_task *part);

/* The same task with all arrays dense, as they are on a device that has no host memory. */
void yoke_task_dense(const struct yoke_task *task, struct yoke_task *dense);

/* Bytes of an array, one element at least: an empty one needs a buffer, too. */
size_t yoke_task_bytes(const struct yoke_task *task, size_t i);

/* Bytes that go to a device that has no host memory and come back from it. */
double yoke_task_traffic(const struct yoke_task *task);

#endif /* YOKE_SCHED_TASK_H */
