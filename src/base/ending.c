/* ending.c - a command that is ended by a signal leaves no half-written file.
 * SPDX-License-Identifier: MIT */
#include "base/ending.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/writer.h"

enum { MAX_DESCRIPTORS = 1024 };

/* "/proc/self/fd/N", by functions that are safe in a signal handler. */
static void name_descriptor(int fd, char text[32])
{
    static const char folder[] = "/proc/self/fd/";
    char *end = text + sizeof folder - 1;

    memcpy(text, folder, sizeof folder);
    for (int n = fd; n >= 10; n /= 10)
        end++;
    end[1] = '\0';
    for (int n = fd; end >= text + sizeof folder - 1; n /= 10)
        *end-- = (char)('0' + n % 10);
}

static void remove_temporary(int fd)
{
    char name[32], path[PATH_MAX];
    const char *slash;

    name_descriptor(fd, name);
    const ssize_t n = readlink(name, path, sizeof path - 1);
    if (n <= 0) return;
    path[n] = '\0';
    slash = strrchr(path, '/');
    if (slash && yoke_writer_is_temporary(slash + 1)) unlink(path);
}

/* The signal comes again, with its default action, when this returns. */
static void on_signal(int signal)
{
    const int error = errno;

    for (int fd = 0; fd < MAX_DESCRIPTORS; fd++)
        remove_temporary(fd);
    errno = error;
    raise(signal);
}

void yoke_ending_prepare(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGXFSZ };
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND }, old;

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(signals[i], &action, NULL);
}
