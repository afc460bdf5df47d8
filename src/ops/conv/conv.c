/* conv.c - the convolution of one device.
 * SPDX-License-Identifier: MIT */
#include "ops/conv/conv.h"

#include "base/error.h"
#include "device/drivers.h"
#include "op/options.h"
#include "op/plan_cache.h"

static yoke_status check_device(const yoke_device *dev, const struct yoke_conv_problem *p)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    yoke_status st = YOKE_OK;

    TRY(yoke_drivers_check());
    if (p->type == YOKE_F64 && !info->fp64)
        return yoke_fail(YOKE_ERR_UNSUPPORTED, "%s has no fp64, which type f64 needs", info->name);
    if (p->N > 0) TRY(yoke_check_rounds(dev, (double)p->C * (double)p->R * (double)p->S));
out:
    return st;
}

yoke_status yoke_conv_choose(const yoke_device *dev, const struct yoke_conv_problem *p,
                             struct yoke_choice *out)
{
    yoke_status st = YOKE_OK;

    TRY(check_device(dev, p));
    TRY(yoke_choose(dev, &yoke_conv_class, p, out));
out:
    return st;
}

yoke_status yoke_conv_queue(yoke_queue *q, const struct yoke_conv_problem *p,
                            const struct yoke_bindings *bindings, const char **variant,
                            yoke_event **event)
{
    struct yoke_plan *plan = NULL;
    yoke_status st = YOKE_OK;

    TRY(check_device(yoke_queue_device(q), p));
    TRY(yoke_plan_get(yoke_queue_device(q), &yoke_conv_class, p, &plan));
    if (variant) *variant = plan->variant->name;
    TRY(yoke_plan_enqueue(q, plan, bindings, event));
out:
    yoke_plan_release(plan);
    return st;
}

static yoke_status check_buffers(const struct yoke_conv_problem *p, const struct yoke_bindings *b)
{
    static const char *const names[] = { "Y", "X", "W", "the bias", "the residual" };
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < YOKE_CONV_OPERANDS; i++) {
        if (!yoke_conv_has(p, i)) continue;
        if (!b->operand[i])
            return yoke_fail(YOKE_ERR_INVALID, "yoke_conv_enqueue: %s is NULL", names[i]);
        if (i != YOKE_CONV_Y && b->operand[i] == b->operand[YOKE_CONV_Y])
            return yoke_fail(YOKE_ERR_INVALID, "Y is the same buffer as %s", names[i]);
        TRY(yoke_check_buffer(b->operand[i], names[i], yoke_conv_elements(p, i), p->type));
    }
out:
    return st;
}

yoke_status yoke_conv_enqueue(yoke_queue *q, const struct yoke_conv *conv, yoke_buffer *Y,
                              const yoke_buffer *X, const yoke_buffer *W, yoke_event **event)
{
    yoke_status st = YOKE_OK;
    struct yoke_conv_problem p;

    if (event) *event = NULL;
    if (!q || !conv) return yoke_fail(YOKE_ERR_INVALID, "yoke_conv_enqueue: a NULL argument");
    TRY(yoke_drivers_check());
    TRY(yoke_conv_prepare(conv, &p));
    const struct yoke_epilogue *e = conv->epilogue;
    const struct yoke_bindings bindings = {
        { Y, X, W, p.has_bias ? e->bias_buffer : NULL, p.has_residual ? e->residual_buffer : NULL },
    };
    if (p.N == 0) return event ? yoke_event_mark(q, event) : YOKE_OK;
    TRY(check_buffers(&p, &bindings));
    TRY(yoke_conv_queue(q, &p, &bindings, NULL, event));
out:
    return st;
}

yoke_status yoke_conv_workspace(yoke_device *dev, const struct yoke_conv *conv, size_t *size_bytes)
{
    yoke_status st = YOKE_OK;
    struct yoke_conv_problem p;
    struct yoke_choice choice;

    if (!size_bytes) return yoke_fail(YOKE_ERR_INVALID, "yoke_conv_workspace: a NULL argument");
    *size_bytes = 0;
    if (!dev || !conv) return yoke_fail(YOKE_ERR_INVALID, "yoke_conv_workspace: a NULL argument");
    TRY(yoke_conv_prepare(conv, &p));
    if (p.N == 0) return YOKE_OK;
    TRY(yoke_conv_choose(dev, &p, &choice));
    if (choice.variant->workspace) *size_bytes = choice.variant->workspace(dev, choice.variant, &p);
out:
    return st;
}

const char *yoke_conv_variant(yoke_device *dev, const struct yoke_conv *conv)
{
    struct yoke_conv_problem p;
    struct yoke_choice choice;

    if (!dev || !conv) {
        yoke_fail(YOKE_ERR_INVALID, "yoke_conv_variant: a NULL argument");
        return "";
    }
    if (yoke_conv_prepare(conv, &p) != YOKE_OK || yoke_conv_choose(dev, &p, &choice) != YOKE_OK)
        return "";
    return choice.variant->name;
}

const char *yoke_conv_variant_name(size_t i)
{
    return i < yoke_conv_class.n_variants ? yoke_conv_class.variants[i].name : NULL;
}
