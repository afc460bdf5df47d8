/* variant.c - choose among the ways an operator can be computed.
 * SPDX-License-Identifier: MIT */
#include "op/variant.h"

#include <string.h>

#include "base/element.h"
#include "base/error.h"

bool yoke_variant_any_type(enum yoke_type type)
{
    (void)type;
    return true;
}

bool yoke_variant_not_integer(enum yoke_type type)
{
    return !yoke_type_is_integer(type);
}

bool yoke_variant_real(enum yoke_type type)
{
    return !yoke_type_is_integer(type) && !yoke_type_is_complex(type);
}

bool yoke_variant_no_rounding(enum yoke_type type)
{
    return type != YOKE_F16 && type != YOKE_BF16 && !yoke_type_is_integer(type);
}

bool yoke_variant_f32_f64(enum yoke_type type)
{
    return type == YOKE_F32 || type == YOKE_F64;
}

bool yoke_variant_always(const yoke_device *dev, const struct yoke_variant *row,
                         const void *problem)
{
    (void)dev;
    (void)row;
    (void)problem;
    return true;
}

yoke_status yoke_variant_for_nothing(const struct yoke_variant *rows, size_t n, const char *name,
                                     const struct yoke_variant **out)
{
    for (size_t i = n; i-- > 0;) {
        if (name && strcmp(rows[i].name, name) != 0) continue;
        *out = &rows[i];
        return YOKE_OK;
    }
    return yoke_fail(YOKE_ERR_INVALID, "no variant \"%s\"", name ? name : "");
}

yoke_status yoke_variant_choose(const struct yoke_variant *rows, size_t n, const char *name,
                                const yoke_device *dev, const void *problem,
                                const struct yoke_variant **out)
{
    for (size_t i = 0; i < n; i++) {
        if (name && strcmp(rows[i].name, name) != 0) continue;
        if (name && !rows[i].runs(dev, &rows[i], problem))
            return yoke_fail(YOKE_ERR_UNSUPPORTED, "variant %s does not take this operation on %s",
                             name, yoke_device_get_info(dev)->name);
        if (name || rows[i].suits(dev, &rows[i], problem)) {
            *out = &rows[i];
            return YOKE_OK;
        }
    }
    return yoke_fail(YOKE_ERR_INVALID, "no variant \"%s\"", name ? name : "");
}
