/* fill.h - random operands. SPDX-License-Identifier: MIT */
#ifndef YOKE_REF_FILL_H
#define YOKE_REF_FILL_H

#include <stdint.h>

#include "ref/bound.h"

/* A seeded number that the type holds exactly. YOKE_REF_WHOLE: of -4 .. 4. Else uniform in [-1, 1],
 * s8 in all its range, and s32 so far that sums of many products of s8 and one of these stay within
 * 32 bits: [-2^20, 2^20). */
double yoke_ref_draw(enum yoke_type type, enum yoke_ref_data data, uint64_t *seed);

/* Fill an array of n elements. */
void yoke_ref_fill(enum yoke_type type, enum yoke_ref_data data, void *array, size_t n,
                   uint64_t *seed);

#endif /* YOKE_REF_FILL_H */
