/* queue.c - an in-order command queue on one device, and events.
 * SPDX-License-Identifier: MIT */
#include "device/queue.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "device/cl_error.h"
#include "device/scratch.h"
#include "device/transfer.h"
#include "yoke/opencl.h"

enum { EARLY_SCRATCH_BYTES = 4 << 20 };

/* Being woken up takes 25 to 50 us, as long as a small product does. */
static const double spin_ms = 0.3;

struct yoke_event {
    cl_event cl;
    bool spin;
    struct yoke_failure *failure;
    char device[64];
};

static void let_go(struct yoke_failure *f)
{
    if (f && atomic_fetch_sub(&f->users, 1) == 1) free(f);
}

yoke_status yoke_queue_create(yoke_device *dev, yoke_queue **out)
{
    yoke_status st = YOKE_OK;
    yoke_queue *q = NULL;
    const yoke_buffer *scratch;
    cl_int err;

    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_queue_create: out is NULL");
    *out = NULL;
    if (!dev) return yoke_fail(YOKE_ERR_INVALID, "yoke_queue_create: dev is NULL");
    q = calloc(1, sizeof *q);
    if (!q) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a queue handle");
    q->dev = dev;
    q->failure = calloc(1, sizeof *q->failure);
    if (!q->failure) TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a queue handle"));
    atomic_init(&q->failure->users, 1);
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

yoke_status yoke_queue_finish(yoke_queue *q)
{
    yoke_status st = YOKE_OK;
    yoke_event *last = NULL;

    if (!q) return yoke_fail(YOKE_ERR_INVALID, "yoke_queue_finish: q is NULL");
    if (q->dev->rec.quirks & YOKE_QUIRK_EARLY_FINISH) {
        TRY(yoke_event_mark(q, &last));
        TRY(yoke_event_wait(last));
    }
    TRY(yoke_queue_check(q, clFinish(q->q), "clFinish"));
out:
    yoke_event_destroy(&last);
    return st;
}

void yoke_queue_drain(yoke_queue *q)
{
    if (clFinish(q->q) != CL_SUCCESS) yoke_queue_tickets_lost(q);
}

yoke_status yoke_queue_check(yoke_queue *q, cl_int err, const char *call)
{
    if (err != CL_SUCCESS) atomic_store(&q->failure->seen, true);
    return yoke_cl_check(err, call, q->dev->rec.name);
}

yoke_status yoke_queue_flush(yoke_queue *q)
{
    return yoke_queue_check(q, clFlush(q->q), "clFlush");
}

void yoke_queue_destroy(yoke_queue **q)
{
    if (!q || !*q) return;
    if ((*q)->q) {
        clFinish((*q)->q);
        clReleaseCommandQueue((*q)->q);
    }
    yoke_buffer_destroy(&(*q)->scratch);
    yoke_buffer_destroy(&(*q)->partials);
    yoke_buffer_destroy(&(*q)->counter);
    let_go((*q)->failure);
    free(*q);
    *q = NULL;
}

cl_command_queue yoke_queue_cl_queue(const yoke_queue *q)
{
    return q ? q->q : NULL;
}

yoke_status yoke_event_wrap(yoke_queue *q, cl_event cl, bool spin, yoke_event **out)
{
    yoke_event *ev = calloc(1, sizeof *ev);

    *out = ev;
    if (!ev) {
        clReleaseEvent(cl);
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for an event handle");
    }
    ev->cl = cl;
    ev->spin = spin;
    ev->failure = q->failure;
    atomic_fetch_add(&ev->failure->users, 1);
    snprintf(ev->device, sizeof ev->device, "%.63s", q->dev->rec.name);
    return YOKE_OK;
}

yoke_status yoke_event_mark(yoke_queue *q, yoke_event **out)
{
    yoke_status st = YOKE_OK;
    cl_event cl;

    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_event_mark: out is NULL");
    *out = NULL;
    if (!q) return yoke_fail(YOKE_ERR_INVALID, "yoke_event_mark: q is NULL");
    TRY(yoke_queue_check(q, clEnqueueMarkerWithWaitList(q->q, 0, NULL, &cl),
                         "clEnqueueMarkerWithWaitList"));
    TRY(yoke_event_wrap(q, cl, false, out));
    TRY(yoke_queue_flush(q));
out:
    if (st != YOKE_OK) yoke_event_destroy(out);
    return st;
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
    cl_int state;

    if (!ev) return yoke_fail(YOKE_ERR_INVALID, "yoke_event_wait: ev is NULL");
    if (ev->spin) look_for(ev->cl);
    const cl_int err = clWaitForEvents(1, &ev->cl);
    /* The state says which error it was; the wait says only that there was one. */
    if (clGetEventInfo(ev->cl, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL) !=
        CL_SUCCESS)
        state = CL_COMPLETE;
    if (err != CL_SUCCESS || state < 0) atomic_store(&ev->failure->seen, true);
    return state < 0 ? yoke_cl_check(state, "a queued command", ev->device)
                     : yoke_cl_check(err, "clWaitForEvents", ev->device);
}

void yoke_event_destroy(yoke_event **ev)
{
    if (!ev || !*ev) return;
    clReleaseEvent((*ev)->cl);
    let_go((*ev)->failure);
    free(*ev);
    *ev = NULL;
}
