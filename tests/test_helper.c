/* test_helper.c - children that are asked in our place: what they have of us, and how they end.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* syscall */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/helper.h"
#include "unit.h"

/* In place of the system's: what is killed is written down first. */
static pid_t killed[8];
static size_t n_killed;

int kill(pid_t pid, int signal)
{
    if (n_killed < sizeof killed / sizeof *killed) killed[n_killed++] = pid;
    return (int)syscall(SYS_kill, pid, signal);
}

static void start(struct yoke_helper *h, const char *path, const char *a, const char *b)
{
    char *argv[] = { (char *)path, (char *)a, (char *)b, NULL };

    ck_assert(yoke_helper_start(h, path, argv));
    yoke_helper_allow(h, INFINITY, yoke_now_ms() + 10000);
}

static void start_shell(struct yoke_helper *h, const char *script)
{
    start(h, "/bin/sh", "-c", script);
}

/* How a script ends that says nothing. */
static enum yoke_helper_fate fate_of(const char *script, double limit_ms, double until_ms)
{
    struct yoke_helper h;
    char how[128];

    start_shell(&h, script);
    yoke_helper_allow(&h, limit_ms, yoke_now_ms() + until_ms);
    ck_assert_int_eq(yoke_helper_byte(&h), 0);
    const enum yoke_helper_fate fate = yoke_helper_end(&h, how, sizeof how);
    ck_assert_msg(how[0] != '\0', "%s", script);
    return fate;
}

/* Whether a process is there that is more than a name for its parent to read. */
static bool lives(pid_t pid)
{
    char path[64], state = 'Z';

    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *f = fopen(path, "re");
    if (!f) return false;
    if (fscanf(f, "%*d %*s %c", &state) != 1) state = 'Z';
    fclose(f);
    return state != 'Z';
}

static bool dies(pid_t pid)
{
    for (int i = 0; i < 500 && lives(pid); i++)
        nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
    return !lives(pid);
}

/* The program's signals and descriptors are its own. */
START_TEST(child_inherits_nothing)
{
    struct yoke_helper h;
    char line[256];
    sigset_t all;
    size_t n = 0;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    start(&h, "/bin/cat", "/proc/self/status", NULL);
    while (yoke_helper_line(&h, line, sizeof line))
        if (strncmp(line, "SigBlk:", 7) == 0 || strncmp(line, "SigIgn:", 7) == 0) {
            /* but those that the C library has for itself */
            ck_assert_msg((strtoull(line + 7, NULL, 16) & 0x7fffffff) == 0, "%s", line);
            n++;
        }
    ck_assert_uint_eq(n, 2);
    yoke_helper_end(&h, NULL, 0);

    start_shell(&h, "exec sleep 60");
    ck_assert_int_eq(getpgid(h.pid), h.pid);
    yoke_helper_end(&h, NULL, 0);

    ck_assert_int_eq(fcntl(STDERR_FILENO, F_DUPFD, 77), 77); /* and open on exec */
    start_shell(&h, "for fd in /proc/self/fd/*; do test -e $fd && echo $fd; done");
    for (n = 0; yoke_helper_line(&h, line, sizeof line); n++)
        ck_assert_str_ne(line, "/proc/self/fd/77");
    ck_assert_uint_ge(n, 3);
    yoke_helper_end(&h, NULL, 0);
}
END_TEST

START_TEST(fates)
{
    static const char *const crashes[] = { "SEGV", "BUS", "ILL", "FPE", "ABRT" };
    static const char *const outside[] = { "INT", "TERM", "KILL", "HUP", "QUIT", "XCPU" };
    char script[64];

    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
        snprintf(script, sizeof script, "kill -%s $$", crashes[i]);
        ck_assert_int_eq(fate_of(script, INFINITY, 5000), YOKE_FATE_CRASHED);
    }
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        snprintf(script, sizeof script, "kill -%s $$", outside[i]);
        ck_assert_int_eq(fate_of(script, INFINITY, 5000), YOKE_FATE_KILLED);
    }
    ck_assert_int_eq(fate_of("exit 3", INFINITY, 5000), YOKE_FATE_DOUBTFUL);
    ck_assert_int_eq(fate_of("while :; do :; done", 200, 9000), YOKE_FATE_HUNG);
    ck_assert_int_eq(fate_of("while :; do :; done", INFINITY, 200), YOKE_FATE_LATE);
    ck_assert_int_eq(fate_of("exec sleep 60", 200, 9000), YOKE_FATE_LATE);
    ck_assert_int_eq(fate_of("kill -STOP $$", 200, 9000), YOKE_FATE_LATE);
}
END_TEST

START_TEST(crash_under_a_limit_on_memory_is_doubtful)
{
    static const int resources[] = { RLIMIT_AS, RLIMIT_DATA };
    struct rlimit limit;

    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(getrlimit(resources[i], &limit), 0);
        limit.rlim_cur = (rlim_t)1 << 60;
        ck_assert_int_eq(setrlimit(resources[i], &limit), 0);
        ck_assert_int_eq(fate_of("kill -SEGV $$", INFINITY, 5000), YOKE_FATE_DOUBTFUL);
        limit.rlim_cur = RLIM_INFINITY;
        ck_assert_int_eq(setrlimit(resources[i], &limit), 0);
    }
}
END_TEST

/* Its number is anyone's then. */
START_TEST(end_that_another_took_is_left_alone)
{
    struct yoke_helper h;
    char how[128];

    signal(SIGCHLD, SIG_IGN);
    start_shell(&h, "kill -SEGV $$");
    ck_assert_int_eq(yoke_helper_byte(&h), 0);
    ck_assert(dies(h.pid));
    n_killed = 0;
    ck_assert_int_eq(yoke_helper_end(&h, how, sizeof how), YOKE_FATE_DOUBTFUL);
    ck_assert_uint_eq(n_killed, 0);

    signal(SIGCHLD, SIG_DFL);
    start_shell(&h, "kill -SEGV $$");
    ck_assert_int_eq(waitpid(h.pid, NULL, 0), h.pid);
    n_killed = 0;
    ck_assert_int_eq(yoke_helper_end(&h, how, sizeof how), YOKE_FATE_DOUBTFUL);
    ck_assert_uint_eq(n_killed, 0);
}
END_TEST

START_TEST(what_it_started_ends_with_it)
{
    struct yoke_helper h;
    char line[64];

    start_shell(&h, "sleep 60 & echo $!; wait");
    ck_assert(yoke_helper_line(&h, line, sizeof line));
    yoke_helper_end(&h, NULL, 0);
    ck_assert(dies(atoi(line)));

    /* It may hold the pipe open when the child is gone. */
    start_shell(&h, "sleep 60 & echo $!");
    ck_assert(yoke_helper_line(&h, line, sizeof line));
    const double begin = yoke_now_ms();
    ck_assert_int_eq(yoke_helper_byte(&h), 0);
    ck_assert_double_lt(yoke_now_ms() - begin, 3000);
    yoke_helper_end(&h, NULL, 0);
    ck_assert(dies(atoi(line)));
}
END_TEST

/* Ctrl-Z: the child went on, and what it said meanwhile counts. */
START_TEST(stopped_parent_hears_what_was_said)
{
    struct yoke_helper h;
    char line[64];
    const pid_t self = getpid(), other = fork();

    if (other == 0) {
        nanosleep(&(struct timespec){ 0, 100000000 }, NULL);
        syscall(SYS_kill, self, SIGSTOP);
        nanosleep(&(struct timespec){ 1, 500000000 }, NULL);
        syscall(SYS_kill, self, SIGCONT);
        _exit(0);
    }
    start_shell(&h, "sleep 0.3; echo first; sleep 0.3; echo second; exec sleep 60");
    yoke_helper_allow(&h, 800, yoke_now_ms() + 1000);
    ck_assert(yoke_helper_line(&h, line, sizeof line));
    ck_assert_str_eq(line, "first");
    ck_assert(yoke_helper_line(&h, line, sizeof line));
    ck_assert_str_eq(line, "second");
    ck_assert(!yoke_helper_line(&h, line, sizeof line));
    ck_assert_int_eq(yoke_helper_end(&h, NULL, 0), YOKE_FATE_LATE);
}
END_TEST

/* A helper that hangs ends when the program that asked is gone, however that ended. */
START_TEST(helper_does_not_outlive_its_parent)
{
    int ends[2];
    char line[YOKE_HELPER_LINE_MAX] = "";

    ck_assert_int_eq(pipe(ends), 0);
    const pid_t parent = fork();
    if (parent == 0) {
        struct yoke_helper h;
        start(&h, PLANTED, NULL, NULL);
        if (yoke_helper_hear(&h, line) != YOKE_HELPER_PASS) _exit(1);
        if (write(ends[1], line, sizeof line) != sizeof line) _exit(1);
        raise(SIGKILL);
    }
    close(ends[1]);
    ck_assert_int_eq(read(ends[0], line, sizeof line), sizeof line);
    ck_assert_int_gt(atoi(line), 0);
    ck_assert_int_eq(waitpid(parent, NULL, 0), parent);
    ck_assert(dies(atoi(line)));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("helper");
    TCase *tc = tcase_create("helper");

    tcase_add_test(tc, child_inherits_nothing);
    tcase_add_test(tc, fates);
    tcase_add_test(tc, crash_under_a_limit_on_memory_is_doubtful);
    tcase_add_test(tc, end_that_another_took_is_left_alone);
    tcase_add_test(tc, what_it_started_ends_with_it);
    tcase_add_test(tc, stopped_parent_hears_what_was_said);
    tcase_add_test(tc, helper_does_not_outlive_its_parent);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
