/* event.h - the completion of one command, for the rooms that see OpenCL.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_EVENT_H
#define YOKE_DEVICE_EVENT_H

#include <CL/cl.h>
#include <stdbool.h>
#include <stdint.h>

#include "yoke/queue.h"

/* An event of the queue's command of that number (watch.h), which keeps a reference to cl of its
 * own. */
yoke_status yoke_event_make(yoke_queue *q, cl_event cl, uint64_t number, bool spin,
                            yoke_event **out);

/* Its cl_event, which stays the event's. */
cl_event yoke_event_cl(const yoke_event *ev);

/* The status and sentence of a command that failed after `call` had queued it. */
yoke_status yoke_event_fail(cl_int err, const char *call, const char *device);

#endif /* YOKE_DEVICE_EVENT_H */
