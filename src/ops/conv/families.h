/* families.h - the functions behind the variants of ops/conv/class.c.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_CONV_FAMILIES_H
#define YOKE_OPS_CONV_FAMILIES_H

#include "op/variant.h"

/* Of the types in op/variant.h. What the problem's cap on the workspace does not allow is not
 * supported. */
yoke_variant_test yoke_conv_tile_prefers, yoke_conv_tile_supports;
yoke_variant_size yoke_conv_tile_workspace;
yoke_status yoke_conv_tile_plan(yoke_device *dev, const struct yoke_variant *variant,
                                const void *problem, struct yoke_plan *plan);

/* It takes everything, and no workspace. */
yoke_status yoke_conv_general_plan(yoke_device *dev, const struct yoke_variant *variant,
                                   const void *problem, struct yoke_plan *plan);

#endif /* YOKE_OPS_CONV_FAMILIES_H */
