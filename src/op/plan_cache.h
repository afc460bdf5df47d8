/* plan_cache.h - the plans that a device made lately.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_PLAN_CACHE_H
#define YOKE_OP_PLAN_CACHE_H

#include "op/choice.h"
#include "op/plan.h"

/* The plan of a problem: one that was made before, or a new one by the variant that is chosen. It
 * is shared with the cache (yoke_plan_release). Statuses as of yoke_choose and yoke_plan_make. */
yoke_status yoke_plan_get(yoke_device *dev, const struct yoke_op_class *op, const void *problem,
                          struct yoke_plan **out);

#endif /* YOKE_OP_PLAN_CACHE_H */
