/* class.c - an operator as the rooms that name none see it.
 * SPDX-License-Identifier: MIT */
#include "op/class.h"

#include <string.h>

#include "base/error.h"
#include "base/size.h"
#include "device/drivers.h"
#include "op/choice.h"
#include "op/plan_cache.h"

const char *yoke_op_own_name(const struct yoke_op_class *op, const char *name)
{
    const struct yoke_variant *v =
        name ? yoke_variant_find(op->variants, op->n_variants, name) : NULL;

    return v ? v->name : name;
}

yoke_status yoke_op_choose(const yoke_device *dev, const struct yoke_op_class *op, void *problem,
                           struct yoke_choice *out)
{
    yoke_status st = YOKE_OK;

    TRY(yoke_drivers_check());
    TRY(op->resolve(dev, problem, NULL));
    TRY((op->choose ? op->choose : yoke_choose)(dev, op, problem, out));
out:
    return st;
}

yoke_status yoke_op_queue(yoke_queue *q, const struct yoke_op_class *op, const void *problem,
                          const struct yoke_bindings *given, const char **variant,
                          yoke_event **event)
{
    struct yoke_bindings bindings = *given;
    struct yoke_plan *plan = NULL;
    struct yoke_problem p;
    yoke_status st = YOKE_OK;

    memcpy(p.bytes, problem, op->problem_bytes);
    TRY(yoke_drivers_check());
    TRY(op->resolve(yoke_queue_device(q), p.bytes, &bindings));
    TRY(yoke_plan_get(yoke_queue_device(q), op, p.bytes, &plan));
    if (variant) *variant = plan->variant->name;
    TRY(yoke_plan_enqueue(q, plan, &bindings, event));
out:
    yoke_plan_release(plan);
    return st;
}

/* Whether the buffer has room for it, from its offset on. */
static yoke_status check_size(const struct yoke_operand *o, const struct yoke_binding *b)
{
    const size_t room = yoke_buffer_size_bytes(b->buffer) / yoke_type_size(o->tensor.type);
    const size_t extent = yoke_operand_extent(o);

    if (extent <= room && b->offset <= room - extent) return YOKE_OK;
    return yoke_fail(YOKE_ERR_INVALID, "buffer of %s has %zu bytes; the array needs %zu%s", o->name,
                     yoke_buffer_size_bytes(b->buffer), extent * yoke_type_size(o->tensor.type),
                     b->offset ? " from its offset on" : "");
}

yoke_status yoke_op_check(const struct yoke_op_class *op, const void *problem,
                          const struct yoke_bindings *bindings, const char *what)
{
    struct yoke_operand result, o;
    yoke_status st = YOKE_OK;

    op->operand(problem, 0, &result);
    for (size_t i = 0; i < op->n_operands; i++) {
        const struct yoke_binding *b = &bindings->operand[i];
        op->operand(problem, i, &o);
        if (!o.is_array || (!b->buffer && yoke_operand_extent(&o) == 0)) continue;
        if (!b->buffer) return yoke_fail(YOKE_ERR_INVALID, "%s: %s is NULL", what, o.name);
        if (i > 0 && b->buffer == bindings->operand[0].buffer)
            return yoke_fail(YOKE_ERR_INVALID, "%s is the same buffer as %s", result.name, o.name);
        TRY(check_size(&o, b));
    }
out:
    return st;
}

bool yoke_op_is_nothing(const struct yoke_op_class *op, const void *problem)
{
    return (op->is_nothing ? op->is_nothing : op->is_empty)(problem);
}

yoke_status yoke_op_start(yoke_queue *q, const struct yoke_op_class *op, const void *problem,
                          const struct yoke_bindings *bindings, const char *what,
                          yoke_event **event)
{
    yoke_status st = YOKE_OK;

    if (yoke_op_is_nothing(op, problem)) return event ? yoke_event_mark(q, event) : YOKE_OK;
    TRY(yoke_op_check(op, problem, bindings, what));
    TRY(yoke_op_queue(q, op, problem, bindings, NULL, event));
out:
    return st;
}
