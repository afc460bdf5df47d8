/* yoke/opencl.h - the OpenCL objects behind Yoke's, for programs that use both.
 * SPDX-License-Identifier: MIT
 *
 * This is the only header that names cl_* types; yoke.h does not include it. Yoke keeps ownership:
 * call clRetain... to keep an OpenCL object longer than the object of Yoke that it came from. Each
 * function returns NULL for NULL, and is safe from any thread.
 *
 * Yoke does not see the commands that you queue yourself. On PoCL a worker thread looks for Yoke's
 * next launch for a while; so that your commands get that thread at once, set
 * yoke_team_params.spin_us to a negative number. */
#ifndef YOKE_OPENCL_H
#define YOKE_OPENCL_H

#ifndef CL_TARGET_OPENCL_VERSION
#define CL_TARGET_OPENCL_VERSION 120
#endif
#include <CL/cl.h>

#include "yoke/buffer.h"
#include "yoke/device.h"
#include "yoke/queue.h"

#ifdef __cplusplus
extern "C" {
#endif

YOKE_API cl_device_id yoke_device_cl_id(const yoke_device *dev);
YOKE_API cl_context yoke_device_cl_context(const yoke_device *dev);
YOKE_API cl_command_queue yoke_queue_cl_queue(const yoke_queue *q);
YOKE_API cl_mem yoke_buffer_cl_mem(const yoke_buffer *buf);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_OPENCL_H */
