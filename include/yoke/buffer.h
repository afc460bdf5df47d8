/* yoke/buffer.h - device memory.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BUFFER_H
#define YOKE_BUFFER_H

#include <stddef.h>

#include "yoke/device.h"
#include "yoke/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A span of memory on one device. It has no type: shapes and element types belong to operators.
 *
 * Lifetime: destroy it before its device's team, and after the work that uses it.
 * Threads:  calls on one buffer must not overlap; distinct buffers are free. */
typedef struct yoke_buffer yoke_buffer;

enum yoke_memory {
    YOKE_MEMORY_DEVICE = 0, /* fast for kernels, not visible to the host                     */
    YOKE_MEMORY_HOST,       /* the caller's memory at `initial`: a device that works on host
                             * memory uses it in place, others work on a copy                */
};

/* All-zero is a valid default for every field marked optional. */
struct yoke_buffer_params {
    size_t size_bytes;       /* required, > 0                                                */
    enum yoke_memory memory; /* optional                                                     */
    void *initial;           /* size_bytes bytes. YOKE_MEMORY_DEVICE: optional; they are copied
                              * before the call returns. YOKE_MEMORY_HOST: required; leave the
                              * memory alone until the buffer is destroyed, except that
                              * yoke_buffer_read makes results visible in it.                */
};

/* Allocate a buffer on a device. On success the caller owns *out; on failure it is NULL.
 *
 *   YOKE_ERR_INVALID    a NULL argument, size_bytes is 0, memory is no yoke_memory, or host
 *                       memory without `initial`
 *   YOKE_ERR_LIMIT      size_bytes > yoke_device_info.max_alloc_bytes
 *   YOKE_ERR_NO_MEMORY  the host or the device is out of memory
 *   YOKE_ERR_DEVICE     the driver failed
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_buffer_create(yoke_device *dev,
                                                        const struct yoke_buffer_params *params,
                                                        yoke_buffer **out);

/* The size that the buffer was created with; 0 for NULL. */
YOKE_API size_t yoke_buffer_size_bytes(const yoke_buffer *buf);

/* Free *buf and set it to NULL. Does nothing when *buf is already NULL. */
YOKE_API void yoke_buffer_destroy(yoke_buffer **buf);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_BUFFER_H */
