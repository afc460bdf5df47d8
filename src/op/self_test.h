/* self_test.h - what known answers have shown of an open device.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_SELF_TEST_H
#define YOKE_OP_SELF_TEST_H

#include "device/open.h"
#include "yoke/types.h"

/* Questions below YOKE_N_VERDICTS (device/open.h), by their first; each file says what it adds. */
enum {
    YOKE_ASK_MMA = 0,            /* mma_probe.c: + enum yoke_type */
    YOKE_ASK_DOT = YOKE_S32 + 1, /* dot.c: + a body               */
    YOKE_ASK_END = YOKE_ASK_DOT + 6,
};

/* Runs a kernel on dev whose result is known. *answer: 0 at first, which is what it stays where the
 * kernel is wrong or an error keeps it from running; at most 254. */
typedef yoke_status yoke_ask_fn(yoke_device *dev, size_t question, uint8_t *answer);

/* The answer, found by `ask` when it is wanted first and kept until dev is closed; one that only a
 * lack of memory kept back is asked for again. From any thread: two at once may both ask. */
uint8_t yoke_verdict(const yoke_device *dev, size_t question, yoke_ask_fn *ask);

#endif /* YOKE_OP_SELF_TEST_H */
