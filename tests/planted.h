/* planted.h - variants that are wrong, hang or crash, to test the tuner with.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_PLANTED_H
#define YOKE_TESTS_PLANTED_H

#include "op/class.h"

/* The operator of that name with planted variants alone; NULL where there is none. Of all there
 * are planted_slow: right, preferred first, and computes everything four times. planted_wrong: one
 * element. planted_stray, planted_early: writes behind the result, or before it. planted_plain:
 * right, and the one that should be found.
 * Of gemm alone planted_hang, planted_crash, planted_broken: fails. What says nothing of a variant:
 * planted_sleep waits; planted_killed, planted_interrupted: a signal from outside; planted_poor:
 * out of resources; planted_once: crashes where the file that YOKE_TEST_ONCE names is not there
 * yet, which it makes; planted_nap: right, a second later. */
const struct yoke_op_class *planted_find(const char *op);

/* Those whose names are in a text, in a class that lives as long as variants, which has room for
 * all. */
struct yoke_op_class planted_some(const char *op, const char *names, struct yoke_variant *variants);

enum { PLANTED_MAX = 32 };

#endif /* YOKE_TESTS_PLANTED_H */
