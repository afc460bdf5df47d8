/* queue.h - a command queue, for the rooms that see OpenCL.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_QUEUE_H
#define YOKE_DEVICE_QUEUE_H

#include <CL/cl.h>

#include "device/buffer.h"
#include "yoke/queue.h"

struct yoke_queue {
    yoke_device *dev;
    cl_command_queue q;
    yoke_buffer *scratch, *partials;
    yoke_buffer *counter;
    uint32_t next_ticket;
};

/* Hand the commands so far to the device. */
yoke_status yoke_queue_flush(yoke_queue *q);

/* Take over a cl_event, which may be NULL on failure of its command. With `spin` who waits for it
 * looks for its end before sleeping: for a command that leaves the host a processor to do so. */
yoke_status yoke_event_wrap(yoke_device *dev, cl_event cl, bool spin, yoke_event **out);

#endif /* YOKE_DEVICE_QUEUE_H */
