/* size.h - sizes that do not overflow.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_SIZE_H
#define YOKE_BASE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* *out = a * b; false when that does not fit. */
static inline bool yoke_size_mul(size_t a, size_t b, size_t *out)
{
    if (b != 0 && a > SIZE_MAX / b) return false;
    *out = a * b;
    return true;
}

/* *out = a + b; false when that does not fit. */
static inline bool yoke_size_add(size_t a, size_t b, size_t *out)
{
    if (a > SIZE_MAX - b) return false;
    *out = a + b;
    return true;
}

static inline size_t yoke_size_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t yoke_size_max(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* An optional number, of which 0 stands for 1. */
static inline size_t yoke_size_or_one(size_t n)
{
    return n ? n : 1;
}

/* a / b, rounded up. */
static inline size_t yoke_div_up(size_t a, size_t b)
{
    return a / b + (a % b != 0);
}

/* The least multiple of b that is not below a. */
static inline size_t yoke_round_up(size_t a, size_t b)
{
    return yoke_div_up(a, b) * b;
}

#endif /* YOKE_BASE_SIZE_H */
