/* watch.c - the end of every command of a queue, also of those whose event nobody asked for.
 * SPDX-License-Identifier: MIT */
#include "device/watch.h"

#include <pthread.h>
#include <stdatomic.h>
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

/* A command that waits for one of another watch, of which this is a user. */
struct wait {
    uint64_t number, of_number;
    struct yoke_watch *of;
};

/* Commands from `failed`, which did, up to `told`, the last one when a call told of it; 0: none has
 * yet, and all that follow are in it. */
struct doubt {
    uint64_t failed, told;
    cl_int err;
    const char *call;
};

struct yoke_watch {
    atomic_uint users;
    pthread_mutex_t lock; /* of all that follows */
    struct command *ring; /* room is 0 or a power of two */
    size_t room, oldest, n;
    uint64_t last; /* number of the last command */

    struct wait *waits; /* in the order of their numbers */
    size_t waits_room, n_waits;

    struct doubt doubts[DOUBTS]; /* in the order of their commands */
    size_t n_doubts;
    bool had_failure;
};

struct yoke_watch *yoke_watch_create(void)
{
    struct yoke_watch *w = calloc(1, sizeof *w);

    if (w && pthread_mutex_init(&w->lock, NULL) == 0) {
        atomic_init(&w->users, 1);
        return w;
    }
    free(w);
    return NULL;
}

struct yoke_watch *yoke_watch_share(struct yoke_watch *w)
{
    atomic_fetch_add(&w->users, 1);
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
    if (!w || atomic_fetch_sub(&w->users, 1) > 1) return;
    while (w->n > 0)
        drop_oldest(w);
    while (w->n_waits > 0)
        yoke_watch_release(w->waits[--w->n_waits].of);
    free(w->waits);
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
static void note_failure(struct yoke_watch *w, uint64_t number, cl_int err, const char *call)
{
    const struct doubt new = { .failed = number, .err = err, .call = call };
    struct doubt *last = last_doubt(w);

    w->had_failure = true;
    if (last && last->told == 0) {
        if (number < last->failed) *last = new; /* what another queue told was heard first */
        return;
    }
    if (last && number <= last->told) return;
    if (w->n_doubts == DOUBTS) merge_oldest(w);
    w->doubts[w->n_doubts++] = new;
}

/* Take the end of the oldest command; false where it has not come. */
static bool take_oldest(struct yoke_watch *w)
{
    const cl_int state = state_of(oldest_of(w)->event);

    if (state > CL_COMPLETE) return false;
    if (state < CL_COMPLETE) note_failure(w, oldest_of(w)->number, state, oldest_of(w)->call);
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

/* They have ended, as who asks knows; a driver may be late to say so of their events. */
static void take_until(struct yoke_watch *w, uint64_t number)
{
    while (w->n > 0 && oldest_of(w)->number <= number) {
        if (take_oldest(w)) continue;
        const cl_int err = clWaitForEvents(1, &oldest_of(w)->event);
        if (take_oldest(w)) continue;
        if (err != CL_SUCCESS) note_failure(w, oldest_of(w)->number, err, oldest_of(w)->call);
        drop_oldest(w);
    }
}

/* The last failure that puts a command in doubt, or NULL. */
static struct doubt *doubt_of(struct yoke_watch *w, uint64_t number)
{
    for (size_t i = w->n_doubts; i > 0; i--) {
        struct doubt *d = &w->doubts[i - 1];
        if (number >= d->failed && (!d->told || number <= d->told)) return d;
    }
    return NULL;
}

/* The failure among the commands up to that number, which have ended. None of them is taken: it is
 * another queue that wants to know. */
static cl_int find_failure(struct yoke_watch *w, uint64_t number, const char **call)
{
    const struct doubt *doubt = doubt_of(w, number);
    cl_int err = doubt ? doubt->err : CL_SUCCESS;

    if (doubt) *call = doubt->call;

    for (size_t i = 0; i < w->n && err == CL_SUCCESS; i++) {
        const struct command *c = &w->ring[(w->oldest + i) & (w->room - 1)];
        if (c->number > number) break;
        if (state_of(c->event) > CL_COMPLETE) err = clWaitForEvents(1, &c->event);
        if (state_of(c->event) <= CL_COMPLETE) err = state_of(c->event);
        *call = c->call;
    }
    return err;
}

/* The oldest wait, where its command has no larger number; the other watch stays as long as the
 * caller uses it. */
static bool get_first_wait(struct yoke_watch *w, uint64_t number, struct wait *first)
{
    pthread_mutex_lock(&w->lock);
    const bool any = w->n_waits > 0 && w->waits[0].number <= number;
    if (any) {
        *first = w->waits[0];
        yoke_watch_share(first->of);
    }
    pthread_mutex_unlock(&w->lock);
    return any;
}

/* Hear what became of other queues' commands for which commands up to that number wait, and which
 * have ended. The oldest first: so each watch is asked but once on the way, however queues wait for
 * each other. No lock is held while another watch is asked, which may ask this one. */
static void hear_waits(struct yoke_watch *w, uint64_t number)
{
    struct wait first;
    const char *call;

    while (get_first_wait(w, number, &first)) {
        const cl_int err = yoke_watch_look(first.of, first.of_number, &call);
        pthread_mutex_lock(&w->lock);
        const bool is_there = w->n_waits > 0 && w->waits[0].number == first.number;
        if (is_there) memmove(w->waits, w->waits + 1, --w->n_waits * sizeof *w->waits);
        if (is_there && err != CL_SUCCESS) note_failure(w, first.number, err, call);
        pthread_mutex_unlock(&w->lock);
        if (is_there) yoke_watch_release(first.of);
        yoke_watch_release(first.of);
    }
}

cl_int yoke_watch_look(struct yoke_watch *w, uint64_t number, const char **call)
{
    hear_waits(w, number);
    pthread_mutex_lock(&w->lock);
    const cl_int err = find_failure(w, number, call);
    pthread_mutex_unlock(&w->lock);
    return err;
}

bool yoke_watch_reserve(struct yoke_watch *w)
{
    pthread_mutex_lock(&w->lock);
    for (int i = 0; i < LOOKS && w->n > 0 && take_oldest(w); i++)
        ;
    const bool ok = w->n < w->room || grow(w);
    const uint64_t ended = w->n > 0 ? oldest_of(w)->number - 1 : w->last;
    const bool waited = w->n_waits > 0;
    pthread_mutex_unlock(&w->lock);
    if (waited) hear_waits(w, ended);
    return ok;
}

bool yoke_watch_reserve_wait(struct yoke_watch *w)
{
    pthread_mutex_lock(&w->lock);
    const size_t room = w->waits_room ? 2 * w->waits_room : FIRST_ROOM;
    bool ok = w->n_waits < w->waits_room;
    struct wait *waits = ok ? NULL : realloc(w->waits, room * sizeof *waits);
    if (waits) {
        w->waits = waits;
        w->waits_room = room;
        ok = true;
    }
    pthread_mutex_unlock(&w->lock);
    return ok;
}

void yoke_watch_add_wait(struct yoke_watch *w, struct yoke_watch *of, uint64_t of_number)
{
    pthread_mutex_lock(&w->lock);
    w->waits[w->n_waits++] = (struct wait){ w->last, of_number, yoke_watch_share(of) };
    pthread_mutex_unlock(&w->lock);
}

void yoke_watch_add_failed(struct yoke_watch *w, cl_int err, const char *call)
{
    pthread_mutex_lock(&w->lock);
    note_failure(w, ++w->last, err, call);
    pthread_mutex_unlock(&w->lock);
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

cl_int yoke_watch_ask(struct yoke_watch *w, uint64_t number, const char **call)
{
    hear_waits(w, number);
    pthread_mutex_lock(&w->lock);
    take_until(w, number);
    struct doubt *doubt = doubt_of(w, number);
    const cl_int err = doubt ? doubt->err : CL_SUCCESS;
    if (doubt) *call = doubt->call;
    if (doubt && doubt->told == 0) doubt->told = w->last;
    pthread_mutex_unlock(&w->lock);
    return err;
}

cl_int yoke_watch_ask_all(struct yoke_watch *w, const char **call)
{
    cl_int err = CL_SUCCESS;

    pthread_mutex_lock(&w->lock);
    const uint64_t last = w->last;
    pthread_mutex_unlock(&w->lock);
    hear_waits(w, last);
    pthread_mutex_lock(&w->lock);
    take_until(w, last);
    struct doubt *doubt = last_doubt(w);
    if (doubt && doubt->told == 0) {
        err = doubt->err;
        *call = doubt->call;
        doubt->told = w->last;
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
