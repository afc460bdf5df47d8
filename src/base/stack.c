/* stack.c - a stack that is large enough for what drivers do on it.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* pthread_getattr_np */
#include "base/stack.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/thread.h"

/* Of this thread; what cannot be told is enough. */
static size_t own_stack_bytes(void)
{
    static _Thread_local size_t known;
    pthread_attr_t attr;
    void *begin;

    if (known) return known;
    known = SIZE_MAX;
    if (pthread_getattr_np(pthread_self(), &attr) != 0) return known;
    if (pthread_attr_getstack(&attr, &begin, &known) != 0) known = SIZE_MAX;
    pthread_attr_destroy(&attr);
    return known;
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

    if (own_stack_bytes() >= least_bytes) return call(arg);
    if (yoke_thread_create(&thread, do_call, &c) != 0)
        return yoke_fail(YOKE_ERR_NO_MEMORY, "the system gives no thread with a stack for drivers");
    pthread_join(thread, NULL);
    return c.st == YOKE_OK ? YOKE_OK : yoke_fail(c.st, "%s", c.sentence);
}
