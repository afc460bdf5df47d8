/* epilogue.c - what operators check of an epilogue in the same way.
 * SPDX-License-Identifier: MIT */
#include "op/epilogue.h"

#include <math.h>
#include <stdint.h>

#include "base/element.h"
#include "base/error.h"

yoke_status yoke_epilogue_check(const struct yoke_epilogue *e, enum yoke_type type)
{
    if ((unsigned)e->bias > YOKE_BIAS_CHANNEL || (unsigned)e->activation > YOKE_ACT_GELU)
        return yoke_fail(YOKE_ERR_INVALID,
                         "epilogue: bias %d or activation %d is none of those there are",
                         (int)e->bias, (int)e->activation);
    if (e->activation != YOKE_ACT_NONE && yoke_type_is_complex(type))
        return yoke_fail(YOKE_ERR_INVALID, "epilogue: an activation of type %s",
                         yoke_type_name(type));
    if (e->activation > YOKE_ACT_CLAMP && yoke_type_is_integer(type))
        return yoke_fail(YOKE_ERR_INVALID, "epilogue: with %s only RELU and CLAMP",
                         yoke_type_name(type));
    if (e->activation == YOKE_ACT_CLAMP && !(e->clamp_min <= e->clamp_max))
        return yoke_fail(YOKE_ERR_INVALID, "epilogue: clamp from %g to %g", e->clamp_min,
                         e->clamp_max);
    return YOKE_OK;
}

double yoke_epilogue_clamp(double value, enum yoke_type type)
{
    return yoke_type_is_integer(type) ? fmin(fmax(rint(value), INT32_MIN), INT32_MAX) : value;
}
