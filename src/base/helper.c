/* helper.c - programs of ours that do in a process of their own what drivers may not survive.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* dladdr, pipe2 */
#include "base/helper.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

extern char **environ;

bool yoke_helper_find(const char *name, char path[PATH_MAX])
{
    static const char *const places[] = { "", "yoke/", "../src/" };
    Dl_info self;

    if (!dladdr(places, &self) || !self.dli_fname) return false;
    const char *slash = strrchr(self.dli_fname, '/');
    if (!slash) return false; /* never a program of the current directory */
    const int dir = (int)(slash - self.dli_fname) + 1;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const int n = snprintf(path, PATH_MAX, "%.*s%s%s", dir, self.dli_fname, places[i], name);
        if (n < PATH_MAX && access(path, X_OK) == 0) return true;
    }
    return false;
}

bool yoke_helper_start(struct yoke_helper *h, const char *path, char *const argv[])
{
    posix_spawn_file_actions_t actions;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    bool ok = posix_spawn_file_actions_init(&actions) == 0;
    if (ok) {
        ok = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0 &&
             posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ==
                 0 &&
             posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) ==
                 0 &&
             posix_spawn(&h->pid, path, &actions, NULL, argv, environ) == 0;
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    h->from_child = ends[0];
    if (!ok) close(ends[0]);
    return ok;
}

char yoke_helper_byte(struct yoke_helper *h, double deadline_ms)
{
    for (;;) {
        struct pollfd p = { .fd = h->from_child, .events = POLLIN };
        const double left = deadline_ms - yoke_now_ms();
        char c;

        if (left <= 0) return 0;
        const int ready = poll(&p, 1, (int)left + 1);
        if (ready < 0 && errno != EINTR) return 0;
        if (ready <= 0) continue;
        const ssize_t n = read(h->from_child, &c, 1);
        if (n == 1) return c;
        if (n == 0 || errno != EINTR) return 0;
    }
}

bool yoke_helper_line(struct yoke_helper *h, double deadline_ms, char *line, size_t room)
{
    size_t n = 0;
    char c;

    while ((c = yoke_helper_byte(h, deadline_ms)) != 0 && c != '\n')
        if (n + 1 < room) line[n++] = c;
    line[n] = '\0';
    return c == '\n';
}

void yoke_helper_end(struct yoke_helper *h, double limit_s, char *how, size_t size_bytes)
{
    int status = 0;

    kill(h->pid, SIGKILL);
    while (waitpid(h->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(h->from_child);
    if (!how) return;
    if (limit_s > 0)
        snprintf(how, size_bytes, "gave no answer in %.3g s", limit_s);
    else if (WIFSIGNALED(status))
        snprintf(how, size_bytes, "ended the process with signal %d", WTERMSIG(status));
    else
        snprintf(how, size_bytes, "ended the process");
}

void yoke_helper_wait(struct yoke_helper *h)
{
    close(h->from_child);
    while (waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
