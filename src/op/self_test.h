/* self_test.h - what known answers have shown of a device.
 * SPDX-License-Identifier: MIT
 *
 * A question is a kernel with a known answer that a driver's compiler or the hardware may not
 * survive. So a child process (base/helper.h) runs it first, started as
 *
 *   yoke-helper self-test DEVICE IDENTITY QUESTION...
 *
 * It is "ready" when it has the device. Each question in turn begins; VALUE of one that passes is
 * the answer. */
#ifndef YOKE_OP_SELF_TEST_H
#define YOKE_OP_SELF_TEST_H

#include "device/open.h"
#include "yoke/types.h"

struct yoke_question {
    const char *name; /* of small letters, digits and '-': what the child knows it by */
    size_t slot;      /* where its answer is kept, below YOKE_N_VERDICTS */
    size_t params[2]; /* for the two functions */
    double limit_ms;  /* that it may use the processor; 0: 5 s, for a slow compiler */

    /* Whether it may be asked of dev. Where not, the answer is 0. */
    bool (*applies)(const yoke_device *dev, const struct yoke_question *q);

    /* Run it on dev, in the child alone. *answer: 1 to 254; it stays 0 where the kernel is wrong.
     */
    yoke_status (*run)(yoke_device *dev, const struct yoke_question *q, uint8_t *answer);
};

/* Questions share the slots of a device; each family's file says what it adds. */
enum {
    YOKE_SLOT_MMA = 0,            /* ops/gemm/mma_probe.c: + enum yoke_type */
    YOKE_SLOT_DOT = YOKE_S32 + 1, /* ops/gemm/dot_probe.c: + a body         */
    YOKE_SLOT_END = YOKE_SLOT_DOT + 6,
};

/* The answer; 0 is no. What a child has seen of device, driver and kernel sources is remembered for
 * a month: what passed, and what went wrong twice in the same way. What nobody knows is 0 until dev
 * is closed, and the log says why: so it is where there is no helper's program. From any thread. */
uint8_t yoke_self_test(const yoke_device *dev, const struct yoke_question *q);

/* The same by another program (for tests; NULL: yoke-helper). */
uint8_t yoke_self_test_by(const char *program, const yoke_device *dev,
                          const struct yoke_question *q);

/* The child's task, with the task's arguments; `find` knows the questions. Ends the process. */
void yoke_self_test_answer(const struct yoke_question *(*find)(const char *name), int argc,
                           char **argv);

#endif /* YOKE_OP_SELF_TEST_H */
