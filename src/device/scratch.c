/* scratch.c - what kernels borrow from their queue: memory and a work counter.
 * SPDX-License-Identifier: MIT */
#include "device/scratch.h"

#include "base/error.h"
#include "device/queue.h"

static yoke_status borrow(yoke_queue *q, yoke_buffer **own, size_t size_bytes,
                          const yoke_buffer **out)
{
    yoke_status st = YOKE_OK;
    const struct yoke_buffer_params params = { .size_bytes = size_bytes };

    if (!*own || (*own)->size_bytes < size_bytes) {
        /* Queued commands keep the old one alive until they are done. */
        yoke_buffer_destroy(own);
        TRY(yoke_buffer_create(q->dev, &params, own));
    }
    *out = *own;
out:
    return st;
}

yoke_status yoke_queue_scratch(yoke_queue *q, size_t size_bytes, const yoke_buffer **scratch)
{
    return borrow(q, &q->scratch, size_bytes, scratch);
}

yoke_status yoke_queue_partials(yoke_queue *q, size_t size_bytes, const yoke_buffer **partials)
{
    return borrow(q, &q->partials, size_bytes, partials);
}

void yoke_counter_reset(struct yoke_counter *c)
{
    /* Queued commands keep the old one alive until they are done. */
    yoke_buffer_destroy(&c->memory);
    *c = (struct yoke_counter){ .memory = NULL };
}

struct yoke_counter *yoke_queue_counter(yoke_queue *q)
{
    /* Nobody knows what a command that failed has drawn. */
    if (yoke_watch_had_failure(q->watch)) yoke_counter_reset(&q->counter);
    return &q->counter;
}

void yoke_queue_counter_lost(yoke_queue *q)
{
    yoke_watch_failed(q->watch);
}
