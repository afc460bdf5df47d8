/* linger.c - workers that stay awake between launches.
 * SPDX-License-Identifier: MIT */
#include "kernel/linger.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/error.h"
#include "device/queue.h"
#include "device/quirks.h"
#include "kernel/kernel.h"
#include "kernel/registry.h"

enum {
    FIRST = 16,             /* waits before the kernel is compiled: short programs do without    */
    LOOKS_PER_MS = 2000000, /* roughly                                                         */
    MAX_PAUSE = 63,         /* launches without one after some that were of no use               */
    PAGE_BYTES = 1 << 12,   /* memory is used in place only where it begins a page and ends one  */
};

/* Memory that the kernel and the host look at. */
struct page {
    atomic_uint launches, given_up;
};

struct linger {
    pthread_mutex_t lock; /* of all that follows */
    int waits;
    unsigned pause, left; /* launches to be left out, and how many of them are to come */
    unsigned seen;        /* launches when one was started */
    bool stuck;           /* one waits for good, and with it the queue */
    yoke_queue *queue;
    yoke_buffer *buffer;
    yoke_kernel *kernel; /* the registry's; NULL until there have been enough waits, or for good */
    struct page *page;
};

static void free_linger(yoke_device *dev, void *data)
{
    struct linger *l = data;

    (void)dev;
    if (l->page) atomic_fetch_add(&l->page->launches, 1);
    if (!l->stuck) { /* otherwise left to the driver */
        yoke_queue_destroy(&l->queue);
        yoke_buffer_destroy(&l->buffer);
        free(l->page);
    }
    pthread_mutex_destroy(&l->lock);
    free(l);
}

static void *make_linger(const yoke_device *dev)
{
    struct linger *l = calloc(1, sizeof *l);

    (void)dev;
    if (l && pthread_mutex_init(&l->lock, NULL) == 0) return l;
    free(l);
    return NULL;
}

/* With the lock held. */
static yoke_status begin(struct linger *l, yoke_device *dev)
{
    yoke_status st = YOKE_OK;

    l->page = aligned_alloc(PAGE_BYTES, PAGE_BYTES);
    if (!l->page) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a page");
    atomic_init(&l->page->launches, 1);
    atomic_init(&l->page->given_up, 0);
    l->seen = 1;
    const struct yoke_buffer_params params = { .size_bytes = PAGE_BYTES,
                                               .memory = YOKE_MEMORY_HOST,
                                               .initial = l->page };
    TRY(yoke_buffer_create(dev, &params, &l->buffer));
    TRY(yoke_queue_create(dev, &l->queue));
    TRY(yoke_kernel_get(dev, "linger", "-cl-std=CL1.2", &l->kernel));
out:
    return st;
}

/* With the lock held. Whether another is worth it: one that gave up was of no use, and may have
 * kept the host from its processor. */
static bool pays(struct linger *l)
{
    if (l->left > 0) {
        l->left--;
        return false;
    }
    if (atomic_load(&l->page->given_up) != l->seen) {
        l->pause = 0;
        return true;
    }
    l->pause = l->pause < MAX_PAUSE ? 2 * l->pause + 1 : MAX_PAUSE;
    l->left = l->pause;
    atomic_store(&l->page->given_up, 0);
    return false;
}

static bool has_failed(cl_event ev)
{
    cl_int state;

    return clGetEventInfo(ev, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL) ==
               CL_SUCCESS &&
           state < CL_COMPLETE;
}

/* With the lock held. Errors are nobody's: the kernel is only there to take time. PoCL 3.1 never
 * ends a command that was queued behind an event which had failed before. */
static void launch(struct linger *l, cl_uint looks, cl_event done)
{
    const cl_uint seen = atomic_load(&l->page->launches);
    const size_t one = 1;
    cl_kernel k = l->kernel->cl;

    l->seen = seen;
    if (has_failed(done)) return;
    if (clSetKernelArg(k, 0, sizeof(cl_mem), &l->buffer->mem) == CL_SUCCESS &&
        clSetKernelArg(k, 1, sizeof seen, &seen) == CL_SUCCESS &&
        clSetKernelArg(k, 2, sizeof looks, &looks) == CL_SUCCESS &&
        clEnqueueNDRangeKernel(l->queue->q, k, 1, NULL, &one, &one, 1, &done, NULL) == CL_SUCCESS) {
        clFlush(l->queue->q);
        l->kernel->program->launched = true;
        l->stuck = has_failed(done); /* since it was looked at, perhaps before it was queued */
    }
}

static cl_uint looks_of(const yoke_device *dev)
{
    return (cl_uint)fmin(dev->look_ms * LOOKS_PER_MS, CL_UINT_MAX);
}

void yoke_linger(yoke_device *dev, cl_event done)
{
    static const struct yoke_keeper keeper = { make_linger, free_linger };

    const cl_uint looks = looks_of(dev);
    if (!(dev->rec.quirks & YOKE_QUIRK_SLEEPY) || dev->rec.info.units < 2 || looks == 0) return;
    struct linger *l = yoke_device_keep(dev, YOKE_KEEP_LINGER, &keeper);
    if (!l) return;
    pthread_mutex_lock(&l->lock);
    if (l->kernel) {
        const bool next = done && !l->stuck && pays(l);
        atomic_fetch_add(&l->page->launches, 1);
        if (next) launch(l, looks, done);
    } else if (done && l->waits < FIRST && ++l->waits == FIRST && begin(l, dev) != YOKE_OK) {
        l->kernel = NULL;
        yoke_log_line(&dev->log, "no worker of %s stays awake: %s", dev->rec.name,
                      yoke_last_error());
    }
    pthread_mutex_unlock(&l->lock);
}

void yoke_linger_end(yoke_device *dev)
{
    struct linger *l = atomic_load(&dev->kept[YOKE_KEEP_LINGER].data);

    if (!l) return;
    pthread_mutex_lock(&l->lock);
    if (l->kernel) atomic_fetch_add(&l->page->launches, 1);
    pthread_mutex_unlock(&l->lock);
}
