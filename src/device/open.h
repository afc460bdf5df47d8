/* open.h - from a selection to open devices, and what the rooms above may know of them.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_OPEN_H
#define YOKE_DEVICE_OPEN_H

#include "base/log.h"
#include "device/quirks.h"
#include "yoke/buffer.h"
#include "yoke/device.h"

/* Open the devices of this machine that the selection names, at most max, which are waited for as
 * look_ms says (wait.h); the caller owns the *n in devices (yoke_device_close). One that does not
 * open is logged and left out. Statuses as of yoke_team_create. */
yoke_status yoke_devices_open(const char *selection, const struct yoke_log *log, double look_ms,
                              yoke_device **devices, size_t max, size_t *n);

/* In a child process: open the device of that id, quietly. YOKE_ERR_DEVICE where it is not the one
 * any more that had this identity in the parent. */
yoke_status yoke_device_open_again(const char *id, const char *identity, yoke_device **out);

/* Free *dev and set it to NULL. Does nothing when *dev is already NULL. */
void yoke_device_close(yoke_device **dev);

/* enum yoke_quirk of the device. */
uint32_t yoke_device_quirks(const yoke_device *dev);

/* Where its team's log goes. */
const struct yoke_log *yoke_device_log(const yoke_device *dev);

/* Whether two devices may be parts or views of one piece of hardware: all CPUs of the host, a GPU
 * under two drivers, two like GPUs that do not tell their place on the bus. */
bool yoke_device_same_hardware(const yoke_device *a, const yoke_device *b);

/* Whether two devices must not work at the same time: views of one piece of hardware through two
 * platforms, or two devices that share one pool of threads. */
bool yoke_device_is_alternative(const yoke_device *a, const yoke_device *b);

/* What rooms above keep for a device, in the order in which closing it releases them. */
enum yoke_keep {
    YOKE_KEEP_PLANS,   /* op/plan_cache.c                               */
    YOKE_KEEP_TUNING,  /* op/choice.c                                 */
    YOKE_KEEP_LINGER,  /* kernel/linger.c, which has one of the kernels */
    YOKE_KEEP_KERNELS, /* kernel/registry.c                             */
    YOKE_N_KEEPS
};
struct yoke_keeper {
    void *(*make)(const yoke_device *dev); /* NULL: no host memory */
    void (*release)(yoke_device *dev, void *data);
};

/* What was made when it was wanted first, or NULL. From any thread. */
void *yoke_device_keep(const yoke_device *dev, enum yoke_keep keep,
                       const struct yoke_keeper *keeper);

/* What the room of operators keeps for a device, 0 at first: op/self_test.h. */
enum { YOKE_N_VERDICTS = 16 };
_Atomic uint8_t *yoke_device_verdicts(const yoke_device *dev);

/* A line that names device, driver and platform, of a device on the host's cores its processor, and
 * the environment where it steers compilers; it changes when one of them does. */
enum { YOKE_IDENTITY_MAX = 1400 }; /* its terminator included */
void yoke_device_identity(const yoke_device *dev, char *text, size_t size_bytes);

/* Whether a buffer begins at a multiple of so many bytes, at most 128. Those that OpenCL allocates
 * do; one in the caller's memory begins where that does. */
bool yoke_buffer_is_aligned(const yoke_buffer *buf, size_t bytes);

#endif /* YOKE_DEVICE_OPEN_H */
