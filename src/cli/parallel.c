/* parallel.c - a loop over the host's processors. SPDX-License-Identifier: MIT */
#include "cli/parallel.h"

#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

enum { MAX_THREADS = 64 };

struct part {
    void (*body)(void *ctx, size_t first, size_t last);
    void *ctx;
    size_t first, last;
    pthread_t thread;
    bool started;
};

static void *work(void *arg)
{
    const struct part *p = arg;

    p->body(p->ctx, p->first, p->last);
    return NULL;
}

static size_t count_threads(size_t n)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = online > 0 ? (size_t)online : 1;

    if (count > MAX_THREADS) count = MAX_THREADS;
    return count < n ? count : n;
}

void parallel_for(size_t n, void (*body)(void *ctx, size_t first, size_t last), void *ctx)
{
    const size_t count = count_threads(n);
    struct part parts[MAX_THREADS];

    for (size_t t = 0; t < count; t++) {
        struct part *p = &parts[t];
        *p = (struct part){ .body = body, .ctx = ctx };
        p->first = n / count * t + n % count * t / count;
        p->last = n / count * (t + 1) + n % count * (t + 1) / count;
        p->started = t > 0 && pthread_create(&p->thread, NULL, work, p) == 0;
    }
    for (size_t t = 0; t < count; t++)
        if (!parts[t].started) work(&parts[t]);
    for (size_t t = 0; t < count; t++)
        if (parts[t].started) pthread_join(parts[t].thread, NULL);
}
