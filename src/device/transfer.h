/* transfer.h - host arrays to devices and back, for the scheduler.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_TRANSFER_H
#define YOKE_DEVICE_TRANSFER_H

#include "yoke/queue.h"

/* Use host memory in place; only where info.host_memory. What is read_only is not written by any
 * kernel. On success the caller owns *out and the memory is lent to it. */
yoke_status yoke_buffer_lend(yoke_device *dev, const void *host, size_t size_bytes, bool read_only,
                             yoke_buffer **out);

/* A matrix of rows of row_bytes bytes, pitch bytes apart. */
struct yoke_span {
    size_t offset_bytes; /* to the first row, in the buffer */
    size_t row_bytes, rows;
    size_t buffer_pitch, host_pitch; /* >= row_bytes */
};

/* Copy a matrix between host and buffer, after earlier work of the queue; return when done. */
yoke_status yoke_queue_write_span(yoke_queue *q, yoke_buffer *buf, const void *host,
                                  const struct yoke_span *span);
yoke_status yoke_queue_read_span(yoke_queue *q, const yoke_buffer *buf, void *host,
                                 const struct yoke_span *span);

/* After a failure: return when nothing of the queue uses anybody's memory any more. The failure
 * stays what yoke_last_error tells. */
void yoke_queue_drain(yoke_queue *q);

#endif /* YOKE_DEVICE_TRANSFER_H */
