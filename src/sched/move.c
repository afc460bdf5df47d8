/* move.c - an operand on its way between host memory and a device.
 * SPDX-License-Identifier: MIT */
#include "sched/move.h"

#include "base/error.h"
#include "device/transfer.h"

enum { MAX_DIMS = YOKE_TENSOR_RANK_MAX + 2 };

/* Dimensions in the order in which they lie in memory, those that follow each other without a gap
 * being one; what is repeated is left out. */
struct layout {
    size_t n, dims[MAX_DIMS], strides[MAX_DIMS];
};

static void insert(struct layout *l, size_t dim, size_t stride)
{
    size_t at = l->n++;

    for (; at > 0 && l->strides[at - 1] > stride; at--) {
        l->dims[at] = l->dims[at - 1];
        l->strides[at] = l->strides[at - 1];
    }
    l->dims[at] = dim;
    l->strides[at] = stride;
}

static void join(struct layout *l)
{
    size_t last = 0;

    for (size_t d = 1; d < l->n; d++) {
        if (l->strides[d] == l->strides[last] * l->dims[last]) {
            l->dims[last] *= l->dims[d];
            continue;
        }
        last++;
        l->dims[last] = l->dims[d];
        l->strides[last] = l->strides[d];
    }
    l->n = last + 1;
}

/* The innermost dimension is one of neighbours, if only of single ones; there are two at least. */
static struct layout layout_of(const struct yoke_tensor *t)
{
    struct layout l = { .n = 0 };

    for (size_t d = t->rank; d-- > 0;)
        if (t->dims[d] > 1 && t->strides[d] > 0) insert(&l, t->dims[d], t->strides[d]);
    if (l.n == 0 || l.strides[0] > 1) insert(&l, 1, 1);
    join(&l);
    if (l.n == 1) {
        l.dims[1] = 1;
        l.strides[l.n++] = l.dims[0];
    }
    return l;
}

/* The next index of the dimensions from the third on; false after the last. */
static bool advance(const struct layout *l, size_t index[MAX_DIMS])
{
    for (size_t d = 2; d < l->n; d++) {
        if (++index[d] < l->dims[d]) return true;
        index[d] = 0;
    }
    return false;
}

yoke_status yoke_move(yoke_queue *q, yoke_buffer *buf, char *host, const struct yoke_tensor *t,
                      bool to_device, uint64_t *bytes)
{
    const struct layout l = layout_of(t);
    const size_t size = yoke_type_size(t->type), line = l.dims[0] * size;
    size_t index[MAX_DIMS] = { 0 };
    struct yoke_span span = { 0, line, l.dims[1], line, l.strides[1] * size };
    yoke_status st = YOKE_OK;

    if (yoke_tensor_elements(t) == 0) return YOKE_OK;
    do {
        size_t from = 0;
        for (size_t d = 2; d < l.n; d++)
            from += index[d] * l.strides[d];
        if (to_device)
            TRY(yoke_queue_write_span(q, buf, host + from * size, &span));
        else
            TRY(yoke_queue_read_span(q, buf, host + from * size, &span));
        span.offset_bytes += line * l.dims[1];
    } while (advance(&l, index));
    *bytes += span.offset_bytes;
out:
    return st;
}
