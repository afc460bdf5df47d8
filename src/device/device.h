/* device.h - an open device, for the rooms that see OpenCL.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_DEVICE_H
#define YOKE_DEVICE_DEVICE_H

#include "base/log.h"
#include "device/open.h"
#include "device/system.h"
#include "yoke/device.h"

/* What a room above keeps (yoke_device_keep). */
struct yoke_kept {
    void *_Atomic data;
    void (*release)(yoke_device *dev, void *data);
};

/* The context is the fault domain, so each device has its own. */
struct yoke_device {
    struct yoke_device_record rec;
    cl_context ctx;
    struct yoke_log log;
    double look_ms; /* of who waits for it, before sleeping: wait.h */

    /* Called before it is closed, unless NULL: another library keeps things of its context. */
    void (*forget_foreign)(yoke_device *dev);

    struct yoke_kept kept[YOKE_N_KEEPS];
    _Atomic uint8_t verdicts[YOKE_N_VERDICTS];
};

/* Open the device of a record. On success the caller owns *out; on failure it is NULL. */
yoke_status yoke_device_open(const struct yoke_device_record *rec, const struct yoke_log *log,
                             yoke_device **out);

#endif /* YOKE_DEVICE_DEVICE_H */
