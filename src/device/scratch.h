/* scratch.h - what kernels borrow from their queue: memory and tickets.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_SCRATCH_H
#define YOKE_DEVICE_SCRATCH_H

#include <stdint.h>

#include "yoke/queue.h"

/* Memory of at least size_bytes for the next command of the queue, undefined before it and after.
 * It stays the queue's. */
yoke_status yoke_queue_scratch(yoke_queue *q, size_t size_bytes, const yoke_buffer **scratch);

/* The same, for results that one command leaves to the next ones: nothing but another call of this
 * changes it. */
yoke_status yoke_queue_partials(yoke_queue *q, size_t size_bytes, const yoke_buffer **partials);

/* A counter from which the work-groups of one launch draw tickets with atomic_inc; the first of
 * this launch is *first (32 bits that wrap around). It needs no clearing: after queueing a launch
 * that draws n tickets, call yoke_queue_tickets_drawn(q, n). After a failure of any command of the
 * queue, as far as a wait or another call has told of it, the next launch counts anew. */
yoke_status yoke_queue_tickets(yoke_queue *q, const yoke_buffer **counter, uint32_t *first);
void yoke_queue_tickets_drawn(yoke_queue *q, uint32_t n);

/* The launch failed, perhaps after it drew some. */
void yoke_queue_tickets_lost(yoke_queue *q);

#endif /* YOKE_DEVICE_SCRATCH_H */
