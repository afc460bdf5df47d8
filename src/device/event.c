/* event.c - the completion of one command.
 * SPDX-License-Identifier: MIT */
#include "device/event.h"

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
    const yoke_device *dev;
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
    ev->dev = q->dev;
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

static bool has_failed(const yoke_event *ev)
{
    cl_int state;

    return clGetEventInfo(ev->cl, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL) ==
               CL_SUCCESS &&
           state < CL_COMPLETE;
}

/* Return when the command has ended, whatever became of it: the watch tells. */
static cl_int wait_for_end(const yoke_event *ev)
{
    if (ev->look_ms > 0) yoke_wait_look(ev->look_ms, has_ended, ev);
    return clWaitForEvents(1, &ev->cl);
}

yoke_status yoke_event_wait(yoke_event *ev)
{
    yoke_status st = YOKE_OK;
    const char *call;

    if (!ev) return yoke_fail(YOKE_ERR_INVALID, "yoke_event_wait: ev is NULL");
    TRY(yoke_drivers_check());
    const cl_int err = wait_for_end(ev);
    const cl_int fate = yoke_watch_ask(ev->watch, ev->number, &call);
    if (fate != CL_SUCCESS) return yoke_event_fail(fate, call, ev->dev->rec.name);
    if (err != CL_SUCCESS) yoke_watch_failed(ev->watch);
    TRY(yoke_cl_check(err, "clWaitForEvents", ev->dev->rec.name));
out:
    return st;
}

/* What became of a command that has ended: the next wait for q tells. False where all is well. */
static bool inherit_doubt(yoke_queue *q, const yoke_event *ev)
{
    const char *call;
    const cl_int fate = yoke_watch_look(ev->watch, ev->number, &call);

    if (fate != CL_SUCCESS) yoke_watch_add_failed(q->watch, fate, call);
    return fate != CL_SUCCESS;
}

static yoke_status queue_barrier(yoke_queue *q, const yoke_event *ev)
{
    yoke_status st = YOKE_OK;
    cl_event cl = NULL;

    if (!yoke_watch_reserve_wait(q->watch))
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a wait between queues");
    TRY(yoke_queue_begin(q));
    const cl_int err = clEnqueueBarrierWithWaitList(q->q, 1, &ev->cl, &cl);
    TRY(yoke_queue_end(q, err, "clEnqueueBarrierWithWaitList", cl, false, NULL));
    yoke_watch_add_wait(q->watch, ev->watch, ev->number);
out:
    return st;
}

yoke_status yoke_queue_wait(yoke_queue *q, const yoke_event *event)
{
    yoke_status st = YOKE_OK;

    if (!q || !event) return yoke_fail(YOKE_ERR_INVALID, "yoke_queue_wait: a NULL argument");
    TRY(yoke_drivers_check());
    if (event->watch == q->watch) return YOKE_OK; /* q is in order */
    /* Contexts share no events, and each device has its own. */
    const bool by_device =
        event->dev == q->dev && !(q->dev->rec.quirks & YOKE_QUIRK_OWN_EVENTS_ONLY);
    /* What PoCL 3.1 has behind an event that failed never ends. */
    if (by_device && !has_failed(event)) return queue_barrier(q, event);
    const cl_int err = wait_for_end(event);
    if (inherit_doubt(q, event)) return YOKE_OK;
    if (err != CL_SUCCESS) yoke_watch_failed(event->watch);
    TRY(yoke_cl_check(err, "clWaitForEvents", event->dev->rec.name));
out:
    return st;
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
