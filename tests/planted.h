/* planted.h - rows of matrix products that are wrong, hang or crash, to test the tuner with.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_PLANTED_H
#define YOKE_TESTS_PLANTED_H

#include "tune/variant.h"

/* planted_slow: right, suits first, and computes everything four times. planted_wrong: one element.
 * planted_stray: writes behind C. planted_hang, planted_crash, planted_broken: fails.
 * planted_plain: right, and the one that should be found. */
extern const struct yoke_variant planted_rows[];
extern const size_t n_planted_rows;

#endif /* YOKE_TESTS_PLANTED_H */
