/* pairwise.h - a grid in which every pair of levels of any two factors meets.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_PAIRWISE_H
#define YOKE_TESTS_PAIRWISE_H

#include <stddef.h>

#define PAIRWISE_FACTORS 32  /* most factors               */
#define PAIRWISE_LEVELS  160 /* most levels of all together */

/* rows[row * n_factors + factor] is a level, 0 .. levels[factor] - 1. The same every time.
 * Returns the rows, which the caller frees, or NULL when there is no memory. */
unsigned char *pairwise_rows(const unsigned char *levels, size_t n_factors, size_t *n_rows);

#endif /* YOKE_TESTS_PAIRWISE_H */
