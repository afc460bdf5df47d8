/* thread.h - threads of Yoke's own in somebody else's program.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_THREAD_H
#define YOKE_BASE_THREAD_H

#include <pthread.h>

/* pthread_create, for a thread that takes none of the program's signals (those of faults of its own
 * excepted) and has a stack of at least 8 MiB, which compilers of drivers need. 0, or an error
 * number. */
int yoke_thread_create(pthread_t *thread, void *(*run)(void *arg), void *arg);

#endif /* YOKE_BASE_THREAD_H */
