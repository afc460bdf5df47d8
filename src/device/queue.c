/* queue.c - an in-order command queue on one device.
 * SPDX-License-Identifier: MIT */
#include "device/queue.h"

#include <stdlib.h>

#include "device/cl_error.h"
#include "device/drivers.h"
#include "device/event.h"
#include "device/scratch.h"
#include "device/transfer.h"
#include "yoke/opencl.h"

enum { EARLY_SCRATCH_BYTES = 4 << 20 };

yoke_status yoke_queue_create(yoke_device *dev, yoke_queue **out)
{
    yoke_status st = YOKE_OK;
    yoke_queue *q = NULL;
    const yoke_buffer *scratch;
    cl_int err;

    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_queue_create: out is NULL");
    *out = NULL;
    if (yoke_drivers_check() != YOKE_OK) return YOKE_ERR_DEVICE;
    if (!dev) return yoke_fail(YOKE_ERR_INVALID, "yoke_queue_create: dev is NULL");
    q = calloc(1, sizeof *q);
    if (!q) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a queue handle");
    q->dev = dev;
    q->watch = yoke_watch_create();
    if (!q->watch) TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a queue handle"));
    /* The 1.2 call: the newer one hangs or is missing on devices below 2.0. */
    q->q = clCreateCommandQueue(dev->ctx, dev->rec.cl_id, 0, &err);
    TRY(yoke_cl_check(err, "clCreateCommandQueue", dev->rec.name));
    if (dev->rec.quirks & YOKE_QUIRK_EARLY_SCRATCH)
        TRY(yoke_queue_scratch(q, EARLY_SCRATCH_BYTES, &scratch));
    *out = q;
    q = NULL;
out:
    yoke_queue_destroy(&q);
    return st;
}

yoke_device *yoke_queue_device(const yoke_queue *q)
{
    return q ? q->dev : NULL;
}

yoke_status yoke_queue_begin(yoke_queue *q)
{
    if (yoke_watch_reserve(q->watch)) return YOKE_OK;
    return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for the event of a command");
}

yoke_status yoke_queue_end(yoke_queue *q, cl_int err, const char *call, cl_event cl, bool spin,
                           yoke_event **event)
{
    yoke_status st = YOKE_OK;

    TRY(yoke_queue_check(q, err, call));
    const uint64_t number = yoke_watch_add(q->watch, cl, call);
    if (event) TRY(yoke_event_make(q, cl, number, spin, event));
out:
    return st;
}

yoke_status yoke_queue_check(yoke_queue *q, cl_int err, const char *call)
{
    if (err != CL_SUCCESS) yoke_watch_failed(q->watch);
    return yoke_cl_check(err, call, q->dev->rec.name);
}

yoke_status yoke_queue_check_all(yoke_queue *q, cl_int err, const char *call)
{
    const char *failed = call;
    const cl_int fate = yoke_watch_ask_all(q->watch, &failed);

    return fate == CL_SUCCESS ? yoke_queue_check(q, err, call)
                              : yoke_event_fail(fate, failed, q->dev->rec.name);
}

yoke_status yoke_queue_flush(yoke_queue *q)
{
    return yoke_queue_check(q, clFlush(q->q), "clFlush");
}

/* The one wait for all commands: afterwards no memory is used by any of them, and everybody sees
 * what they wrote. */
static cl_int wait_for_all(yoke_queue *q)
{
    cl_int err = CL_SUCCESS;
    cl_event last = NULL;

    if (q->dev->rec.quirks & YOKE_QUIRK_EARLY_FINISH) {
        err = clEnqueueMarkerWithWaitList(q->q, 0, NULL, &last);
        if (err == CL_SUCCESS) err = clWaitForEvents(1, &last);
        if (last) clReleaseEvent(last);
    }
    const cl_int finished = clFinish(q->q);
    return err == CL_SUCCESS ? finished : err;
}

yoke_status yoke_queue_finish(yoke_queue *q)
{
    if (!q) return yoke_fail(YOKE_ERR_INVALID, "yoke_queue_finish: q is NULL");
    if (yoke_drivers_check() != YOKE_OK) return YOKE_ERR_DEVICE;
    return yoke_queue_check_all(q, wait_for_all(q), "clFinish");
}

void yoke_queue_drain(yoke_queue *q)
{
    const char *call;

    if (wait_for_all(q) != CL_SUCCESS) yoke_watch_failed(q->watch);
    (void)yoke_watch_ask_all(q->watch, &call); /* told already */
}

void yoke_queue_destroy(yoke_queue **q)
{
    if (q && yoke_drivers_are_lost()) *q = NULL; /* left to the end of the process */
    if (!q || !*q) return;
    if ((*q)->q) {
        const char *call;
        (void)wait_for_all(*q);
        (void)yoke_watch_ask_all((*q)->watch, &call); /* two that wait for each other let go */
        clReleaseCommandQueue((*q)->q);
    }
    yoke_buffer_destroy(&(*q)->scratch);
    yoke_buffer_destroy(&(*q)->partials);
    yoke_counter_reset(&(*q)->counter);
    yoke_watch_release((*q)->watch);
    free(*q);
    *q = NULL;
}

cl_command_queue yoke_queue_cl_queue(const yoke_queue *q)
{
    return q ? q->q : NULL;
}
