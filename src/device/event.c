/* event.c - the completion of one command.
 * SPDX-License-Identifier: MIT */
#include "device/event.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "device/cl_error.h"
#include "device/drivers.h"
#include "device/queue.h"

/* Being woken up takes 25 to 50 us, as long as a small product does. */
static const double spin_ms = 0.3;

struct yoke_event {
    cl_event cl;
    uint64_t number;
    bool spin;
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
    ev->spin = spin;
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

/* Look for a while whether it is done, and leave the processor to whoever wants it. */
static void look_for(cl_event cl)
{
    const double until = yoke_now_ms() + spin_ms;
    cl_int state = CL_COMPLETE;

    while (clGetEventInfo(cl, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL) ==
               CL_SUCCESS &&
           state > CL_COMPLETE && yoke_now_ms() < until)
        sched_yield();
}

yoke_status yoke_event_wait(yoke_event *ev)
{
    const char *call;

    if (!ev) return yoke_fail(YOKE_ERR_INVALID, "yoke_event_wait: ev is NULL");
    if (yoke_drivers_check() != YOKE_OK) return YOKE_ERR_DEVICE;
    if (ev->spin) look_for(ev->cl);
    const cl_int err = clWaitForEvents(1, &ev->cl);
    const cl_int fate = yoke_watch_ask(ev->watch, ev->number, &call);
    if (fate != CL_SUCCESS) return yoke_event_fail(fate, call, ev->device);
    if (err != CL_SUCCESS) yoke_watch_failed(ev->watch);
    return yoke_cl_check(err, "clWaitForEvents", ev->device);
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
