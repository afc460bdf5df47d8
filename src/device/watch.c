/* watch.c - the end of every command of a queue, also of those whose event nobody asked for.
 * SPDX-License-Identifier: MIT */
#include "device/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_ROOM = 64,
    LOOKS = 2,  /* at the oldest commands for each new one: no more are kept than are under way */
    DOUBTS = 8, /* that are told apart */
};

struct command {
    cl_event event;
    uint64_t number;
    const char *call;
};

/* Commands from `failed`, which did, up to `told`, the last one when a call told of it; 0: none has
 * yet, and all that follow are in it. */
struct doubt {
    uint64_t failed, told;
    cl_int err;
    const char *call;
};

struct yoke_watch {
    pthread_mutex_t lock; /* of all that follows */
    unsigned users;
    struct command *ring; /* room is 0 or a power of two */
    size_t room, oldest, n;
    uint64_t last;               /* number of the last command */
    struct doubt doubts[DOUBTS]; /* in the order of their commands */
    size_t n_doubts;
    bool had_failure;
};

struct yoke_watch *yoke_watch_create(void)
{
    struct yoke_watch *w = calloc(1, sizeof *w);

    if (w && pthread_mutex_init(&w->lock, NULL) == 0) {
        w->users = 1;
        return w;
    }
    free(w);
    return NULL;
}

struct yoke_watch *yoke_watch_share(struct yoke_watch *w)
{
    pthread_mutex_lock(&w->lock);
    w->users++;
    pthread_mutex_unlock(&w->lock);
    return w;
}

static struct command *oldest_of(struct yoke_watch *w)
{
    return &w->ring[w->oldest];
}

static void drop_oldest(struct yoke_watch *w)
{
    clReleaseEvent(oldest_of(w)->event);
    w->oldest = (w->oldest + 1) & (w->room - 1);
    w->n--;
}

void yoke_watch_release(struct yoke_watch *w)
{
    if (!w) return;
    pthread_mutex_lock(&w->lock);
    const bool last = --w->users == 0;
    pthread_mutex_unlock(&w->lock);
    if (!last) return;
    while (w->n > 0)
        drop_oldest(w);
    free(w->ring);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

/* Where the status cannot be had, the event tells nothing. Intel's runtimes call a command complete
 * that was dropped after another's failure: only a wait for it tells. */
static cl_int state_of(cl_event event)
{
    cl_int state;

    if (clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL) !=
        CL_SUCCESS)
        return CL_INVALID_EVENT;
    return state == CL_COMPLETE ? clWaitForEvents(1, &event) : state;
}

static struct doubt *last_doubt(struct yoke_watch *w)
{
    return w->n_doubts ? &w->doubts[w->n_doubts - 1] : NULL;
}

/* The two oldest become one, with what is between them: rather too much in doubt than too little.
 */
static void merge_oldest(struct yoke_watch *w)
{
    w->doubts[1].failed = w->doubts[0].failed;
    memmove(w->doubts, w->doubts + 1, --w->n_doubts * sizeof *w->doubts);
}

/* One among those that are in doubt already is told of with them. */
static void note_failure(struct yoke_watch *w, const struct command *c, cl_int err)
{
    const struct doubt *last = last_doubt(w);

    w->had_failure = true;
    if (last && (last->told == 0 || c->number <= last->told)) return;
    if (w->n_doubts == DOUBTS) merge_oldest(w);
    w->doubts[w->n_doubts++] = (struct doubt){ .failed = c->number, .err = err, .call = c->call };
}

/* Take the end of the oldest command; false where it has not come. */
static bool take_oldest(struct yoke_watch *w)
{
    const cl_int state = state_of(oldest_of(w)->event);

    if (state > CL_COMPLETE) return false;
    if (state < CL_COMPLETE) note_failure(w, oldest_of(w), state);
    drop_oldest(w);
    return true;
}

static bool grow(struct yoke_watch *w)
{
    const size_t room = w->room ? 2 * w->room : FIRST_ROOM;
    struct command *ring = calloc(room, sizeof *ring);

    if (!ring) return false;
    for (size_t i = 0; i < w->n; i++)
        ring[i] = w->ring[(w->oldest + i) & (w->room - 1)];
    free(w->ring);
    w->ring = ring;
    w->room = room;
    w->oldest = 0;
    return true;
}

bool yoke_watch_reserve(struct yoke_watch *w)
{
    pthread_mutex_lock(&w->lock);
    for (int i = 0; i < LOOKS && w->n > 0 && take_oldest(w); i++)
        ;
    const bool ok = w->n < w->room || grow(w);
    pthread_mutex_unlock(&w->lock);
    return ok;
}

uint64_t yoke_watch_add(struct yoke_watch *w, cl_event event, const char *call)
{
    pthread_mutex_lock(&w->lock);
    const uint64_t number = ++w->last;
    w->ring[(w->oldest + w->n++) & (w->room - 1)] = (struct command){ event, number, call };
    pthread_mutex_unlock(&w->lock);
    return number;
}

void yoke_watch_failed(struct yoke_watch *w)
{
    pthread_mutex_lock(&w->lock);
    w->had_failure = true;
    pthread_mutex_unlock(&w->lock);
}

/* They have ended, as who asks knows; a driver may be late to say so of their events. */
static void take_until(struct yoke_watch *w, uint64_t number)
{
    while (w->n > 0 && oldest_of(w)->number <= number) {
        if (take_oldest(w)) continue;
        const cl_int err = clWaitForEvents(1, &oldest_of(w)->event);
        if (take_oldest(w)) continue;
        if (err != CL_SUCCESS) note_failure(w, oldest_of(w), err);
        drop_oldest(w);
    }
}

cl_int yoke_watch_ask(struct yoke_watch *w, uint64_t number, const char **call)
{
    cl_int err = CL_SUCCESS;

    pthread_mutex_lock(&w->lock);
    take_until(w, number);
    for (size_t i = 0; i < w->n_doubts; i++) {
        struct doubt *d = &w->doubts[i];
        if (number < d->failed || (d->told && number > d->told)) continue;
        err = d->err;
        *call = d->call;
        if (d->told == 0) d->told = w->last;
    }
    pthread_mutex_unlock(&w->lock);
    return err;
}

cl_int yoke_watch_ask_all(struct yoke_watch *w, const char **call)
{
    cl_int err = CL_SUCCESS;

    pthread_mutex_lock(&w->lock);
    take_until(w, w->last);
    struct doubt *last = last_doubt(w);
    if (last && last->told == 0) {
        err = last->err;
        *call = last->call;
        last->told = w->last;
    }
    pthread_mutex_unlock(&w->lock);
    return err;
}

bool yoke_watch_had_failure(struct yoke_watch *w)
{
    pthread_mutex_lock(&w->lock);
    for (int i = 0; i < LOOKS && w->n > 0 && take_oldest(w); i++)
        ;
    const bool had = w->had_failure;
    w->had_failure = false;
    pthread_mutex_unlock(&w->lock);
    return had;
}
