/* tune.c - the public functions of tuning. SPDX-License-Identifier: MIT */
#include "yoke/tune.h"

#include "api/op.h"
#include "base/error.h"
#include "device/drivers.h"
#include "op/choice.h"
#include "op/db_file.h"
#include "ops/ops.h"
#include "tune/tune.h"

yoke_status yoke_op_tune(yoke_device *dev, const struct yoke_op *op,
                         const struct yoke_tune_params *params, struct yoke_tune_result **out)
{
    static const struct yoke_tune_params defaults;
    const struct yoke_op_class *class;
    struct yoke_problem p;
    yoke_status st = YOKE_OK;

    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_op_tune: a NULL argument");
    *out = NULL;
    if (!dev) return yoke_fail(YOKE_ERR_INVALID, "yoke_op_tune: a NULL argument");
    TRY(yoke_op_prepare(op, "yoke_op_tune", &class, &p));
    const char *name = class->asked_for(p.bytes);
    if (name) return yoke_fail(YOKE_ERR_INVALID, "yoke_op_tune: the variant is %s already", name);
    TRY(yoke_tune_class(dev, class, p.bytes, NULL, params ? params : &defaults, out));
out:
    return st;
}

yoke_status yoke_op_explain(yoke_device *dev, const struct yoke_op *op,
                            struct yoke_tune_reason **out)
{
    const struct yoke_op_class *class;
    struct yoke_problem p;
    yoke_status st = YOKE_OK;

    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_op_explain: a NULL argument");
    *out = NULL;
    if (!dev) return yoke_fail(YOKE_ERR_INVALID, "yoke_op_explain: a NULL argument");
    TRY(yoke_op_prepare(op, "yoke_op_explain", &class, &p));
    TRY(yoke_explain_class(dev, class, p.bytes, out));
out:
    return st;
}

yoke_status yoke_tune_export(const char *path)
{
    if (!path) return yoke_fail(YOKE_ERR_INVALID, "yoke_tune_export: path is NULL");
    return yoke_db_export(path);
}

/* Of any operator. */
static bool is_variant(const char *name)
{
    const struct yoke_op_class *op;

    for (size_t i = 0; (op = yoke_op_class_at(i)); i++)
        if (yoke_variant_find(op->variants, op->n_variants, name)) return true;
    return false;
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
