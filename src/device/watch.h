/* watch.h - the end of every command of a queue, also of those whose event nobody asked for.
 * SPDX-License-Identifier: MIT
 *
 * A command may fail long after it was queued, and clFinish does not tell: only its event does. So
 * the events of a queue's commands are kept until they are complete. A failure puts all commands
 * in doubt that were queued after it, until a call has told of it: they may have worked on what
 * the failed one left behind. A command that waits for one of another queue inherits its doubts. */
#ifndef YOKE_DEVICE_WATCH_H
#define YOKE_DEVICE_WATCH_H

#include <CL/cl.h>
#include <stdbool.h>
#include <stdint.h>

/* Shared by a queue and its events, which may outlive it. From any thread. */
struct yoke_watch;

/* With one user, or NULL: no host memory. Each user releases it once; NULL is left alone. */
struct yoke_watch *yoke_watch_create(void);
struct yoke_watch *yoke_watch_share(struct yoke_watch *w);
void yoke_watch_release(struct yoke_watch *w);

/* Before a command is queued: room for its event. False where there is no host memory. */
bool yoke_watch_reserve(struct yoke_watch *w);

/* The event of a command just queued becomes the watch's, for which there is room. `call` is a
 * literal that queued it. Returns the command's number: 1, 2, 3... */
uint64_t yoke_watch_add(struct yoke_watch *w, cl_event event, const char *call);

/* Before a command is queued that waits for another queue's: room to note that, and to keep the
 * other watch. False where there is no host memory. */
bool yoke_watch_reserve_wait(struct yoke_watch *w);

/* The last command waits for command of_number of another watch, which is shared. */
void yoke_watch_add_wait(struct yoke_watch *w, struct yoke_watch *of, uint64_t of_number);

/* A command that could not be queued, since what it was to wait for had failed with err after
 * `call` had queued it: as one that failed at once. */
void yoke_watch_add_failed(struct yoke_watch *w, cl_int err, const char *call);

/* A failure that a call told of itself. */
void yoke_watch_failed(struct yoke_watch *w);

/* What became of a command and all before it, once they have ended. On failure, which this call
 * tells of, *call is what queued the command that failed. */
cl_int yoke_watch_ask(struct yoke_watch *w, uint64_t number, const char **call);

/* The same for another queue: what it hears of stays to be told. */
cl_int yoke_watch_look(struct yoke_watch *w, uint64_t number, const char **call);

/* As yoke_watch_ask for all commands, of failures that no call has told of. */
cl_int yoke_watch_ask_all(struct yoke_watch *w, const char **call);

/* Whether any command failed since this was asked last. */
bool yoke_watch_had_failure(struct yoke_watch *w);

#endif /* YOKE_DEVICE_WATCH_H */
