/* probe.c - ask in a child process first, since drivers are known to abort when asked.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* dladdr */
#include "device/probe.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/note.h"
#include "device/probe_memo.h"

extern char **environ;

enum { TIME_LIMIT_MS = 20000, MEMORY_S = 24 * 3600 };

/* The child's program lies beside the library, or in yoke/ below it once installed. */
static bool find_program(char path[PATH_MAX])
{
    static const char *const places[] = { "yoke-probe", "yoke/yoke-probe", "../src/yoke-probe" };
    Dl_info self;

    if (!dladdr(places, &self) || !self.dli_fname) return false;
    const char *slash = strrchr(self.dli_fname, '/');
    if (!slash) return false; /* never a program of the current directory */
    const int dir = (int)(slash - self.dli_fname) + 1;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const int n = snprintf(path, PATH_MAX, "%.*s%s", dir, self.dli_fname, places[i]);
        if (n < PATH_MAX && access(path, X_OK) == 0) return true;
    }
    return false;
}

static bool spawn(const char *path, size_t first, pid_t *pid, int *from_child)
{
    char number[16];
    char *argv[] = { "yoke-probe", number, NULL };
    posix_spawn_file_actions_t actions;
    int ends[2];

    snprintf(number, sizeof number, "%zu", first);
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    bool ok = posix_spawn_file_actions_init(&actions) == 0;
    if (ok) {
        ok = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0 &&
             posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ==
                 0 &&
             posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) ==
                 0 &&
             posix_spawn(pid, path, &actions, NULL, argv, environ) == 0;
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    *from_child = ends[0];
    if (!ok) close(ends[0]);
    return ok;
}

/* The next byte the child says; 0 when it has died, or the time is over. */
static char listen_to(int from_child, double deadline_ms)
{
    for (;;) {
        struct pollfd p = { .fd = from_child, .events = POLLIN };
        const double left = deadline_ms - yoke_now_ms();
        char c;

        if (left <= 0) return 0;
        const int ready = poll(&p, 1, (int)left + 1);
        if (ready < 0 && errno != EINTR) return 0;
        if (ready <= 0) continue;
        const ssize_t n = read(from_child, &c, 1);
        if (n == 1) return c;
        if (n == 0 || errno != EINTR) return 0;
    }
}

static void describe_end(pid_t pid, bool late, char *how, size_t size)
{
    int status = 0;

    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (late)
        snprintf(how, size, "gave no answer in %d s", TIME_LIMIT_MS / 1000);
    else if (WIFSIGNALED(status))
        snprintf(how, size, "ended the process with signal %d", WTERMSIG(status));
    else
        snprintf(how, size, "ended the process");
}

/* One child, from platform `first` on; true when it came to the end. Otherwise *first is the one
 * after the platform that took it down. */
static bool ask(const char *path, struct yoke_probe *probe, size_t *first)
{
    const double deadline = yoke_now_ms() + TIME_LIMIT_MS;
    int from_child;
    pid_t pid;
    char c;

    if (!spawn(path, *first, &pid, &from_child)) {
        probe->ran = false;
        return true;
    }
    while ((c = listen_to(from_child, deadline)) != 0 && c != 'E') {
        if (c == 'L') probe->loader_ok = true;
        if (c == '+' && *first < YOKE_PROBE_MAX) probe->verdict[(*first)++] = '+';
    }
    close(from_child);
    if (c == 'E') {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
        return true;
    }
    describe_end(pid, yoke_now_ms() >= deadline, probe->how, sizeof probe->how);
    if (probe->loader_ok && *first < YOKE_PROBE_MAX) probe->verdict[(*first)++] = '-';
    return !probe->loader_ok || *first >= YOKE_PROBE_MAX;
}

static void ask_all(const char *path, struct yoke_probe *probe)
{
    size_t first = 0;

    memset(probe, 0, sizeof *probe);
    memset(probe->verdict, '?', sizeof probe->verdict);
    probe->ran = true;
    while (!ask(path, probe, &first))
        ;
}

static bool all_is_well(const struct yoke_probe *probe)
{
    return probe->ran && probe->loader_ok && !memchr(probe->verdict, '-', sizeof probe->verdict);
}

void yoke_probe_run(struct yoke_probe *probe)
{
    char path[PATH_MAX], note[8];
    unsigned char circumstances[YOKE_HASH_BYTES];
    const bool known = yoke_probe_circumstances(circumstances);

    memset(probe, 0, sizeof *probe);
    if (known && yoke_note_read("probe", circumstances, MEMORY_S, note, sizeof note)) return;
    if (!find_program(path)) return;
    ask_all(path, probe);
    if (known && all_is_well(probe)) yoke_note_write("probe", circumstances, "well\n");
    if (!probe->ran || probe->loader_ok) return;
    /* ocl-icd asks for devices already to sort the platforms. Unsorted, one dead platform leaves
     * the others; this process would not survive the sorting either, so it must not sort any more.
     */
    if (setenv("OCL_ICD_PLATFORM_SORT", "none", 1) == 0) ask_all(path, probe);
}
