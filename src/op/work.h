/* work.h - the work counter, from which the work-groups of a launch draw chunks (cl/lib/work.clh).
 * SPDX-License-Identifier: MIT
 *
 * It counts up from launch to launch and is never cleared: the host knows what it will hold, and
 * tells each launch what it held at chunk 0 (abi/work.h). So a launch costs nothing beside itself,
 * and one that begins at another chunk costs no more. One in-order queue at a time uses a counter;
 * each queue has its own (device/scratch.h). */
#ifndef YOKE_OP_WORK_H
#define YOKE_OP_WORK_H

#include "abi/work.h"
#include "device/scratch.h"

/* What the next launch of the counter, one of n_chunks chunks, is to know; makes its memory. Where
 * the launch fails, the counter is to be reset.
 *
 *   YOKE_ERR_NO_MEMORY  no memory for the counter
 */
yoke_status yoke_work_begin(struct yoke_counter *c, yoke_device *dev, size_t n_chunks,
                            struct yoke_work *work);

/* That launch is queued, with so many work-groups. Each draws until no chunk is left. */
void yoke_work_queued(struct yoke_counter *c, size_t groups);

/* Let the next launch, but none after it, begin at that chunk rather than at 0. */
void yoke_work_resume(struct yoke_counter *c, uint32_t chunk);

/* Wait for the launch on q and see how far it came: chunks before *chunk have been drawn, and
 * n_chunks is all of them. Where work-groups may leave before no chunk is left, this must be called
 * before the next launch, which may resume there. Statuses are those of a read; *chunk is 0 then.
 */
yoke_status yoke_work_read(struct yoke_counter *c, yoke_queue *q, uint32_t *chunk);

#endif /* YOKE_OP_WORK_H */
