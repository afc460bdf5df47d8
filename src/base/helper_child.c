/* helper_child.c - how the helper's program speaks to who started it.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* F_DUPFD_CLOEXEC beside poll */
#include "base/helper_child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/thread.h"

static int to_parent = STDOUT_FILENO;

static void *end_with_parent(void *arg)
{
    struct pollfd p = { .fd = to_parent, .events = 0 };

    while (poll(&p, 1, -1) <= 0 || p.revents == 0)
        ;
    kill(getpgrp() == getpid() ? 0 : getpid(), SIGKILL); /* 0: the whole group, when it is ours */
    return arg;
}

static bool take_stdout(void)
{
    const int own = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (own < 0 || null < 0 || dup2(null, STDOUT_FILENO) < 0) return false;
    close(null);
    to_parent = own;
    return true;
}

bool yoke_helper_child_begin(void)
{
    pthread_t thread;

#ifndef HAVE_SPAWN_CLOSEFROM
    for (long fd = sysconf(_SC_OPEN_MAX) - 1; fd > STDERR_FILENO; fd--)
        close((int)fd);
#endif
    if (!take_stdout() || yoke_thread_create(&thread, end_with_parent, NULL) != 0) return false;
    pthread_detach(thread);
    return true;
}

void yoke_helper_say(enum yoke_helper_word word)
{
    if (dprintf(to_parent, "%s\n", yoke_helper_words[word]) < 0) _exit(1);
}

void yoke_helper_say_text(enum yoke_helper_word word, const char *fmt, ...)
{
    char text[YOKE_HELPER_LINE_MAX];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    for (char *c = text; *c; c++)
        if (*c == '\n') *c = ' ';
    if (dprintf(to_parent, "%s %s\n", yoke_helper_words[word], text) < 0) _exit(1);
}
