/* linger.h - workers that stay awake between launches.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_KERNEL_LINGER_H
#define YOKE_KERNEL_LINGER_H

#include <CL/cl.h>

#include "device/device.h"

/* A device whose workers sleep as soon as they have nothing to do takes 25 us to start a kernel, as
 * long as a small product takes. On one with YOKE_QUIRK_SLEEPY a kernel that does nothing follows
 * each launch of ours that somebody waits for, on a queue of its own, and ends with the next launch
 * or after about as long as a thread looks (device/wait.h). Nothing depends on it: where it fails,
 * launches are slower. It knows nothing of kernels of the caller's: none follows their launches.
 *
 * After each launch of ours: let go of the worker that lingers, and unless `done` is NULL have one
 * linger when that event is complete. Any thread. */
void yoke_linger(yoke_device *dev, cl_event done);

/* Before each launch of the caller's: let go of the worker that lingers. Any thread. */
void yoke_linger_end(yoke_device *dev);

#endif /* YOKE_KERNEL_LINGER_H */
