/* element.h - one number of an array of a yoke_type, as a double.
 * SPDX-License-Identifier: MIT
 *
 * Of complex arrays the index counts parts: the real part of element i is number 2 i. */
#ifndef YOKE_BASE_ELEMENT_H
#define YOKE_BASE_ELEMENT_H

#include <stdbool.h>

#include "base/half.h"
#include "yoke/types.h"

static inline bool yoke_type_is_complex(enum yoke_type type)
{
    return type == YOKE_C64 || type == YOKE_C128;
}

static inline bool yoke_type_is_integer(enum yoke_type type)
{
    return type == YOKE_S8 || type == YOKE_S32;
}

/* Whether arithmetic is in double precision. */
static inline bool yoke_type_is_double(enum yoke_type type)
{
    return type == YOKE_F64 || type == YOKE_C128;
}

/* Numbers in an element. */
static inline size_t yoke_type_parts(enum yoke_type type)
{
    return yoke_type_is_complex(type) ? 2 : 1;
}

/* The type of the parts. */
static inline enum yoke_type yoke_type_part(enum yoke_type type)
{
    return type == YOKE_C64 ? YOKE_F32 : type == YOKE_C128 ? YOKE_F64 : type;
}

/* Rounded to nearest; of the integers only values that they hold. */
static inline void yoke_element_set(enum yoke_type type, void *array, size_t i, double value)
{
    switch (type) {
    case YOKE_F32:
    case YOKE_C64: ((float *)array)[i] = (float)value; break;
    case YOKE_F64:
    case YOKE_C128: ((double *)array)[i] = value; break;
    case YOKE_F16: ((uint16_t *)array)[i] = yoke_float_to_f16(yoke_float_to_odd(value)); break;
    case YOKE_BF16: ((uint16_t *)array)[i] = yoke_float_to_bf16(yoke_float_to_odd(value)); break;
    case YOKE_S8: ((int8_t *)array)[i] = (int8_t)value; break;
    case YOKE_S32: ((int32_t *)array)[i] = (int32_t)value; break;
    }
}

static inline double yoke_element_get(enum yoke_type type, const void *array, size_t i)
{
    switch (type) {
    case YOKE_F32:
    case YOKE_C64: return (double)((const float *)array)[i];
    case YOKE_F64:
    case YOKE_C128: return ((const double *)array)[i];
    case YOKE_F16: return (double)yoke_float_of_f16(((const uint16_t *)array)[i]);
    case YOKE_BF16: return (double)yoke_float_of_bf16(((const uint16_t *)array)[i]);
    case YOKE_S8: return ((const int8_t *)array)[i];
    case YOKE_S32: return ((const int32_t *)array)[i];
    }
    return NAN;
}

/* A value as the type holds it. */
static inline double yoke_element_round(enum yoke_type type, double value)
{
    double room[2] = { 0.0, 0.0 };

    yoke_element_set(type, room, 0, value);
    return yoke_element_get(type, room, 0);
}

#endif /* YOKE_BASE_ELEMENT_H */
