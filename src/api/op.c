/* op.c - the public functions that all operators share. SPDX-License-Identifier: MIT */
#include "api/op.h"

#include "base/error.h"
#include "device/drivers.h"
#include "op/choice.h"
#include "ops/ops.h"
#include "sched/job.h"

yoke_status yoke_op_prepare(const struct yoke_op *op, const char *what,
                            const struct yoke_op_class **class, struct yoke_problem *p)
{
    yoke_status st = YOKE_OK;

    TRY(yoke_drivers_check());
    TRY(yoke_op_class_of(op, what, class));
    TRY((*class)->prepare(op->descriptor, p->bytes));
out:
    return st;
}

/* An array or a buffer for an operand that is not there would count for nothing in silence. */
static yoke_status refuse(const char *what, const struct yoke_operand *o)
{
    return yoke_fail(YOKE_ERR_INVALID, "%s: %s is given; the descriptor has none, or a packed one",
                     what, o->name);
}

yoke_status yoke_op_run(yoke_team *team, const struct yoke_op *op,
                        void *const arrays[YOKE_OP_OPERANDS_MAX], struct yoke_report *report)
{
    struct yoke_job job = { .task = { .op = NULL } };
    yoke_status st = YOKE_OK;

    if (!team || !arrays) return yoke_fail(YOKE_ERR_INVALID, "yoke_op_run: a NULL argument");
    TRY(yoke_op_prepare(op, "yoke_op_run", &job.task.op, &job.task.p));
    for (size_t i = 0; i < job.task.op->n_operands; i++) {
        const struct yoke_operand o = yoke_task_operand(&job.task, i);
        if (!o.is_array && arrays[o.number]) return refuse("yoke_op_run", &o);
        job.task.host[i] = arrays[o.number];
    }
    TRY(yoke_job_start(team, &job, "yoke_op_run", report));
out:
    return st;
}

yoke_status yoke_op_enqueue(yoke_queue *q, const struct yoke_op *op,
                            const struct yoke_bindings *bindings, yoke_event **event)
{
    const struct yoke_op_class *class;
    struct yoke_bindings own;
    struct yoke_problem p;
    yoke_status st = YOKE_OK;

    if (event) *event = NULL;
    if (!q || !bindings) return yoke_fail(YOKE_ERR_INVALID, "yoke_op_enqueue: a NULL argument");
    TRY(yoke_op_prepare(op, "yoke_op_enqueue", &class, &p));
    own = *bindings;
    for (size_t i = 0; i < class->n_operands; i++) {
        struct yoke_operand o;
        class->operand(p.bytes, i, &o);
        if (!o.is_array && bindings->operand[o.number].buffer) return refuse("yoke_op_enqueue", &o);
        own.operand[i] = bindings->operand[o.number];
    }
    TRY(yoke_op_start(q, class, p.bytes, &own, "yoke_op_enqueue", event));
out:
    return st;
}

yoke_status yoke_op_workspace(yoke_device *dev, const struct yoke_op *op, size_t *size_bytes)
{
    const struct yoke_op_class *class;
    struct yoke_choice choice;
    struct yoke_problem p;
    yoke_status st = YOKE_OK;

    if (!size_bytes) return yoke_fail(YOKE_ERR_INVALID, "yoke_op_workspace: a NULL argument");
    *size_bytes = 0;
    if (!dev) return yoke_fail(YOKE_ERR_INVALID, "yoke_op_workspace: a NULL argument");
    TRY(yoke_op_prepare(op, "yoke_op_workspace", &class, &p));
    if (yoke_op_is_nothing(class, p.bytes)) return YOKE_OK;
    TRY(yoke_op_choose(dev, class, p.bytes, &choice));
    if (choice.variant->workspace)
        *size_bytes = choice.variant->workspace(dev, choice.variant, p.bytes);
out:
    return st;
}

const char *yoke_op_variant(yoke_device *dev, const struct yoke_op *op)
{
    const struct yoke_op_class *class;
    struct yoke_choice choice;
    struct yoke_problem p;

    if (!dev) {
        yoke_fail(YOKE_ERR_INVALID, "yoke_op_variant: a NULL argument");
        return "";
    }
    if (yoke_op_prepare(op, "yoke_op_variant", &class, &p) != YOKE_OK ||
        yoke_op_choose(dev, class, p.bytes, &choice) != YOKE_OK)
        return "";
    return choice.variant->name;
}

const char *yoke_op_name(enum yoke_op_kind kind)
{
    const struct yoke_op_class *class = kind > 0 ? yoke_op_class_at((size_t)kind - 1) : NULL;

    return class ? class->name : NULL;
}

const char *yoke_op_variant_name(enum yoke_op_kind kind, size_t i)
{
    const struct yoke_op_class *class = kind > 0 ? yoke_op_class_at((size_t)kind - 1) : NULL;

    return class && i < class->n_variants ? class->variants[i].name : NULL;
}
