/* work.c - the work counter, from which the work-groups of a launch draw chunks.
 * SPDX-License-Identifier: MIT */
#include "op/work.h"

#include "base/error.h"

yoke_status yoke_work_begin(struct yoke_counter *c, yoke_device *dev, size_t n_chunks,
                            struct yoke_work *work)
{
    uint32_t zero = 0;
    const struct yoke_buffer_params params = { .size_bytes = sizeof zero, .initial = &zero };
    yoke_status st = YOKE_OK;

    if (!c->memory) {
        c->next = 0;
        TRY(yoke_buffer_create(dev, &params, &c->memory));
    }
    c->first = c->next - c->begin;
    c->n_chunks = (uint32_t)n_chunks;
    *work = (struct yoke_work){ .first = c->first, .n_chunks = c->n_chunks };
out:
    return st;
}

void yoke_work_queued(struct yoke_counter *c, size_t groups)
{
    const uint32_t chunks = c->begin < c->n_chunks ? c->n_chunks - c->begin : 0;

    /* Each group draws one more than it finds. */
    c->next += chunks + (uint32_t)groups;
    c->begin = 0;
}

void yoke_work_resume(struct yoke_counter *c, uint32_t chunk)
{
    c->begin = chunk;
}

yoke_status yoke_work_read(struct yoke_counter *c, yoke_queue *q, uint32_t *chunk)
{
    yoke_status st = YOKE_OK;
    uint32_t value = 0;

    *chunk = 0;
    if (c->memory) TRY(yoke_buffer_read(q, c->memory, 0, &value, sizeof value));
    c->next = value;
    const uint32_t drawn = value - c->first;
    *chunk = drawn < c->n_chunks ? drawn : c->n_chunks;
out:
    return st;
}
