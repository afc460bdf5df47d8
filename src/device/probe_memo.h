/* probe_memo.h - what drivers did to a child process need not be seen again.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_PROBE_MEMO_H
#define YOKE_DEVICE_PROBE_MEMO_H

#include <stdbool.h>

#include "base/hash.h"
#include "device/probe.h"

/* What is known to decide what drivers do when they are asked: the environment's variables for
 * OpenCL, for drivers and for the dynamic linker, the .icd files, the linker's cache (which changes
 * when a library is installed), the machine's last start, and whether /proc and /sys are there.
 * With `unsorted` as if YOKE_SORT_VARIABLE were "none". */
bool yoke_probe_circumstances(bool unsorted, unsigned char hash[YOKE_HASH_BYTES]);

/* What was found under the same circumstances, at most a day ago; a silence, minutes ago. */
bool yoke_probe_recall(const unsigned char circumstances[YOKE_HASH_BYTES],
                       struct yoke_probe *probe);
void yoke_probe_remember(const unsigned char circumstances[YOKE_HASH_BYTES],
                         const struct yoke_probe *probe);

#endif /* YOKE_DEVICE_PROBE_MEMO_H */
