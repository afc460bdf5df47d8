/* buffer.h - device memory, for the rooms that see OpenCL.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_BUFFER_H
#define YOKE_DEVICE_BUFFER_H

#include <CL/cl.h>

#include "device/device.h"
#include "yoke/buffer.h"

struct yoke_buffer {
    yoke_device *dev;
    cl_mem mem;
    size_t size_bytes;
    char *host; /* the caller's memory that it lies in, or NULL */
};

#endif /* YOKE_DEVICE_BUFFER_H */
