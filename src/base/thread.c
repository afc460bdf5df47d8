/* thread.c - threads of Yoke's own in somebody else's program.
 * SPDX-License-Identifier: MIT */
#include "base/thread.h"

#include <signal.h>
#include <stddef.h>

static const size_t least_stack_bytes = (size_t)8 << 20;

/* All but what the thread itself may cause. */
static void fill_mask(sigset_t *set)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS };

    sigfillset(set);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(set, faults[i]);
}

int yoke_thread_create(pthread_t *thread, void *(*run)(void *arg), void *arg)
{
    sigset_t mask, old;
    pthread_attr_t attr;
    size_t stack_bytes;

    int err = pthread_attr_init(&attr);
    if (err != 0) return err;
    err = pthread_attr_getstacksize(&attr, &stack_bytes);
    if (err == 0 && stack_bytes < least_stack_bytes)
        err = pthread_attr_setstacksize(&attr, least_stack_bytes);
    if (err == 0) {
        fill_mask(&mask); /* a thread inherits the mask of the one that makes it */
        pthread_sigmask(SIG_SETMASK, &mask, &old);
        err = pthread_create(thread, &attr, run, arg);
        pthread_sigmask(SIG_SETMASK, &old, NULL);
    }
    pthread_attr_destroy(&attr);
    return err;
}
