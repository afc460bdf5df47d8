/* half.h - the two 16-bit floating-point formats, to and from float.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_HALF_H
#define YOKE_BASE_HALF_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t yoke_float_bits(float f)
{
    uint32_t bits;

    memcpy(&bits, &f, sizeof bits);
    return bits;
}

static inline float yoke_float_of_bits(uint32_t bits)
{
    float f;

    memcpy(&f, &bits, sizeof f);
    return f;
}

/* To a float whose last bit is set when it is not the number itself, so that rounding it to fewer
 * bits gives what rounding the number gives (Boldo and Melquiond, When double rounding is odd). */
static inline float yoke_float_to_odd(double x)
{
    const float f = (float)x;
    const uint32_t bits = yoke_float_bits(f);

    if (isnan(x) || (double)f == x || bits & 1) return f;
    return yoke_float_of_bits(fabs((double)f) > fabs(x) ? bits - 1 : bits + 1);
}

/* To nearest, ties to even; what is too large becomes infinity. */
static inline uint16_t yoke_float_to_bf16(float f)
{
    const uint32_t bits = yoke_float_bits(f);

    if (isnan(f)) return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static inline float yoke_float_of_bf16(uint16_t h)
{
    return yoke_float_of_bits((uint32_t)h << 16);
}

static inline float yoke_float_of_f16(uint16_t h)
{
    const uint32_t sign = (uint32_t)(h & 0x8000) << 16, rest = h & 0x7fff;

    if (rest >= 0x7c00) /* infinity, NaN */
        return yoke_float_of_bits(sign | 0x7f800000 | (rest & 0x3ff) << 13);
    /* The exponent's bias grows by 112: a factor that is right for subnormal numbers, too. */
    return yoke_float_of_bits(sign | yoke_float_bits(yoke_float_of_bits(rest << 13) * 0x1p112f));
}

/* To nearest, ties to even; what is too large becomes infinity. */
static inline uint16_t yoke_float_to_f16(float f)
{
    const uint16_t sign = (uint16_t)(yoke_float_bits(f) >> 16 & 0x8000);
    const float x = fabsf(f);

    if (isnan(f)) return (uint16_t)(sign | 0x7e00);
    if (x >= 65520.0f) return (uint16_t)(sign | 0x7c00);
    /* Adding a power of two leaves the bits of a subnormal number, rounded. */
    if (x < 0x1p-14f) return (uint16_t)(sign | (yoke_float_bits(x + 0x1p-1f) & 0x7ff));
    const uint32_t bits = yoke_float_bits(x) - (112u << 23);
    return (uint16_t)(sign | (bits + 0xfff + (bits >> 13 & 1)) >> 13);
}

#endif /* YOKE_BASE_HALF_H */
