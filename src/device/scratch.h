/* scratch.h - what kernels borrow from their queue: memory and a work counter.
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

/* A work counter, which op/work.h explains. All zero is one whose memory is not made yet. */
struct yoke_counter {
    yoke_buffer *memory;      /* one number, a uint32_t                              */
    uint32_t next;            /* what it holds when all launches so far have ended   */
    uint32_t begin;           /* the chunk that the next launch begins at            */
    uint32_t first, n_chunks; /* of the launch before it                             */
};

/* Back to all zero; launches so far are not disturbed. */
void yoke_counter_reset(struct yoke_counter *c);

/* The queue's own. After a failure of any command of the queue, as far as a wait or another call
 * has told of it, it is reset. */
struct yoke_counter *yoke_queue_counter(yoke_queue *q);

/* A launch failed, perhaps after it drew some chunks. */
void yoke_queue_counter_lost(yoke_queue *q);

#endif /* YOKE_DEVICE_SCRATCH_H */
