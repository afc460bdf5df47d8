/* queue.h - a command queue, for the rooms that see OpenCL.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_QUEUE_H
#define YOKE_DEVICE_QUEUE_H

#include <CL/cl.h>

#include "device/buffer.h"
#include "device/scratch.h"
#include "device/watch.h"
#include "yoke/queue.h"

struct yoke_queue {
    yoke_device *dev;
    cl_command_queue q;
    yoke_buffer *scratch, *partials;
    struct yoke_counter counter;
    struct yoke_watch *watch;
};

/* Every command goes through these two. Before it is queued: the queue takes no part in it yet.
 *
 *   YOKE_ERR_NO_MEMORY  no host memory to keep its event
 */
yoke_status yoke_queue_begin(yoke_queue *q);

/* After `call`, a literal, has queued it, or failed with err. On success its event, cl, becomes the
 * queue's, and where `event` is not NULL the caller's, too. With `spin` who waits for it looks for
 * its end before sleeping: for a command that leaves the host a processor to do so. */
yoke_status yoke_queue_end(yoke_queue *q, cl_int err, const char *call, cl_event cl, bool spin,
                           yoke_event **event);

/* yoke_cl_check of a call that has to do with the queue's commands: any of them may have failed. */
yoke_status yoke_queue_check(yoke_queue *q, cl_int err, const char *call);

/* yoke_queue_check of a call that waits for all commands so far, and what has become of these. */
yoke_status yoke_queue_check_all(yoke_queue *q, cl_int err, const char *call);

/* Hand the commands so far to the device. */
yoke_status yoke_queue_flush(yoke_queue *q);

#endif /* YOKE_DEVICE_QUEUE_H */
