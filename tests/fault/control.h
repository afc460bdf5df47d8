/* control.h - the fault layer as the tests of this folder use it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_CONTROL_H
#define YOKE_TESTS_CONTROL_H

#include "fault.h"

/* Of the layer that OPENCL_LAYERS names; aborts the test where there is none. */
struct fault *fault_open(void);

/* Calls nth to nth + n - 1 from now on fail. */
void fault_arm(struct fault *f, enum fault_mode mode, int code, unsigned nth, unsigned n);

/* No more; returns how many calls were counted since. */
unsigned fault_disarm(struct fault *f);

#endif /* YOKE_TESTS_CONTROL_H */
