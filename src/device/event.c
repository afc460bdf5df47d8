/* event.c - the completion of one command.
 * SPDX-License-Identifier: MIT */
#include "device/event.h"

#include <stdio.h>
#include <stdlib.h>

#include "device/cl_error.h"
#include "device/drivers.h"
#include "device/queue.h"
#include "device/wait.h"

struct yoke_event {
    cl_event cl;
    uint64_t number;
    double look_ms; /* before a thread sleeps that waits for it */
    struct yoke_watch *watch;
    char device[64];
};

yoke_status yoke_event_make(yoke_queue *q, cl_event cl, uint64_t number, bool spin,
                            yoke_event **out)
{
    yoke_status st = YOKE_OK;
    yoke_event *ev = calloc(1, sizeof *ev);

    *out = NULL;
    if (!ev) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for an event handle");
    TRY(yoke_queue_check(q, clRetainEvent(cl), "clRetainEvent"));
    ev->cl = cl;
    ev->number = number;
    ev->look_ms = spin ? q->dev->look_ms : 0;
    ev->watch = yoke_watch_share(q->watch);
    snprintf(ev->device, sizeof ev->device, "%.63s", q->dev->rec.name);
    *out = ev;
    ev = NULL;
out:
    yoke_event_destroy(&ev);
    return st;
}

cl_event yoke_event_cl(const yoke_event *ev)
{
    return ev->cl;
}

yoke_status yoke_event_mark(yoke_queue *q, yoke_event **out)
{
    yoke_status st = YOKE_OK;
    cl_event cl = NULL;

    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_event_mark: out is NULL");
    *out = NULL;
    if (!q) return yoke_fail(YOKE_ERR_INVALID, "yoke_event_mark: q is NULL");
    TRY(yoke_drivers_check());
    TRY(yoke_queue_begin(q));
    const cl_int err = clEnqueueMarkerWithWaitList(q->q, 0, NULL, &cl);
    TRY(yoke_queue_end(q, err, "clEnqueueMarkerWithWaitList", cl, false, out));
    TRY(yoke_queue_flush(q));
out:
    if (st != YOKE_OK) yoke_event_destroy(out);
    return st;
}

yoke_status yoke_event_fail(cl_int err, const char *call, const char *device)
{
    const yoke_status st = yoke_cl_check(err, call, device);

    return yoke_fail(st, "a command queued by %.900s", yoke_last_error());
}

static bool has_ended(const void *event)
{
    const yoke_event *ev = event;
    cl_int state = CL_COMPLETE;

    return clGetEventInfo(ev->cl, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL) !=
               CL_SUCCESS ||
           state <= CL_COMPLETE;
}

yoke_status yoke_event_wait(yoke_event *ev)
{
    const char *call;
    cl_int state = CL_COMPLETE;

    if (!ev) return yoke_fail(YOKE_ERR_INVALID, "yoke_event_wait: ev is NULL");
    if (yoke_drivers_check() != YOKE_OK) return YOKE_ERR_DEVICE;
    if (ev->look_ms > 0) yoke_wait_look(ev->look_ms, has_ended, ev);
    const cl_int err = clWaitForEvents(1, &ev->cl);
    /* It fails, too, where the command has ended and failed. */
    if (err != CL_SUCCESS && (clGetEventInfo(ev->cl, CL_EVENT_COMMAND_EXECUTION_STATUS,
                                             sizeof state, &state, NULL) != CL_SUCCESS ||
                              state >= CL_COMPLETE)) {
        yoke_watch_failed(ev->watch);
        return yoke_cl_check(err, "clWaitForEvents", ev->device);
    }
    const cl_int fate = yoke_watch_ask(ev->watch, ev->number, &call);
    return fate == CL_SUCCESS ? YOKE_OK : yoke_event_fail(fate, call, ev->device);
}

void yoke_event_destroy(yoke_event **ev)
{
    if (ev && yoke_drivers_are_lost()) *ev = NULL; /* left to the end of the process */
    if (!ev || !*ev) return;
    if ((*ev)->cl) clReleaseEvent((*ev)->cl);
    yoke_watch_release((*ev)->watch);
    free(*ev);
    *ev = NULL;
}
