/* random.h - seeded random numbers, the same on every machine: SplitMix64.
 * SPDX-License-Identifier: MIT
 *
 * Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014. Any state is a seed.
 */
#ifndef YOKE_BASE_RANDOM_H
#define YOKE_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t yoke_random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 .. n - 1, where n is far below 2^64. */
static inline size_t yoke_random_below(uint64_t *state, size_t n)
{
    return (size_t)(yoke_random_next(state) % n);
}

/* Uniform in [-1, 1): the upper 53 bits make the number. */
static inline double yoke_random_unit(uint64_t *state)
{
    return (double)(yoke_random_next(state) >> 11) * 0x1p-52 - 1.0;
}

#endif /* YOKE_BASE_RANDOM_H */
