/* move.h - an operand on its way between host memory and a device.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_MOVE_H
#define YOKE_SCHED_MOVE_H

#include <stdbool.h>
#include <stdint.h>

#include "yoke/queue.h"
#include "yoke/tensor.h"

/* Copy the elements of a tensor, the first of which lies at `host`, to a buffer where they are
 * dense in the order in which they lie in memory (yoke_operand_dense), or from there back; after
 * earlier work of the queue; return when done. *bytes grows by what was moved. */
yoke_status yoke_move(yoke_queue *q, yoke_buffer *buf, char *host, const struct yoke_tensor *t,
                      bool to_device, uint64_t *bytes);

#endif /* YOKE_SCHED_MOVE_H */
