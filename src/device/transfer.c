/* transfer.c - copies between host memory and buffers.
 * SPDX-License-Identifier: MIT */
#include "device/transfer.h"

#include <string.h>

#include "device/cl_error.h"
#include "device/drivers.h"
#include "device/queue.h"

static yoke_status check_span(const yoke_queue *q, const yoke_buffer *buf, size_t offset_bytes,
                              const void *host, size_t size_bytes, const char *call)
{
    if (!q || !buf || !host) return yoke_fail(YOKE_ERR_INVALID, "%s: a NULL argument", call);
    if (buf->dev != q->dev)
        return yoke_fail(YOKE_ERR_INVALID, "%s: a buffer of %s in a queue of %s", call,
                         buf->dev->rec.id, q->dev->rec.id);
    if (offset_bytes > buf->size_bytes || size_bytes > buf->size_bytes - offset_bytes)
        return yoke_fail(YOKE_ERR_INVALID, "%s: %zu bytes at %zu of a buffer of %zu bytes", call,
                         size_bytes, offset_bytes, buf->size_bytes);
    return YOKE_OK;
}

/* Map, after earlier work; *mapped is to be unmapped also where that failed, unless it is NULL.
 * Then there is room to queue the unmapping. */
static yoke_status map(yoke_queue *q, const yoke_buffer *buf, cl_map_flags flags,
                       size_t offset_bytes, size_t size_bytes, char **mapped)
{
    yoke_status st = YOKE_OK;
    cl_int err;

    *mapped = NULL;
    TRY(yoke_queue_begin(q));
    *mapped = clEnqueueMapBuffer(q->q, buf->mem, CL_TRUE, flags, offset_bytes, size_bytes, 0, NULL,
                                 NULL, &err);
    TRY(yoke_queue_check_all(q, err, "clEnqueueMapBuffer"));
out:
    return st;
}

/* st is what came before: the first failure counts. */
static yoke_status unmap(yoke_queue *q, const yoke_buffer *buf, char *mapped, yoke_status st)
{
    cl_event cl = NULL;

    if (!mapped) return st;
    const cl_int err = clEnqueueUnmapMemObject(q->q, buf->mem, mapped, 0, NULL, &cl);
    if (st == YOKE_OK) return yoke_queue_end(q, err, "clEnqueueUnmapMemObject", cl, false, NULL);
    if (err == CL_SUCCESS) clReleaseEvent(cl);
    return st;
}

static yoke_status write_mapped(yoke_queue *q, yoke_buffer *buf, const char *host,
                                const struct yoke_span *span)
{
    char *to;
    const yoke_status st = map(q, buf, CL_MAP_WRITE, 0, buf->size_bytes, &to);

    for (size_t i = 0; st == YOKE_OK && i < span->rows; i++)
        memcpy(to + span->offset_bytes + i * span->buffer_pitch, host + i * span->host_pitch,
               span->row_bytes);
    return unmap(q, buf, to, st);
}

yoke_status yoke_buffer_write(yoke_queue *q, yoke_buffer *buf, size_t offset_bytes,
                              const void *host, size_t size_bytes)
{
    yoke_status st = YOKE_OK;

    TRY(yoke_drivers_check());
    TRY(check_span(q, buf, offset_bytes, host, size_bytes, "yoke_buffer_write"));
    if (size_bytes == 0) return YOKE_OK;
    if (q->dev->rec.quirks & YOKE_QUIRK_MAP_TO_WRITE)
        return write_mapped(q, buf, host,
                            &(struct yoke_span){
                                .offset_bytes = offset_bytes, .row_bytes = size_bytes, .rows = 1 });
    TRY(yoke_queue_check_all(q,
                             clEnqueueWriteBuffer(q->q, buf->mem, CL_TRUE, offset_bytes, size_bytes,
                                                  host, 0, NULL, NULL),
                             "clEnqueueWriteBuffer"));
out:
    return st;
}

/* The buffer lies where the caller wants it: mapping makes what the device wrote visible. */
static yoke_status read_in_place(yoke_queue *q, const yoke_buffer *buf, size_t offset_bytes,
                                 size_t size_bytes)
{
    yoke_status st;
    char *mapped;

    if (q->dev->rec.quirks & YOKE_QUIRK_TRULY_IN_PLACE) return yoke_queue_finish(q);
    st = map(q, buf, CL_MAP_READ, offset_bytes, size_bytes, &mapped);
    /* Nothing was changed through the mapping, so nobody need wait for its end. */
    st = unmap(q, buf, mapped, st);
    return st == YOKE_OK ? yoke_queue_flush(q) : st;
}

yoke_status yoke_buffer_read(yoke_queue *q, const yoke_buffer *buf, size_t offset_bytes, void *host,
                             size_t size_bytes)
{
    yoke_status st = YOKE_OK;

    TRY(yoke_drivers_check());
    TRY(check_span(q, buf, offset_bytes, host, size_bytes, "yoke_buffer_read"));
    if (size_bytes == 0) return YOKE_OK;
    if (buf->host && (char *)host == buf->host + offset_bytes)
        return read_in_place(q, buf, offset_bytes, size_bytes);
    TRY(yoke_queue_check_all(
        q,
        clEnqueueReadBuffer(q->q, buf->mem, CL_TRUE, offset_bytes, size_bytes, host, 0, NULL, NULL),
        "clEnqueueReadBuffer"));
out:
    return st;
}

/* Byte offset as the rectangle calls want it. Rows that touch are one row. */
struct rectangle {
    size_t buffer_origin[3], host_origin[3], region[3];
    size_t buffer_pitch, host_pitch;
};

static struct rectangle rectangle_of(const struct yoke_span *span)
{
    struct rectangle r = {
        .buffer_origin = { span->offset_bytes, 0, 0 },
        .region = { span->row_bytes, span->rows, 1 },
        .buffer_pitch = span->buffer_pitch,
        .host_pitch = span->host_pitch,
    };
    /* Some drivers want an origin below the pitch. */
    r.buffer_origin[1] = span->offset_bytes / span->buffer_pitch;
    r.buffer_origin[0] = span->offset_bytes % span->buffer_pitch;
    return r;
}

static bool is_one_row(const struct yoke_span *span)
{
    return span->rows == 1 ||
           (span->buffer_pitch == span->row_bytes && span->host_pitch == span->row_bytes);
}

yoke_status yoke_queue_write_span(yoke_queue *q, yoke_buffer *buf, const void *host,
                                  const struct yoke_span *span)
{
    if (q->dev->rec.quirks & YOKE_QUIRK_MAP_TO_WRITE) return write_mapped(q, buf, host, span);
    if (is_one_row(span))
        return yoke_buffer_write(q, buf, span->offset_bytes, host, span->row_bytes * span->rows);
    const struct rectangle r = rectangle_of(span);
    return yoke_queue_check_all(q,
                                clEnqueueWriteBufferRect(q->q, buf->mem, CL_TRUE, r.buffer_origin,
                                                         r.host_origin, r.region, r.buffer_pitch, 0,
                                                         r.host_pitch, 0, host, 0, NULL, NULL),
                                "clEnqueueWriteBufferRect");
}

yoke_status yoke_queue_read_span(yoke_queue *q, const yoke_buffer *buf, void *host,
                                 const struct yoke_span *span)
{
    if (is_one_row(span))
        return yoke_buffer_read(q, buf, span->offset_bytes, host, span->row_bytes * span->rows);
    const struct rectangle r = rectangle_of(span);
    return yoke_queue_check_all(q,
                                clEnqueueReadBufferRect(q->q, buf->mem, CL_TRUE, r.buffer_origin,
                                                        r.host_origin, r.region, r.buffer_pitch, 0,
                                                        r.host_pitch, 0, host, 0, NULL, NULL),
                                "clEnqueueReadBufferRect");
}
