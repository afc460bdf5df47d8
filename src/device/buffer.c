/* buffer.c - device memory.
 * SPDX-License-Identifier: MIT */
#include "device/buffer.h"

#include <stdint.h>
#include <stdlib.h>

#include "device/cl_error.h"
#include "device/drivers.h"
#include "device/transfer.h"
#include "yoke/opencl.h"

static yoke_status create(yoke_device *dev, cl_mem_flags flags, void *host, size_t size_bytes,
                          yoke_buffer **out)
{
    const struct yoke_device_info *info = &dev->rec.info;
    yoke_status st = YOKE_OK;
    yoke_buffer *buf = NULL;
    cl_int err;

    if (size_bytes > info->max_alloc_bytes)
        return yoke_fail(YOKE_ERR_LIMIT, "buffer of %zu bytes; %s allows %llu", size_bytes,
                         info->name, (unsigned long long)info->max_alloc_bytes);
    buf = calloc(1, sizeof *buf);
    if (!buf) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a buffer handle");
    buf->dev = dev;
    buf->size_bytes = size_bytes;
    buf->host = flags & CL_MEM_USE_HOST_PTR ? host : NULL;
    buf->mem = clCreateBuffer(dev->ctx, flags, size_bytes, host, &err);
    TRY(yoke_cl_check(err, "clCreateBuffer", info->name));
    *out = buf;
    buf = NULL;
out:
    yoke_buffer_destroy(&buf);
    return st;
}

yoke_status yoke_buffer_create(yoke_device *dev, const struct yoke_buffer_params *params,
                               yoke_buffer **out)
{
    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_buffer_create: out is NULL");
    *out = NULL;
    if (yoke_drivers_check() != YOKE_OK) return YOKE_ERR_DEVICE;
    if (!dev || !params) return yoke_fail(YOKE_ERR_INVALID, "yoke_buffer_create: a NULL argument");
    if (params->size_bytes == 0) return yoke_fail(YOKE_ERR_INVALID, "buffer of 0 bytes");
    if ((unsigned)params->memory > YOKE_MEMORY_HOST)
        return yoke_fail(YOKE_ERR_INVALID, "memory %d is no yoke_memory", (int)params->memory);
    if (params->memory == YOKE_MEMORY_HOST && !params->initial)
        return yoke_fail(YOKE_ERR_INVALID, "buffer in host memory without `initial`");

    cl_mem_flags flags = CL_MEM_READ_WRITE;
    if (params->memory == YOKE_MEMORY_HOST && dev->rec.info.host_memory)
        flags |= CL_MEM_USE_HOST_PTR;
    else if (params->initial)
        flags |= CL_MEM_COPY_HOST_PTR;
    return create(dev, flags, params->initial, params->size_bytes, out);
}

yoke_status yoke_buffer_lend(yoke_device *dev, const void *host, size_t size_bytes, bool read_only,
                             yoke_buffer **out)
{
    *out = NULL;
    return create(dev, CL_MEM_USE_HOST_PTR | (read_only ? CL_MEM_READ_ONLY : CL_MEM_READ_WRITE),
                  (void *)host, size_bytes, out);
}

bool yoke_buffer_is_aligned(const yoke_buffer *buf, size_t bytes)
{
    return (uintptr_t)buf->host % bytes == 0;
}

size_t yoke_buffer_size_bytes(const yoke_buffer *buf)
{
    return buf ? buf->size_bytes : 0;
}

void yoke_buffer_destroy(yoke_buffer **buf)
{
    if (buf && yoke_drivers_are_lost()) *buf = NULL; /* left to the end of the process */
    if (!buf || !*buf) return;
    if ((*buf)->mem) clReleaseMemObject((*buf)->mem);
    free(*buf);
    *buf = NULL;
}

cl_mem yoke_buffer_cl_mem(const yoke_buffer *buf)
{
    return buf ? buf->mem : NULL;
}
