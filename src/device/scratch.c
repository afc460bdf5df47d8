/* scratch.c - what kernels borrow from their queue: memory and tickets.
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

yoke_status yoke_queue_tickets(yoke_queue *q, const yoke_buffer **counter, uint32_t *first)
{
    yoke_status st = YOKE_OK;
    uint32_t zero = 0;
    const struct yoke_buffer_params params = { .size_bytes = sizeof zero, .initial = &zero };

    /* Nobody knows which tickets a command that failed has drawn. */
    if (yoke_watch_had_failure(q->watch)) yoke_buffer_destroy(&q->counter);
    if (!q->counter) {
        q->next_ticket = 0;
        TRY(yoke_buffer_create(q->dev, &params, &q->counter));
    }
    *counter = q->counter;
    *first = q->next_ticket;
out:
    return st;
}

void yoke_queue_tickets_drawn(yoke_queue *q, uint32_t n)
{
    q->next_ticket += n;
}

void yoke_queue_tickets_lost(yoke_queue *q)
{
    yoke_watch_failed(q->watch);
}
