/* gemm.c - the matrix product of one device.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm/gemm.h"

#include "base/element.h"
#include "base/error.h"
#include "device/drivers.h"
#include "op/enqueue.h"
#include "ops/gemm/choice.h"

yoke_status yoke_gemm_queue(yoke_queue *q, const struct yoke_gemm_problem *problem,
                            const struct yoke_gemm_arrays *given, const char **variant,
                            yoke_event **event)
{
    struct yoke_gemm_problem p = *problem;
    struct yoke_gemm_arrays arrays = *given;
    struct yoke_choice choice;
    yoke_status st = YOKE_OK;

    TRY(yoke_gemm_choose(yoke_queue_device(q), &p, &arrays, &choice));
    if (variant) *variant = choice.row->name;
    TRY(choice.row->enqueue(q, choice.row, &p, &arrays, event));
out:
    return st;
}

static yoke_status check_buffers(const struct yoke_gemm_problem *p,
                                 const struct yoke_gemm_arrays *arrays)
{
    static const char *const names[] = { "C", "A", "B", "the bias", "the residual" };
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++) {
        const size_t caller = !p->swapped || i == YOKE_GEMM_C || i > YOKE_GEMM_B ? i : 3 - i;
        if (!yoke_gemm_is_array(p, i) || (!arrays->at[i] && p->at[i].extent == 0)) continue;
        if (!arrays->at[i])
            return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_enqueue: %s is NULL", names[caller]);
        if (i != YOKE_GEMM_C && arrays->at[i] == arrays->at[YOKE_GEMM_C])
            return yoke_fail(YOKE_ERR_INVALID, "C is the same buffer as %s", names[caller]);
        TRY(yoke_check_buffer(arrays->at[i], names[caller], p->at[i].extent, yoke_gemm_type(p, i)));
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
    const struct yoke_gemm_arrays arrays = {
        { C, p.swapped ? B : A, p.swapped ? A : B, p.has_bias ? e->bias_buffer : NULL,
          p.has_residual ? e->residual_buffer : NULL },
    };
    if (yoke_gemm_is_nothing(&p)) return event ? yoke_event_mark(q, event) : YOKE_OK;
    TRY(check_buffers(&p, &arrays));
    TRY(yoke_gemm_queue(q, &p, &arrays, NULL, event));
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
    TRY(yoke_gemm_choose(dev, &p, NULL, &choice));
    if (choice.row->workspace) *size_bytes = choice.row->workspace(dev, choice.row, &p);
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
    if (yoke_gemm_prepare(gemm, &p) != YOKE_OK ||
        yoke_gemm_choose(dev, &p, NULL, &choice) != YOKE_OK)
        return "";
    return choice.row->name;
}

const char *yoke_gemm_variant_name(size_t i)
{
    return i < yoke_n_gemm_variants ? yoke_gemm_variants[i].name : NULL;
}
