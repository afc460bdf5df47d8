/* gemm.c - the matrix product of one device.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm/gemm.h"

#include "base/element.h"
#include "base/error.h"
#include "device/drivers.h"
#include "op/options.h"
#include "op/plan_cache.h"
#include "ops/gemm/packed.h"

yoke_status yoke_gemm_check_type(const yoke_device *dev, enum yoke_type type)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);

    if (!yoke_type_is_double(type) || info->fp64) return YOKE_OK;
    return yoke_fail(YOKE_ERR_UNSUPPORTED, "%s has no fp64, which type %s needs", info->name,
                     yoke_type_name(type));
}

/* Whether dev can do it at all; what is packed for it is put in. */
static yoke_status resolve(const yoke_device *dev, struct yoke_gemm_problem *p,
                           struct yoke_bindings *bindings)
{
    yoke_status st = YOKE_OK;

    TRY(yoke_drivers_check());
    TRY(yoke_gemm_check_type(dev, p->type));
    if (p->M == 0 || p->N == 0) return YOKE_OK;
    TRY(yoke_check_rounds(dev, (double)p->K));
    TRY(yoke_gemm_packed_resolve(dev, p, bindings));
out:
    return st;
}

yoke_status yoke_gemm_choose(const yoke_device *dev, struct yoke_gemm_problem *p,
                             struct yoke_choice *out)
{
    yoke_status st = YOKE_OK;

    TRY(resolve(dev, p, NULL));
    TRY(yoke_gemm_class.choose(dev, &yoke_gemm_class, p, out));
out:
    return st;
}

yoke_status yoke_gemm_queue(yoke_queue *q, const struct yoke_gemm_problem *problem,
                            const struct yoke_bindings *given, const char **variant,
                            yoke_event **event)
{
    struct yoke_gemm_problem p = *problem;
    struct yoke_bindings bindings = *given;
    struct yoke_plan *plan = NULL;
    yoke_status st = YOKE_OK;

    TRY(resolve(yoke_queue_device(q), &p, &bindings));
    TRY(yoke_plan_get(yoke_queue_device(q), &yoke_gemm_class, &p, &plan));
    if (variant) *variant = plan->variant->name;
    TRY(yoke_plan_enqueue(q, plan, &bindings, event));
out:
    yoke_plan_release(plan);
    return st;
}

static yoke_status check_buffers(const struct yoke_gemm_problem *p, const struct yoke_bindings *b)
{
    static const char *const names[] = { "C", "A", "B", "the bias", "the residual" };
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++) {
        const size_t caller = !p->swapped || i == YOKE_GEMM_C || i > YOKE_GEMM_B ? i : 3 - i;
        if (!yoke_gemm_is_array(p, i) || (!b->operand[i] && p->at[i].extent == 0)) continue;
        if (!b->operand[i])
            return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_enqueue: %s is NULL", names[caller]);
        if (i != YOKE_GEMM_C && b->operand[i] == b->operand[YOKE_GEMM_C])
            return yoke_fail(YOKE_ERR_INVALID, "C is the same buffer as %s", names[caller]);
        TRY(yoke_check_buffer(b->operand[i], names[caller], p->at[i].extent, yoke_gemm_type(p, i)));
    }
out:
    return st;
}

yoke_status yoke_gemm_enqueue(yoke_queue *q, const struct yoke_gemm *gemm, yoke_buffer *C,
                              const yoke_buffer *A, const yoke_buffer *B, yoke_event **event)
{
    yoke_status st = YOKE_OK;
    struct yoke_gemm_problem p;

    if (event) *event = NULL;
    if (!q || !gemm) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_enqueue: a NULL argument");
    TRY(yoke_drivers_check());
    TRY(yoke_gemm_prepare(gemm, &p));
    const struct yoke_epilogue *e = gemm->epilogue;
    const struct yoke_bindings bindings = {
        { C, p.swapped ? B : A, p.swapped ? A : B, p.has_bias ? e->bias_buffer : NULL,
          p.has_residual ? e->residual_buffer : NULL },
    };
    if (yoke_gemm_is_nothing(&p)) return event ? yoke_event_mark(q, event) : YOKE_OK;
    TRY(check_buffers(&p, &bindings));
    TRY(yoke_gemm_queue(q, &p, &bindings, NULL, event));
out:
    return st;
}

yoke_status yoke_gemm_workspace(yoke_device *dev, const struct yoke_gemm *gemm, size_t *size_bytes)
{
    yoke_status st = YOKE_OK;
    struct yoke_gemm_problem p;
    struct yoke_choice choice;

    if (!size_bytes) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_workspace: a NULL argument");
    *size_bytes = 0;
    if (!dev || !gemm) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_workspace: a NULL argument");
    TRY(yoke_gemm_prepare(gemm, &p));
    if (yoke_gemm_is_nothing(&p)) return YOKE_OK;
    TRY(yoke_gemm_choose(dev, &p, &choice));
    if (choice.variant->workspace) *size_bytes = choice.variant->workspace(dev, choice.variant, &p);
out:
    return st;
}

const char *yoke_gemm_variant(yoke_device *dev, const struct yoke_gemm *gemm)
{
    struct yoke_gemm_problem p;
    struct yoke_choice choice;

    if (!dev || !gemm) {
        yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_variant: a NULL argument");
        return "";
    }
    if (yoke_gemm_prepare(gemm, &p) != YOKE_OK || yoke_gemm_choose(dev, &p, &choice) != YOKE_OK)
        return "";
    return choice.variant->name;
}

const char *yoke_gemm_variant_name(size_t i)
{
    return i < yoke_gemm_class.n_variants ? yoke_gemm_class.variants[i].name : NULL;
}
