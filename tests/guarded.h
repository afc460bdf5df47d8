/* guarded.h - the arrays of one call, fenced, and what became of them.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_GUARDED_H
#define YOKE_TESTS_GUARDED_H

#include "cases.h"

/* An array in host memory between two guard zones, and the buffer that holds it. Guards and gaps
 * are filled with one NaN of a rare payload, or a rare integer: read, it spoils the result;
 * written, it shows. */
struct guarded {
    size_t length;        /* in elements, from the pointer that is passed to the last that counts */
    unsigned char *owned; /* [length] 1: belongs to the operator, 0: a gap, not to be touched    */
    enum yoke_type type;
    size_t elem_bytes;
    size_t block_bytes; /* of each of the blocks          */
    char *block;        /* guard, length elements, guard  */
    char *before;       /* the block as it was            */
    char *data;         /* in block: the first element    */
    yoke_buffer *buffer;
};

/* Fill the arrays of a shape. Aborts the test when there is no memory. */
void guarded_create(struct guarded g[OP_ARRAYS], const struct op_case *op, const struct op_shape *s,
                    enum yoke_type type, struct rng *r);
void guarded_destroy(struct guarded g[OP_ARRAYS]);

/* Put the arrays into buffers of the test's device, and get them back into the blocks. */
yoke_status guarded_upload(struct guarded g[OP_ARRAYS], enum op_tier tier);
yoke_status guarded_download(struct guarded g[OP_ARRAYS], enum op_tier tier);

/* false, with the reason in why, when a gap, a guard or an input has changed. */
bool guarded_intact(const struct guarded g[OP_ARRAYS], const struct op_case *op, char *why,
                    size_t size);

/* The elements as they were before. */
const void *guarded_before(const struct guarded *g);

#endif /* YOKE_TESTS_GUARDED_H */
