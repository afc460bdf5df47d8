/* variant.c - what variants of many operators say of themselves.
 * SPDX-License-Identifier: MIT */
#include "op/variant.h"

#include <string.h>

#include "base/element.h"

const struct yoke_variant *yoke_variant_find(const struct yoke_variant *variants, size_t n,
                                             const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(variants[i].name, name) == 0) return &variants[i];
    return NULL;
}

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

bool yoke_variant_always(const yoke_device *dev, const struct yoke_variant *variant,
                         const void *problem)
{
    (void)dev;
    (void)variant;
    (void)problem;
    return true;
}
