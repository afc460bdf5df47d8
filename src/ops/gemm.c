/* gemm.c - matrix product: choose a variant, launch.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm.h"

#include <string.h>

#include "base/element.h"
#include "base/error.h"
#include "ops/common.h"
#include "ops/gemm_packed.h"
#include "ops/gemm_rows.h"
#include "ops/gemm_tune.h"

/* What was tuned was measured in full f32: whoever allows tf32 gets it first. */
static bool choose_tf32(const yoke_device *dev, const struct yoke_choice_of *of,
                        struct yoke_choice *out)
{
    const struct yoke_gemm_problem *p = of->problem;

    if (!p->allow_tf32 || p->variant) return false;
    *out = (struct yoke_choice){ .source = YOKE_TUNE_BY_ORDER, .ratio = 1.0, .where = "" };
    return yoke_choose_untuned(dev, of, &out->row) == YOKE_OK &&
           out->row->enqueue == yoke_gemm_enqueue_mma;
}

yoke_status yoke_gemm_choice(const yoke_device *dev, const struct yoke_gemm_problem *p,
                             struct yoke_choice *out)
{
    const char *device = yoke_device_get_info(dev)->name, *name = p->variant, *why, *where;
    const struct yoke_choice_of of = yoke_gemm_choice_of(p);

    if (!yoke_gemm_in_panels(p))
        return choose_tf32(dev, &of, out) ? YOKE_OK : yoke_choose(dev, &of, name, out);
    if (name && strcmp(name, yoke_gemm_tile_name) != 0)
        return yoke_fail(YOKE_ERR_UNSUPPORTED, "variant %s; operands packed on %s are for %s", name,
                         device, yoke_gemm_tile_name);
    why = name ? NULL : yoke_choice_ban(dev, &of, yoke_gemm_tile_name, &where);
    if (why)
        return yoke_fail(YOKE_ERR_UNSUPPORTED,
                         "operands packed on %s are for %s, in quarantine since (%s; %s): pack "
                         "them anew",
                         device, yoke_gemm_tile_name, why, where);
    return yoke_choose(dev, &of, yoke_gemm_tile_name, out);
}

/* p: what is packed is already resolved. */
static yoke_status choose(const yoke_device *dev, const struct yoke_gemm_problem *p,
                          const struct yoke_variant **out)
{
    struct yoke_choice choice;
    yoke_status st = YOKE_OK;

    TRY(yoke_gemm_choice(dev, p, &choice));
    *out = choice.row;
out:
    return st;
}

yoke_status yoke_gemm_check_type(const yoke_device *dev, enum yoke_type type)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);

    if (!yoke_type_is_double(type) || info->fp64) return YOKE_OK;
    return yoke_fail(YOKE_ERR_UNSUPPORTED, "%s has no fp64, which type %s needs", info->name,
                     yoke_type_name(type));
}

yoke_status yoke_gemm_choose(const yoke_device *dev, const struct yoke_gemm_problem *problem,
                             const struct yoke_variant **out)
{
    struct yoke_gemm_problem p = *problem;
    yoke_status st = YOKE_OK;

    TRY(yoke_gemm_check_type(dev, p.type));
    TRY(yoke_gemm_packed_resolve(dev, &p, NULL));
    TRY(choose(dev, &p, out));
out:
    return st;
}

yoke_status yoke_gemm_queue(yoke_queue *q, const struct yoke_gemm_problem *problem,
                            const struct yoke_gemm_arrays *given, yoke_event **event)
{
    struct yoke_gemm_problem p = *problem;
    struct yoke_gemm_arrays arrays = *given;
    const yoke_device *dev = yoke_queue_device(q);
    const struct yoke_variant *row;
    yoke_status st = YOKE_OK;

    TRY(yoke_gemm_check_type(dev, p.type));
    TRY(yoke_gemm_packed_resolve(dev, &p, &arrays));
    TRY(choose(dev, &p, &row));
    TRY(row->enqueue(q, row, &p, &arrays, event));
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
        if (!yoke_gemm_is_array(p, i)) continue;
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
    TRY(yoke_gemm_prepare(gemm, &p));
    const struct yoke_epilogue *e = gemm->epilogue;
    const struct yoke_gemm_arrays arrays = {
        { C, p.swapped ? B : A, p.swapped ? A : B, p.has_bias ? e->bias_buffer : NULL,
          p.has_residual ? e->residual_buffer : NULL },
    };
    TRY(check_buffers(&p, &arrays));
    if (yoke_gemm_is_nothing(&p)) return event ? yoke_event_mark(q, event) : YOKE_OK;
    TRY(yoke_gemm_queue(q, &p, &arrays, event));
out:
    return st;
}

yoke_status yoke_gemm_workspace(yoke_device *dev, const struct yoke_gemm *gemm, size_t *size_bytes)
{
    yoke_status st = YOKE_OK;
    struct yoke_gemm_problem p;
    const struct yoke_variant *row;

    if (!size_bytes) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_workspace: a NULL argument");
    *size_bytes = 0;
    if (!dev || !gemm) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_workspace: a NULL argument");
    TRY(yoke_gemm_prepare(gemm, &p));
    if (yoke_gemm_is_nothing(&p)) return YOKE_OK;
    TRY(yoke_gemm_packed_resolve(dev, &p, NULL));
    TRY(yoke_gemm_check_type(dev, p.type));
    TRY(choose(dev, &p, &row));
    if (row->workspace) *size_bytes = row->workspace(dev, row, &p);
out:
    return st;
}

const char *yoke_gemm_variant(yoke_device *dev, const struct yoke_gemm *gemm)
{
    struct yoke_gemm_problem p;
    const struct yoke_variant *row;

    if (!dev || !gemm) {
        yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_variant: a NULL argument");
        return "";
    }
    if (yoke_gemm_prepare(gemm, &p) != YOKE_OK || yoke_gemm_choose(dev, &p, &row) != YOKE_OK)
        return "";
    return row->name;
}

const char *yoke_gemm_variant_name(size_t i)
{
    return i < yoke_n_gemm_variants ? yoke_gemm_variants[i].name : NULL;
}
