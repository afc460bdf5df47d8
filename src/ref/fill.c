/* fill.c - random operands. SPDX-License-Identifier: MIT */
#include "ref/fill.h"

#include <math.h>

#include "base/element.h"
#include "base/random.h"

double yoke_ref_draw(enum yoke_type type, enum yoke_ref_data data, uint64_t *seed)
{
    if (data == YOKE_REF_WHOLE) return (double)yoke_random_below(seed, 9) - 4.0;
    const double x = yoke_random_unit(seed);
    if (type == YOKE_S8) return floor(x * 128.0);
    if (type == YOKE_S32) return floor(x * 0x1p20);
    return yoke_element_round(type, x);
}

void yoke_ref_fill(enum yoke_type type, enum yoke_ref_data data, void *array, size_t n,
                   uint64_t *seed)
{
    for (size_t i = 0; i < n * yoke_type_parts(type); i++)
        yoke_element_set(type, array, i, yoke_ref_draw(type, data, seed));
}
