/* tune_db.c - what callers do with tuning databases.
 * SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "device/drivers.h"
#include "op/choice.h"
#include "op/db_file.h"
#include "ops/gemm/gemm.h"

yoke_status yoke_tune_export(const char *path)
{
    if (!path) return yoke_fail(YOKE_ERR_INVALID, "yoke_tune_export: path is NULL");
    return yoke_db_export(path);
}

static bool is_variant(const char *name)
{
    return yoke_variant_find(yoke_gemm_class.variants, yoke_gemm_class.n_variants, name) != NULL;
}

yoke_status yoke_tune_forgive(yoke_device *dev, const char *variant, size_t *n)
{
    size_t unused;

    if (n) *n = 0;
    if (!dev) return yoke_fail(YOKE_ERR_INVALID, "yoke_tune_forgive: dev is NULL");
    if (yoke_drivers_check() != YOKE_OK) return YOKE_ERR_DEVICE;
    if (variant && !is_variant(variant))
        return yoke_fail(YOKE_ERR_INVALID, "yoke_tune_forgive: there is no variant %.80s", variant);
    return yoke_choice_forgive(dev, variant, n ? n : &unused);
}
