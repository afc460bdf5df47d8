/* task.c - a problem with its arrays in host memory, and parts of it.
 * SPDX-License-Identifier: MIT */
#include "sched/task.h"

#include <string.h>

#include "base/size.h"

void yoke_task_init(struct yoke_task *task, const void *problem)
{
    memcpy(task->p.bytes, problem, task->op->problem_bytes);
}

struct yoke_operand yoke_task_operand(const struct yoke_task *task, size_t i)
{
    struct yoke_operand o;

    task->op->operand(task->p.bytes, i, &o);
    return o;
}

static void copy(const struct yoke_task *from, struct yoke_task *to)
{
    to->op = from->op;
    memcpy(to->p.bytes, from->p.bytes, from->op->problem_bytes);
    memcpy(to->host, from->host, sizeof to->host);
}

void yoke_task_part(const struct yoke_task *all, size_t cut, size_t first, size_t n,
                    struct yoke_task *part)
{
    const struct yoke_op_class *op = all->op;

    copy(all, part);
    op->part(part->p.bytes, cut, first, n);
    for (size_t i = 0; i < op->n_operands; i++) {
        const struct yoke_operand o = yoke_task_operand(part, i);
        if (!o.is_array || !part->host[i]) continue;
        part->host[i] += o.offset * yoke_type_size(o.tensor.type);
        op->place(part->p.bytes, i, &o.tensor, 0);
    }
}

void yoke_task_dense(const struct yoke_task *task, struct yoke_task *dense)
{
    copy(task, dense);
    for (size_t i = 0; i < task->op->n_operands; i++) {
        const struct yoke_operand o = yoke_task_operand(task, i);
        const struct yoke_tensor t = yoke_operand_dense(&o.tensor);
        if (o.is_array) task->op->place(dense->p.bytes, i, &t, 0);
    }
}

size_t yoke_task_bytes(const struct yoke_task *task, size_t i)
{
    const struct yoke_operand o = yoke_task_operand(task, i);

    return yoke_size_max(yoke_operand_extent(&o), 1) * yoke_type_size(o.tensor.type);
}

/* Without what strides of 0 repeat. */
static double elements_of(const struct yoke_tensor *t)
{
    double n = 1;

    for (size_t d = 0; d < t->rank; d++)
        if (t->strides[d] > 0 || t->dims[d] == 0) n *= (double)t->dims[d];
    return n;
}

double yoke_task_traffic(const struct yoke_task *task)
{
    double bytes = 0;

    for (size_t i = 0; i < task->op->n_operands; i++) {
        const struct yoke_operand o = yoke_task_operand(task, i);
        if (!o.is_array) continue;
        bytes +=
            elements_of(&o.tensor) * (double)yoke_type_size(o.tensor.type) * ((i == 0) + o.is_read);
    }
    return bytes;
}
