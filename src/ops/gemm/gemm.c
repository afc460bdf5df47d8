/* gemm.c - the matrix product of one device.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm/gemm.h"

#include "base/element.h"
#include "base/error.h"
#include "device/drivers.h"
#include "op/options.h"
#include "ops/gemm/packed.h"

yoke_status yoke_gemm_check_type(const yoke_device *dev, enum yoke_type type)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);

    if (!yoke_type_is_double(type) || info->fp64) return YOKE_OK;
    return yoke_fail(YOKE_ERR_UNSUPPORTED, "%s has no fp64, which type %s needs", info->name,
                     yoke_type_name(type));
}

yoke_status yoke_gemm_resolve(const yoke_device *dev, void *problem, struct yoke_bindings *bindings)
{
    struct yoke_gemm_problem *p = problem;
    yoke_status st = YOKE_OK;

    TRY(yoke_gemm_check_type(dev, p->type));
    if (p->M == 0 || p->N == 0) return YOKE_OK;
    TRY(yoke_check_rounds(dev, (double)p->K));
    TRY(yoke_gemm_packed_resolve(dev, p, bindings));
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
        .operand = { [YOKE_GEMM_C] = { C, 0 },
                     [YOKE_GEMM_A] = { p.swapped ? B : A, 0 },
                     [YOKE_GEMM_B] = { p.swapped ? A : B, 0 },
                     [YOKE_GEMM_BIAS] = { p.has_bias ? e->bias_buffer : NULL, 0 },
                     [YOKE_GEMM_R] = { p.has_residual ? e->residual_buffer : NULL, 0 } },
    };
    if (yoke_gemm_is_nothing(&p)) return event ? yoke_event_mark(q, event) : YOKE_OK;
    TRY(yoke_op_check(&yoke_gemm_class, &p, &bindings, "yoke_gemm_enqueue"));
    TRY(yoke_op_queue(q, &yoke_gemm_class, &p, &bindings, NULL, event));
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
    TRY(yoke_op_choose(dev, &yoke_gemm_class, &p, &choice));
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
    if (yoke_gemm_prepare(gemm, &p) != YOKE_OK || yoke_op_choose(dev, &yoke_gemm_class, &p, &choice) != YOKE_OK)
        return "";
    return choice.variant->name;
}

const char *yoke_gemm_variant_name(size_t i)
{
    return i < yoke_gemm_class.n_variants ? yoke_gemm_class.variants[i].name : NULL;
}
