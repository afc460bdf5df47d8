/* linger.c - workers that stay awake between launches.
 * SPDX-License-Identifier: MIT */
#include "kernel/linger.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/error.h"
#include "device/queue.h"
#include "device/quirks.h"
#include "kernel/registry.h"

enum {
    FIRST = 16,           /* waits before the kernel is compiled: short programs do without    */
    LOOKS = 200000,       /* about 100 us                                                      */
    PAGE_BYTES = 1 << 12, /* memory is used in place only where it begins a page and ends one  */
};

struct linger {
    pthread_mutex_t lock; /* of the kernel's arguments, and of making what follows */
    int waits;
    yoke_queue *queue;
    yoke_buffer *page;
    yoke_kernel *kernel; /* the registry's; NULL until there have been enough waits, or for good */
    atomic_uint *launches; /* in the page, where the kernel looks */
};

/* Guards only the making of them. */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static void free_linger(yoke_device *dev)
{
    struct linger *l = dev->linger;

    if (l->launches) atomic_fetch_add(l->launches, 1);
    yoke_queue_destroy(&l->queue);
    yoke_buffer_destroy(&l->page);
    free(l->launches);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

static struct linger *linger_of(yoke_device *dev)
{
    pthread_mutex_lock(&making);
    if (!dev->linger) {
        struct linger *l = calloc(1, sizeof *l);
        if (l && pthread_mutex_init(&l->lock, NULL) != 0) {
            free(l);
            l = NULL;
        }
        dev->linger = l;
        dev->free_linger = free_linger;
    }
    pthread_mutex_unlock(&making);
    return dev->linger;
}

/* With the lock held. */
static yoke_status begin(struct linger *l, yoke_device *dev)
{
    static const char *const files[YOKE_MAX_PARTS] = { "yoke.clh", "linger.cl" };
    yoke_status st = YOKE_OK;

    l->launches = aligned_alloc(PAGE_BYTES, PAGE_BYTES);
    if (!l->launches) return YOKE_ERR_NO_MEMORY;
    atomic_init(l->launches, 0);
    const struct yoke_buffer_params page = { .size_bytes = PAGE_BYTES,
                                             .memory = YOKE_MEMORY_HOST,
                                             .initial = l->launches };
    TRY(yoke_buffer_create(dev, &page, &l->page));
    TRY(yoke_queue_create(dev, &l->queue));
    TRY(yoke_kernel_get(dev, files, "-cl-std=CL1.2 -DDTYPE=F32 -DCOMPLEX=0 -DHAVE_FMA=0",
                        &l->kernel));
out:
    return st;
}

/* With the lock held. Errors are nobody's: the kernel is only there to take time. */
static void launch(struct linger *l, cl_event done)
{
    const cl_uint seen = atomic_load(l->launches), looks = LOOKS;
    const size_t one = 1;
    cl_kernel k = l->kernel->cl;

    if (clSetKernelArg(k, 0, sizeof(cl_mem), &l->page->mem) == CL_SUCCESS &&
        clSetKernelArg(k, 1, sizeof seen, &seen) == CL_SUCCESS &&
        clSetKernelArg(k, 2, sizeof looks, &looks) == CL_SUCCESS &&
        clEnqueueNDRangeKernel(l->queue->q, k, 1, NULL, &one, &one, 1, &done, NULL) == CL_SUCCESS)
        clFlush(l->queue->q);
}

void yoke_linger(yoke_device *dev, cl_event done)
{
    if (!(dev->rec.quirks & YOKE_QUIRK_SLEEPY) || dev->rec.info.units < 2) return;
    struct linger *l = linger_of(dev);
    if (!l) return;
    pthread_mutex_lock(&l->lock);
    if (l->kernel) atomic_fetch_add(l->launches, 1);
    if (done && l->waits < FIRST && ++l->waits == FIRST && begin(l, dev) != YOKE_OK)
        l->kernel = NULL;
    if (done && l->kernel) launch(l, done);
    pthread_mutex_unlock(&l->lock);
}
