/* queue.h - a command queue, for the rooms that see OpenCL.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_QUEUE_H
#define YOKE_DEVICE_QUEUE_H

#include <CL/cl.h>
#include <stdatomic.h>

#include "device/buffer.h"
#include "yoke/queue.h"

/* Shared by a queue and its events, which may outlive it. */
struct yoke_failure {
    atomic_uint users;
    atomic_bool seen; /* a command failed since a counter of tickets began */
};

struct yoke_queue {
    yoke_device *dev;
    cl_command_queue q;
    yoke_buffer *scratch, *partials;
    yoke_buffer *counter;
    uint32_t next_ticket;
    struct yoke_failure *failure;
};

/* yoke_cl_check of a call that has to do with the queue's commands: any of them may have failed. */
yoke_status yoke_queue_check(yoke_queue *q, cl_int err, const char *call);

/* Hand the commands so far to the device. */
yoke_status yoke_queue_flush(yoke_queue *q);

/* Take over a cl_event of a command of q. With `spin` who waits for it looks for its end before
 * sleeping: for a command that leaves the host a processor to do so. */
yoke_status yoke_event_wrap(yoke_queue *q, cl_event cl, bool spin, yoke_event **out);

#endif /* YOKE_DEVICE_QUEUE_H */
