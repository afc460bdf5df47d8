/* stack.c - a stack that is large enough for what drivers do on it.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* pthread_getattr_np */
#include "base/stack.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/thread.h"

/* This thread's stack, from its lowest address on; NULL where that cannot be told. */
static const char *own_stack(size_t *size_bytes)
{
    static _Thread_local void *begin;
    static _Thread_local size_t known_bytes;
    pthread_attr_t attr;

    if (!known_bytes && pthread_getattr_np(pthread_self(), &attr) == 0) {
        if (pthread_attr_getstack(&attr, &begin, &known_bytes) != 0) begin = NULL;
        pthread_attr_destroy(&attr);
    }
    *size_bytes = known_bytes;
    return begin;
}

/* Whether so much is left below what is in use. On another stack than the thread's, a coroutine's,
 * nobody knows; what cannot be told at all is enough. */
static bool has_room(size_t least_bytes)
{
    size_t size_bytes;
    const char *begin = own_stack(&size_bytes);
    const uintptr_t here = (uintptr_t)&size_bytes, low = (uintptr_t)begin;

    return !begin || (here >= low && here - low < size_bytes && here - low >= least_bytes);
}

struct call {
    yoke_status (*call)(void *arg);
    void *arg;
    yoke_status st;
    char sentence[1024];
};

static void *do_call(void *arg)
{
    struct call *c = arg;

    c->st = c->call(c->arg);
    if (c->st != YOKE_OK) snprintf(c->sentence, sizeof c->sentence, "%s", yoke_last_error());
    return NULL;
}

yoke_status yoke_call_on_stack(size_t least_bytes, yoke_status (*call)(void *arg), void *arg)
{
    struct call c = { .call = call, .arg = arg };
    pthread_t thread;

    if (has_room(least_bytes)) return call(arg);
    if (yoke_thread_create(&thread, do_call, &c) != 0)
        return yoke_fail(YOKE_ERR_NO_MEMORY, "the system gives no thread with a stack for drivers");
    pthread_join(thread, NULL);
    return c.st == YOKE_OK ? YOKE_OK : yoke_fail(c.st, "%s", c.sentence);
}
