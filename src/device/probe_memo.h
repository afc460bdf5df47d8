/* probe_memo.h - drivers that answered a child process once need not be asked again.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_PROBE_MEMO_H
#define YOKE_DEVICE_PROBE_MEMO_H

#include <stdbool.h>

#include "base/hash.h"

/* What is known to decide what drivers do when they are asked: the environment's variables for
 * OpenCL, for drivers and for the dynamic linker, the .icd files, the linker's cache (which changes
 * when a library is installed), and whether /proc and /sys are there. */
bool yoke_probe_circumstances(unsigned char hash[YOKE_HASH_BYTES]);

#endif /* YOKE_DEVICE_PROBE_MEMO_H */
