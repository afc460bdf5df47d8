/* helper_child.c - what a helper's program does first.
 * SPDX-License-Identifier: MIT */
#include "base/helper_child.h"

#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include "base/thread.h"

static void *end_with_parent(void *arg)
{
    struct pollfd p = { .fd = (int)(intptr_t)arg, .events = 0 };

    while (poll(&p, 1, -1) <= 0 || p.revents == 0)
        ;
    kill(getpgrp() == getpid() ? 0 : getpid(), SIGKILL); /* 0: the whole group, when it is ours */
    return NULL;
}

void yoke_helper_child_begin(int to_parent)
{
    pthread_t thread;

#ifndef HAVE_SPAWN_CLOSEFROM
    for (long fd = sysconf(_SC_OPEN_MAX) - 1; fd > STDERR_FILENO; fd--)
        if (fd != to_parent) close((int)fd);
#endif
    if (yoke_thread_create(&thread, end_with_parent, (void *)(intptr_t)to_parent) == 0)
        pthread_detach(thread);
}
