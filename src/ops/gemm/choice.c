/* choice.c - which row serves a matrix product.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm/choice.h"

#include <string.h>

#include "base/element.h"
#include "base/error.h"
#include "device/drivers.h"
#include "device/open.h"
#include "op/enqueue.h"
#include "ops/gemm/packed.h"
#include "ops/gemm/rows.h"

struct yoke_tune_shape yoke_gemm_tune_shape(const struct yoke_gemm_problem *p)
{
    return (struct yoke_tune_shape){
        .type = p->type,
        .trans = 2u * (p->at[YOKE_GEMM_A].step > 1) + (p->at[YOKE_GEMM_B].step > 1),
        .dim = { p->M, p->N, p->K, p->batch },
    };
}

yoke_status yoke_gemm_tune_plain(const struct yoke_gemm *gemm, struct yoke_gemm_problem *p)
{
    yoke_status st = YOKE_OK;
    struct yoke_gemm_problem asked;

    TRY(yoke_gemm_prepare(gemm, &asked));
    const struct yoke_tune_shape s = yoke_gemm_tune_shape(&asked);
    if (s.dim[0] == 0 || s.dim[1] == 0 || s.dim[2] == 0)
        return yoke_fail(YOKE_ERR_INVALID,
                         "tuning: a product of %zu x %zu x %zu; no dimension may be 0", gemm->M,
                         gemm->N, gemm->K);
    const struct yoke_gemm plain = {
        .M = s.dim[0],
        .N = s.dim[1],
        .K = s.dim[2],
        .batch = s.dim[3],
        .type = s.type,
        .trans_a = s.trans & 2,
        .trans_b = s.trans & 1,
    };
    TRY(yoke_gemm_prepare(&plain, p));
out:
    return st;
}

struct yoke_choice_of yoke_gemm_choice_of(const struct yoke_gemm_problem *p)
{
    return (struct yoke_choice_of){ YOKE_TUNE_GEMM, yoke_gemm_variants, yoke_n_gemm_variants,
                                    yoke_gemm_tune_shape(p), p };
}

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

/* What is packed is resolved: where it is in panels, the row that reads them. */
static yoke_status choose(const yoke_device *dev, const struct yoke_gemm_problem *p,
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

yoke_status yoke_gemm_check_type(const yoke_device *dev, enum yoke_type type)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);

    if (!yoke_type_is_double(type) || info->fp64) return YOKE_OK;
    return yoke_fail(YOKE_ERR_UNSUPPORTED, "%s has no fp64, which type %s needs", info->name,
                     yoke_type_name(type));
}

/* Memory that OpenCL allocates begins at a multiple of its largest type, long16. */
static bool is_unaligned(const struct yoke_gemm_arrays *arrays)
{
    enum { LARGEST_TYPE_BYTES = 128 };

    for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++)
        if (arrays->at[i] && !yoke_buffer_is_aligned(arrays->at[i], LARGEST_TYPE_BYTES))
            return true;
    return false;
}

yoke_status yoke_gemm_choose(const yoke_device *dev, struct yoke_gemm_problem *p,
                             struct yoke_gemm_arrays *arrays, struct yoke_choice *out)
{
    yoke_status st = YOKE_OK;

    TRY(yoke_drivers_check());
    TRY(yoke_gemm_check_type(dev, p->type));
    if (p->M == 0 || p->N == 0) {
        *out = (struct yoke_choice){ .source = YOKE_TUNE_BY_ORDER, .ratio = 1.0, .where = "" };
        return yoke_variant_for_nothing(yoke_gemm_variants, yoke_n_gemm_variants, p->variant,
                                        &out->row);
    }
    TRY(yoke_check_rounds(dev, (double)p->K));
    TRY(yoke_gemm_packed_resolve(dev, p, arrays));
    p->unaligned = arrays && is_unaligned(arrays);
    TRY(choose(dev, p, out));
out:
    return st;
}
