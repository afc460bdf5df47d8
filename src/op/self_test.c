/* self_test.c - what known answers have shown of an open device.
 * SPDX-License-Identifier: MIT */
#include "op/self_test.h"

#include <stdatomic.h>

_Static_assert((size_t)YOKE_ASK_END <= YOKE_N_VERDICTS, "one verdict for each question");

uint8_t yoke_verdict(const yoke_device *dev, size_t question, yoke_ask_fn *ask)
{
    _Atomic uint8_t *kept = &yoke_device_verdicts(dev)[question];
    const uint8_t known = atomic_load_explicit(kept, memory_order_relaxed);
    uint8_t answer = 0;

    if (known) return (uint8_t)(known - 1);
    /* The device is used like by any operation; const is a promise about what callers see. */
    if (ask((yoke_device *)dev, question, &answer) != YOKE_ERR_NO_MEMORY)
        atomic_store_explicit(kept, (uint8_t)(answer + 1), memory_order_relaxed);
    return answer;
}
