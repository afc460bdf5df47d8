/* quirks.h - what implementations do that they should not, by table.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_QUIRKS_H
#define YOKE_DEVICE_QUIRKS_H

#include <stddef.h>
#include <stdint.h>

enum yoke_quirk {
    /* Compiles large unrolled kernels for a minute: give it the small ones. */
    YOKE_QUIRK_SLOW_COMPILER = 1 << 0,
    /* Interprets kernels for checking: give it the small ones. */
    YOKE_QUIRK_INTERPRETER = 1 << 1,
    /* Crashes or fails when asked for sub-devices. */
    YOKE_QUIRK_NO_SUB_DEVICES = 1 << 2,
    /* Runs on the host's cores, whatever its type says. */
    YOKE_QUIRK_HOST_CORES = 1 << 3,
    /* All devices of this kind share one pool of threads: one of them is all of them. */
    YOKE_QUIRK_SHARED_POOL = 1 << 4,
    /* Its checks take what was written to a part of a buffer for uninitialised: map it. */
    YOKE_QUIRK_MAP_TO_WRITE = 1 << 5,
    /* Its checks lose track of memory where a smaller buffer lay before: take scratch at once, and
     * fill a buffer that a kernel is to write. */
    YOKE_QUIRK_EARLY_SCRATCH = 1 << 6,
    /* Kernels work on lent host memory itself, so mapping it does nothing but take time. */
    YOKE_QUIRK_TRULY_IN_PLACE = 1 << 7,
    /* Its workers sleep as soon as they have nothing to do: src/kernel/linger.h. */
    YOKE_QUIRK_SLEEPY = 1 << 8,
    /* clFinish returns before other queues see what was written: wait for an event. */
    YOKE_QUIRK_EARLY_FINISH = 1 << 9,
    /* A work-item goes 65535 times round its loops, no more: YOKE_SHORT_LOOP. */
    YOKE_QUIRK_SHORT_LOOPS = 1 << 10,
    /* A command that waits for another queue's event hangs: wait on the host. */
    YOKE_QUIRK_OWN_EVENTS_ONLY = 1 << 11,
};

/* Rounds that every device does. */
enum { YOKE_SHORT_LOOP = 65000 };

/* The quirks of a device, from the names that it and its platform give. */
uint32_t yoke_quirks_find(const char *platform_name, const char *device_name);

/* Their names, comma-separated, into text. */
void yoke_quirks_print(uint32_t quirks, char *text, size_t size_bytes);

#endif /* YOKE_DEVICE_QUIRKS_H */
