/* helper.c - a program of ours that does in a process of its own what drivers may not survive.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* pipe2, posix_spawn_file_actions_addclosefrom_np */
#include "base/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* P_PIDFD and PIDFD_SIGNAL_PROCESS_GROUP, which older headers lack, as older systems the latter. */
enum { ID_PIDFD = 3, TO_GROUP = 4 };

/* Between two looks at the processor's time; and how long an end may take once it is certain: a
 * process that waits in a driver of the kernel cannot be killed. */
enum { LOOK_MS = 50, END_MS = 2000, NO_PIDFD_MS = 5 };

/* So many times its limit may a child take by the clock: one that waits does not use the processor,
 * and one beside busy programs gets little of it. */
enum { PATIENCE = 4 };

extern char **environ;

const char *const yoke_helper_words[YOKE_HELPER_END + 1] = {
    [YOKE_HELPER_SILENT] = "",       [YOKE_HELPER_READY] = "ready",   [YOKE_HELPER_SORRY] = "sorry",
    [YOKE_HELPER_BEGIN] = "begin",   [YOKE_HELPER_PASS] = "pass",     [YOKE_HELPER_WRONG] = "wrong",
    [YOKE_HELPER_BROKEN] = "broken", [YOKE_HELPER_REFUSE] = "refuse", [YOKE_HELPER_LOST] = "lost",
    [YOKE_HELPER_END] = "end",
};

static int open_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0); /* closed on exec by itself */
#else
    (void)pid;
    return -1;
#endif
}

static bool set_attributes(posix_spawnattr_t *attr)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    return posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF) == 0 &&
           posix_spawnattr_setpgroup(attr, 0) == 0 &&
           posix_spawnattr_setsigmask(attr, &none) == 0 &&
           posix_spawnattr_setsigdefault(attr, &all) == 0;
}

/* The pipe first: its end may lie where the other streams go. */
static bool set_streams(posix_spawn_file_actions_t *actions, int to_parent)
{
    return posix_spawn_file_actions_adddup2(actions, to_parent, STDOUT_FILENO) == 0 &&
           posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
           posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0
#ifdef HAVE_SPAWN_CLOSEFROM /* else it closes them itself (helper_child.h) */
           && posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1) == 0
#endif
        ;
}

static bool spawn(pid_t *pid, const char *path, char *const argv[], int to_parent)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    bool ok;

    if (posix_spawn_file_actions_init(&actions) != 0) return false;
    ok = posix_spawnattr_init(&attr) == 0;
    if (ok) {
        ok = set_attributes(&attr) && set_streams(&actions, to_parent) &&
             posix_spawn(pid, path, &actions, &attr, argv, environ) == 0;
        posix_spawnattr_destroy(&attr);
    }
    posix_spawn_file_actions_destroy(&actions);
    return ok;
}

bool yoke_helper_start(struct yoke_helper *h, const char *path, char *const argv[])
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    const bool ok = spawn(&h->pid, path, argv, ends[1]);
    close(ends[1]);
    h->from_child = ends[0];
    h->pidfd = ok ? open_pidfd(h->pid) : -1;
    h->state = YOKE_HELPER_TALKS;
    if (!ok) close(ends[0]);
    return ok;
}

/* Of a child that is not gone, so that the number is still its own. */
static double cpu_ms(const struct yoke_helper *h)
{
    struct timespec t;
    clockid_t clock;

    if (clock_getcpuclockid(h->pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

void yoke_helper_allow(struct yoke_helper *h, double limit_ms, double until_ms)
{
    h->begin_ms = yoke_now_ms();
    h->begin_cpu_ms = cpu_ms(h);
    h->limit_ms = limit_ms;
    h->until_ms = fmin(until_ms, h->begin_ms + PATIENCE * limit_ms);
}

/* Look whether it may take longer, and say how long until that should be asked again. */
static void look_at_time(struct yoke_helper *h, int *wait_ms)
{
    const double now = yoke_now_ms(), to_limit = h->begin_ms + h->limit_ms - now;
    const double left = h->until_ms - now;

    h->took_ms = now - h->begin_ms;
    if (to_limit <= 0 && cpu_ms(h) - h->begin_cpu_ms >= h->limit_ms)
        h->state = YOKE_HELPER_HANGS;
    else if (left <= 0)
        h->state = YOKE_HELPER_IS_LATE;
    const double next = to_limit > 0 ? to_limit : LOOK_MS;
    *wait_ms = (int)fmin(fmin(next, left), 1e6) + 1;
}

/* Whether there is something to read within that time; also the end of the pipe is. Something that
 * the child started may hold it open when the child is gone. */
static bool is_readable(struct yoke_helper *h, int wait_ms)
{
    struct pollfd p[2] = { { .fd = h->pidfd, .events = POLLIN },
                           { .fd = h->from_child, .events = POLLIN } };

    const int ready = poll(p, 2, wait_ms);
    if (ready > 0 && p[0].revents) { /* its last words may have come after the look at the pipe */
        if (poll(&p[1], 1, 0) > 0) return true;
        h->state = YOKE_HELPER_IS_GONE;
    }
    return ready > 0 && p[1].revents;
}

char yoke_helper_byte(struct yoke_helper *h)
{
    int wait_ms = 0;
    char c;

    while (h->state == YOKE_HELPER_TALKS) {
        if (is_readable(h, wait_ms)) {
            const ssize_t n = read(h->from_child, &c, 1);
            if (n == 1) return c;
            if (n == 0 || errno != EINTR) h->state = YOKE_HELPER_IS_GONE;
        } else if (h->state == YOKE_HELPER_TALKS) {
            look_at_time(h, &wait_ms);
        }
    }
    return 0;
}

bool yoke_helper_line(struct yoke_helper *h, char *line, size_t room)
{
    size_t n = 0;
    char c;

    while ((c = yoke_helper_byte(h)) != 0 && c != '\n')
        if (n + 1 < room) line[n++] = c;
    line[n] = '\0';
    return c == '\n';
}

enum yoke_helper_word yoke_helper_hear(struct yoke_helper *h, char rest[YOKE_HELPER_LINE_MAX])
{
    char line[YOKE_HELPER_LINE_MAX];

    rest[0] = '\0';
    if (!yoke_helper_line(h, line, sizeof line)) return YOKE_HELPER_SILENT;
    char *blank = line + strcspn(line, " ");
    if (*blank) {
        strcpy(rest, blank + 1);
        *blank = '\0';
    }
    int word = YOKE_HELPER_END;
    while (word > YOKE_HELPER_SILENT && strcmp(line, yoke_helper_words[word]) != 0)
        word--;
    return (enum yoke_helper_word)word;
}

static int wait_for(const struct yoke_helper *h, siginfo_t *info, int options)
{
    int result;

    info->si_pid = 0;
    do
        result = h->pidfd >= 0 ? waitid((idtype_t)ID_PIDFD, (id_t)h->pidfd, info, options)
                               : waitid(P_PID, (id_t)h->pid, info, options);
    while (result != 0 && errno == EINTR);
    return result;
}

/* A number that was given back may be anyone's: whose end was taken already, since SIGCHLD is
 * ignored or by another thread, is not killed any more; without a pidfd, nor one whose end was
 * heard. */
static void kill_group(const struct yoke_helper *h)
{
    siginfo_t info;

#ifdef SYS_pidfd_send_signal
    if (h->pidfd >= 0 && syscall(SYS_pidfd_send_signal, h->pidfd, SIGKILL, NULL, TO_GROUP) == 0)
        return;
#endif
    const bool is_ours = (h->pidfd >= 0 || h->state != YOKE_HELPER_IS_GONE) &&
                         wait_for(h, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
    if (is_ours) kill(-h->pid, SIGKILL);
}

/* Within a time; also where another has taken the end. */
static bool has_ended(const struct yoke_helper *h)
{
    const double until = yoke_now_ms() + END_MS;
    siginfo_t info;

    while (wait_for(h, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0) {
        struct pollfd p = { .fd = h->pidfd, .events = POLLIN };
        if (yoke_now_ms() >= until) return false;
        (void)poll(&p, 1, h->pidfd >= 0 ? END_MS : NO_PIDFD_MS);
    }
    return true;
}

static enum yoke_helper_fate fate_of_signal(int signal)
{
    switch (signal) {
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGABRT: return yoke_helper_is_confined() ? YOKE_FATE_DOUBTFUL : YOKE_FATE_CRASHED;
    case SIGTRAP:
    case SIGSYS: return YOKE_FATE_DOUBTFUL;
    default: return YOKE_FATE_KILLED;
    }
}

static enum yoke_helper_fate explain(const struct yoke_helper *h, const siginfo_t *end, char *how,
                                     size_t size_bytes)
{
    char unused[8];

    if (!how) how = unused, size_bytes = sizeof unused;
    if (h->state == YOKE_HELPER_HANGS) {
        snprintf(how, size_bytes, "gave no answer in %.3g s of the processor's time",
                 h->limit_ms * 1e-3);
        return YOKE_FATE_HUNG;
    }
    if (h->state == YOKE_HELPER_IS_LATE) {
        snprintf(how, size_bytes, "gave no answer in %.3g s", h->took_ms * 1e-3);
        return YOKE_FATE_LATE;
    }
    if (end->si_pid == 0) {
        snprintf(how, size_bytes, "ended in a way that was not to be learnt");
        return YOKE_FATE_DOUBTFUL;
    }
    if (end->si_code == CLD_EXITED) {
        snprintf(how, size_bytes, "ended with exit status %d", end->si_status);
        return YOKE_FATE_DOUBTFUL;
    }
    snprintf(how, size_bytes, "ended the process with signal %d%s", end->si_status,
             yoke_helper_is_confined() ? " under a limit on memory" : "");
    return fate_of_signal(end->si_status);
}

enum yoke_helper_fate yoke_helper_end(struct yoke_helper *h, char *how, size_t size_bytes)
{
    siginfo_t end = { .si_pid = 0 };

    if (h->state == YOKE_HELPER_IS_GONE) (void)has_ended(h); /* a moment after its last word */
    kill_group(h);
    if (has_ended(h) && wait_for(h, &end, WEXITED) != 0) end.si_pid = 0;
    if (h->pidfd >= 0) close(h->pidfd);
    close(h->from_child);
    return explain(h, &end, how, size_bytes);
}

static bool is_limited(int resource)
{
    struct rlimit limit;

    return getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

bool yoke_helper_is_confined(void)
{
    return is_limited(RLIMIT_AS) || is_limited(RLIMIT_DATA);
}
