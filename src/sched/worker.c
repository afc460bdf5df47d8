/* worker.c - a host thread that does one job at a time, for one device.
 * SPDX-License-Identifier: MIT */
#include "sched/worker.h"

#include "base/error.h"
#include "base/thread.h"
#include "device/wait.h"

enum { IDLE, POSTED, QUIT };

static bool is_idle(const void *worker)
{
    const struct yoke_worker *w = worker;

    return atomic_load(&w->state) == IDLE;
}

static bool is_wanted(const void *worker)
{
    return !is_idle(worker);
}

static void await(struct yoke_worker *w, bool (*is_so)(const void *worker))
{
    if (yoke_wait_look(w->look_ms, is_so, w)) return;
    pthread_mutex_lock(&w->lock);
    while (!is_so(w))
        pthread_cond_wait(&w->changed, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

static void change(struct yoke_worker *w, int state)
{
    pthread_mutex_lock(&w->lock);
    atomic_store(&w->state, state);
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

static void *work(void *arg)
{
    struct yoke_worker *w = arg;

    for (;;) {
        await(w, is_wanted);
        if (atomic_load(&w->state) == QUIT) return NULL;
        w->job(w->arg);
        change(w, IDLE);
    }
}

yoke_status yoke_worker_create(struct yoke_worker *w, double look_ms)
{
    atomic_init(&w->state, IDLE);
    w->look_ms = look_ms;
    if (pthread_mutex_init(&w->lock, NULL) != 0) goto no_lock;
    if (pthread_cond_init(&w->changed, NULL) != 0) goto no_cond;
    if (yoke_thread_create(&w->thread, work, w) != 0) goto no_thread;
    w->running = true;
    return YOKE_OK;
no_thread:
    pthread_cond_destroy(&w->changed);
no_cond:
    pthread_mutex_destroy(&w->lock);
no_lock:
    return yoke_fail(YOKE_ERR_NO_MEMORY, "the system gives no thread");
}

void yoke_worker_post(struct yoke_worker *w, void (*job)(void *arg), void *arg)
{
    w->job = job;
    w->arg = arg;
    change(w, POSTED);
}

void yoke_worker_wait(struct yoke_worker *w)
{
    await(w, is_idle);
}

void yoke_worker_destroy(struct yoke_worker *w)
{
    if (!w->running) return;
    change(w, QUIT);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    w->running = false;
}
