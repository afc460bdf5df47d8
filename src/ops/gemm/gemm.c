/* gemm.c - the matrix product of one device.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm/gemm.h"

#include "base/element.h"
#include "base/error.h"
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
