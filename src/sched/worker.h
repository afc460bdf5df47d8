/* worker.h - a host thread that does one job at a time, for one device.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_WORKER_H
#define YOKE_SCHED_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "yoke/status.h"

struct yoke_worker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    atomic_int state; /* enum in worker.c */
    bool running;
    double look_ms; /* device/wait.h */
    void (*job)(void *arg);
    void *arg;
};

/* Start the thread, which like those that wait for it looks so long before it sleeps.
 * YOKE_ERR_NO_MEMORY when the system gives none. */
yoke_status yoke_worker_create(struct yoke_worker *w, double look_ms);

/* Give it a job; it must be idle. Then wait for the end of the job. */
void yoke_worker_post(struct yoke_worker *w, void (*job)(void *arg), void *arg);
void yoke_worker_wait(struct yoke_worker *w);

/* End the thread. Does nothing when it was never started. */
void yoke_worker_destroy(struct yoke_worker *w);

#endif /* YOKE_SCHED_WORKER_H */
