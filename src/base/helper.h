/* helper.h - programs of ours that do in a process of their own what drivers may not survive.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_HELPER_H
#define YOKE_BASE_HELPER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A child that runs, and the pipe on which it speaks: its standard output. Its other streams are
 * /dev/null. */
struct yoke_helper {
    pid_t pid;
    int from_child;
};

/* Find it beside the library, or in yoke/ below that once installed. */
bool yoke_helper_find(const char *name, char path[PATH_MAX]);

/* Start it with those arguments, argv[0] included, NULL at the end. */
bool yoke_helper_start(struct yoke_helper *h, const char *path, char *const argv[]);

/* The next byte it says; 0 when it has died or the time (of yoke_now_ms) is over. */
char yoke_helper_byte(struct yoke_helper *h, double deadline_ms);

/* The next line, without its end, cut to the room there is; false as above. */
bool yoke_helper_line(struct yoke_helper *h, double deadline_ms, char *line, size_t room);

/* Kill it if it still runs and wait for its end. `how` (may be NULL) says what it did: ended the
 * process, with which signal, or gave no answer in that many seconds when limit_s is not 0. */
void yoke_helper_end(struct yoke_helper *h, double limit_s, char *how, size_t size_bytes);

/* Wait for the end of one that has said all it will say. */
void yoke_helper_wait(struct yoke_helper *h);

#endif /* YOKE_BASE_HELPER_H */
