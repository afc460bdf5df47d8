/* element.h - one element of an array of a yoke_type, as a double.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_ELEMENT_H
#define YOKE_BASE_ELEMENT_H

#include "yoke/types.h"

static inline void yoke_element_set(enum yoke_type type, void *array, size_t i, double value)
{
    if (type == YOKE_F64)
        ((double *)array)[i] = value;
    else
        ((float *)array)[i] = (float)value;
}

static inline double yoke_element_get(enum yoke_type type, const void *array, size_t i)
{
    return type == YOKE_F64 ? ((const double *)array)[i] : (double)((const float *)array)[i];
}

#endif /* YOKE_BASE_ELEMENT_H */
