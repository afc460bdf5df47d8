/* yoke/queue.h - ordered work on one device, and its completion.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_QUEUE_H
#define YOKE_QUEUE_H

#include <stddef.h>

#include "yoke/buffer.h"
#include "yoke/device.h"
#include "yoke/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A stream of commands on one device. Each starts when the one before it has ended.
 *
 * A command may fail long after the call that queued it returned YOKE_OK. The next call that waits
 * for it, or for a later command, returns its failure: yoke_event_wait, yoke_queue_finish, or a
 * copy. Commands queued in between may have worked on what the failed one left behind, so their
 * events report the failure, too, and their work must be done again. After that call the queue
 * works as before.
 *
 * Lifetime: destroy it before its device's team.
 * Threads:  calls on one queue must not overlap; distinct queues are free. */
typedef struct yoke_queue yoke_queue;

/* The completion of one command.
 *
 * Lifetime: independent of its queue; destroy it before the team.
 * Threads:  free, except for destroy. */
typedef struct yoke_event yoke_event;

/* Create a queue on a device. On success the caller owns *out; on failure it is NULL.
 *
 *   YOKE_ERR_INVALID    a NULL argument
 *   YOKE_ERR_NO_MEMORY  the host or the device is out of memory
 *   YOKE_ERR_DEVICE     the driver failed
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_queue_create(yoke_device *dev, yoke_queue **out);

/* The device that the queue is on, owned by its team; NULL for NULL. */
YOKE_API yoke_device *yoke_queue_device(const yoke_queue *q);

/* Copy size_bytes bytes between host memory and the buffer, where they begin at offset_bytes. The
 * copy runs after all earlier work of the queue, and the call returns when it is done. Reading a
 * YOKE_MEMORY_HOST buffer into its own memory (host == initial + offset_bytes) copies nothing on a
 * device that uses that memory in place.
 *
 *   YOKE_ERR_INVALID    a NULL argument, a buffer of another device, or a span past its end
 *   YOKE_ERR_NO_MEMORY  the host or the device is out of memory (some devices say so only when a
 *                       buffer is first used)
 *   YOKE_ERR_DEVICE     the driver failed, or earlier work of the queue did
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_buffer_write(yoke_queue *q, yoke_buffer *buf,
                                                       size_t offset_bytes, const void *host,
                                                       size_t size_bytes);
YOKE_API YOKE_MUST_CHECK yoke_status yoke_buffer_read(yoke_queue *q, const yoke_buffer *buf,
                                                      size_t offset_bytes, void *host,
                                                      size_t size_bytes);

/* Return when all work of the queue is done.
 *
 *   YOKE_ERR_INVALID    q is NULL
 *   YOKE_ERR_NO_MEMORY  a command found the device out of memory
 *   YOKE_ERR_DEVICE     the driver failed, or a command did whose failure no call has returned yet
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_queue_finish(yoke_queue *q);

/* Wait for the queue's work, free *q and set it to NULL. Does nothing when *q is already NULL. */
YOKE_API void yoke_queue_destroy(yoke_queue **q);

/* Make an event that is complete when all earlier work of the queue is. Returns at once. On success
 * the caller owns *out; on failure it is NULL. Statuses as of yoke_queue_create. */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_event_mark(yoke_queue *q, yoke_event **out);

/* Return when the command is done. The status tells of its own failure, and of a command before it
 * whose failure no call had returned when this one was queued. It stays the same however often the
 * event is waited for.
 *
 *   YOKE_ERR_INVALID    ev is NULL
 *   YOKE_ERR_NO_MEMORY  a command found the device out of memory
 *   YOKE_ERR_DEVICE     the driver failed, or a command did
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_event_wait(yoke_event *ev);

/* Make everything that is queued on q from now on start after the event's command has ended, and
 * see what it wrote. For an event of q's device the call returns at once, and the device keeps that
 * order. For an event of another device it waits as yoke_event_wait does, since devices share no
 * events; so it does where a driver is known to hang on events of other queues. The event may be
 * destroyed as soon as the call returns.
 *
 * A failure that yoke_event_wait would return counts as a failed command of q, too: the calls that
 * wait for q return it, and so do those that wait for the other queue.
 *
 *   YOKE_ERR_INVALID    a NULL argument
 *   YOKE_ERR_NO_MEMORY  the host or the device is out of memory
 *   YOKE_ERR_DEVICE     the driver failed
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_queue_wait(yoke_queue *q, const yoke_event *event);

/* Free *ev and set it to NULL. Does nothing when *ev is already NULL. */
YOKE_API void yoke_event_destroy(yoke_event **ev);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_QUEUE_H */
