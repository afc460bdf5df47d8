/* planted.h - rows of matrix products that are wrong, hang or crash, to test the tuner with.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_PLANTED_H
#define YOKE_TESTS_PLANTED_H

#include "op/class.h"

/* planted_slow: right, suits first, and computes everything four times. planted_wrong: one element.
 * planted_stray: writes behind C. planted_hang, planted_crash, planted_broken: fails.
 * What says nothing of a row: planted_sleep waits; planted_killed, planted_interrupted: a signal
 * from outside; planted_poor: out of resources; planted_once: crashes where the file that
 * YOKE_TEST_ONCE names is not there yet, which it makes; planted_nap: right, a second later.
 * planted_plain: right, and the one that should be found. */
extern const struct yoke_variant planted_rows[];
extern const size_t n_planted_rows;

/* Matrix products by other variants. */
struct yoke_op_class planted_class(const struct yoke_variant *variants, size_t n);

#endif /* YOKE_TESTS_PLANTED_H */
