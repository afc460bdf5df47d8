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

/* A stream of commands on one device; each starts when the one before it has ended.
 *
 * A command may fail long after the call that queued it returned YOKE_OK. Whatever waits for it or
 * for a later one tells: yoke_event_wait, yoke_queue_finish, a copy. What was queued in between may
 * have worked on what the failed command left behind, so its events tell of the failure, too: do it
 * again. Once told, the queue works as before.
 *
 * Lifetime: destroy it before its device's team; that waits for its work.
 * Threads:  calls on one queue must not overlap; distinct queues are free. */
typedef struct yoke_queue yoke_queue;

/* The completion of one command.
 *
 * Lifetime: independent of its queue; destroy it before the team.
 * Threads:  free, except for destroy. */
typedef struct yoke_event yoke_event;

/* On success the caller owns *out; on failure it is NULL.
 *
 *   YOKE_ERR_INVALID    a NULL argument
 *   YOKE_ERR_NO_MEMORY  the host or the device is out of memory
 *   YOKE_ERR_DEVICE     the driver refused
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_queue_create(yoke_device *dev, yoke_queue **out);

/* The device a queue belongs to. */
YOKE_API yoke_device *yoke_queue_device(const yoke_queue *q);

/* Copy size_bytes bytes between host memory and a buffer, offset_bytes into it, after all earlier
 * work of the queue, and return when that is done. Reading a YOKE_MEMORY_HOST buffer into the
 * memory it lies in (host == initial + offset_bytes) copies nothing where it is used in place.
 *
 *   YOKE_ERR_INVALID    a NULL argument, a buffer of another device, or a span past its end
 *   YOKE_ERR_NO_MEMORY  the device is out of memory (some say so only at first use)
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
 *   YOKE_ERR_NO_MEMORY  a command did not get the device's memory (some say so only at first use)
 *   YOKE_ERR_DEVICE     the driver failed, or a command that no call has told of
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_queue_finish(yoke_queue *q);

/* Wait for the queue's work, free *q and set it to NULL. Does nothing when *q is already NULL. */
YOKE_API void yoke_queue_destroy(yoke_queue **q);

/* An event that is complete when all earlier work of the queue is. On success the caller owns *out;
 * on failure it is NULL. Statuses as of yoke_queue_create. */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_event_mark(yoke_queue *q, yoke_event **out);

/* Return when the command is done. A failure of its own, or of a command before it that no call had
 * told of when it was queued, is the status, however often it is asked.
 *
 *   YOKE_ERR_INVALID    ev is NULL
 *   YOKE_ERR_NO_MEMORY  a command did not get the device's memory (some say so only at first use)
 *   YOKE_ERR_DEVICE     the driver failed, or a command did
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_event_wait(yoke_event *ev);

/* What is queued on q from now on starts when the event's command has ended, and sees what it
 * wrote. The call returns at once where the device keeps that order itself: for an event of any
 * queue of q's device. For an event of another device it waits, as yoke_event_wait does, since
 * devices share no events; and so it does where a driver is known to hang on another queue's event.
 * The event may be destroyed at once.
 *
 * A failure that yoke_event_wait would tell is q's, too, as if a command of q had failed here: q's
 * waits tell. It stays the other queue's to tell.
 *
 *   YOKE_ERR_INVALID    a NULL argument
 *   YOKE_ERR_NO_MEMORY  the host or the device is out of memory
 *   YOKE_ERR_DEVICE     the driver refused
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_queue_wait(yoke_queue *q, const yoke_event *event);

/* Free *ev and set it to NULL. Does nothing when *ev is already NULL. */
YOKE_API void yoke_event_destroy(yoke_event **ev);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_QUEUE_H */
