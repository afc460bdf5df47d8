/* helper.h - a program of ours that does in a process of its own what drivers may not survive.
 * SPDX-License-Identifier: MIT
 *
 * It is started as "yoke-helper TASK ARGUMENT..."; the arguments stand where a task is asked for:
 * probe (device/probe.h), self-test (op/self_test.h), trial (tune/trial.h). It says lines, each of
 * a word and what belongs to it:
 *
 *   ready         it has what it needs for the task
 *   sorry WHY     it has not, and ends
 *   begin         the next of the things that it was asked for begins; then one of
 *     pass VALUE    it went well
 *     wrong WHY     its result is wrong
 *     broken WHY    it does not compile
 *     refuse WHY    it does not fit this device
 *     lost WHY      the device failed, perhaps for want of something that passes: the last word
 *   end           it is through, or has no more time
 *
 * What it falls silent over is what began last. */
#ifndef YOKE_BASE_HELPER_H
#define YOKE_BASE_HELPER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What is known of the end of a child that fell silent before it had said all. Only a crash and a
 * hang speak against what it was doing, and only when a second child ends in the same way. */
enum yoke_helper_fate {
    YOKE_FATE_KILLED,   /* by a signal that others send: the user, the system short of memory   */
    YOKE_FATE_DOUBTFUL, /* it exited, crashed where this process may have only so much memory, or
                         * another part of this process took its end                            */
    YOKE_FATE_LATE,     /* its time was over, of which the processor had given it less          */
    YOKE_FATE_CRASHED,  /* SIGSEGV, SIGBUS, SIGILL, SIGFPE or SIGABRT                           */
    YOKE_FATE_HUNG,     /* it had used the processor for as long as it may                      */
};

enum yoke_helper_word {
    YOKE_HELPER_SILENT, /* none: it is gone, hangs, is late, or says what is no word */
    YOKE_HELPER_READY,
    YOKE_HELPER_SORRY,
    YOKE_HELPER_BEGIN,
    YOKE_HELPER_PASS,
    YOKE_HELPER_WRONG,
    YOKE_HELPER_BROKEN,
    YOKE_HELPER_REFUSE,
    YOKE_HELPER_LOST,
    YOKE_HELPER_END,
};
extern const char *const yoke_helper_words[YOKE_HELPER_END + 1];

enum { YOKE_HELPER_LINE_MAX = 512 }; /* its terminator included; what is longer is cut */

/* A child that runs, and the pipe on which it speaks: its standard output. Its other streams are
 * /dev/null, and it has nothing else of ours: no descriptors, the default for each signal, none
 * blocked, a process group of its own, so that Ctrl-C and Ctrl-Z are not for it. */
struct yoke_helper {
    pid_t pid;
    int pidfd; /* -1 where the system has none */
    int from_child;
    double begin_ms, begin_cpu_ms, limit_ms, until_ms; /* what it is allowed   */
    double took_ms;                                    /* when it was looked at */
    enum { YOKE_HELPER_TALKS, YOKE_HELPER_IS_GONE, YOKE_HELPER_IS_LATE, YOKE_HELPER_HANGS } state;
};

/* Find yoke-helper beside the file that holds this library, or in yoke/ below that once installed.
 * Never by a name that others may have chosen, and not for a privileged process at all
 * (privilege.h). */
bool yoke_helper_find(char path[PATH_MAX]);

/* Start it with those arguments, argv[0] included, NULL at the end. */
bool yoke_helper_start(struct yoke_helper *h, const char *path, char *const argv[]);

/* What it says next may take until then (of yoke_now_ms). It hangs when it takes limit_ms from now
 * on, by the clock and of the processor's time; four times as long by the clock, it is late. */
void yoke_helper_allow(struct yoke_helper *h, double limit_ms, double until_ms);

/* The next byte it says; 0 when it is gone, hangs or is late. What it has said is taken before the
 * time is looked at: this process may have been stopped meanwhile. */
char yoke_helper_byte(struct yoke_helper *h);

/* The next line, without its end, cut to the room there is; false as above. */
bool yoke_helper_line(struct yoke_helper *h, char *line, size_t room);

/* The word of the next line; `rest` is what belongs to it. */
enum yoke_helper_word yoke_helper_hear(struct yoke_helper *h, char rest[YOKE_HELPER_LINE_MAX]);

/* Kill it, and what it started, if it still runs, and wait for its end. `how` (may be NULL) says
 * what it did, as what follows "the child ". */
enum yoke_helper_fate yoke_helper_end(struct yoke_helper *h, char *how, size_t size_bytes);

/* Whether this process, and so its children, may have only so much memory: then it may be for want
 * of it that something crashes or does not compile. */
bool yoke_helper_is_confined(void);

#endif /* YOKE_BASE_HELPER_H */
