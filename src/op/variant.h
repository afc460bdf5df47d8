/* variant.h - the ways an operator can be computed, rows of one table, best first.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_VARIANT_H
#define YOKE_OP_VARIANT_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/kernel.h"
#include "yoke/queue.h"
#include "yoke/types.h"

enum { YOKE_VARIANT_PARAMS = 8 };

/* `problem` and `arrays` are the operator's own (ops/gemm.h, ops/conv.h). */
struct yoke_variant {
    const char *name;
    const char *kernel;                 /* NULL: another library's        */
    bool tiled;                         /* takes the defines of tile.clh              */
    bool (*takes)(enum yoke_type type); /* its sources compile for the type           */
    bool (*suits)(const yoke_device *dev, const struct yoke_variant *row,
                  const void *problem); /* worth choosing      */
    bool (*runs)(const yoke_device *dev, const struct yoke_variant *row,
                 const void *problem); /* right, if asked for */
    yoke_status (*enqueue)(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                           const void *arrays, yoke_event **event);
    unsigned params[YOKE_VARIANT_PARAMS]; /* sizes of its tiles, as its file says */
    /* Bytes of scratch that it borrows from its queue; NULL: none. */
    size_t (*workspace)(const yoke_device *dev, const struct yoke_variant *row,
                        const void *problem);
};

/* The first of n rows that suits, or the one asked for by name (may be NULL) if it runs.
 *
 *   YOKE_ERR_INVALID      there is no row of that name
 *   YOKE_ERR_UNSUPPORTED  it does not run
 */
yoke_status yoke_variant_choose(const struct yoke_variant *rows, size_t n, const char *name,
                                const yoke_device *dev, const void *problem,
                                const struct yoke_variant **out);

/* The row for a problem that is empty, which needs no plan: planning divides by sizes. The one
 * asked for, or the last.
 *
 *   YOKE_ERR_INVALID  there is no row of that name
 */
yoke_status yoke_variant_for_nothing(const struct yoke_variant *rows, size_t n, const char *name,
                                     const struct yoke_variant **out);

/* For rows that take every type; all but integers; floating-point numbers that are not complex;
 * what arrays hold as the arithmetic does; the two that CPUs compute in. */
bool yoke_variant_any_type(enum yoke_type type);
bool yoke_variant_not_integer(enum yoke_type type);
bool yoke_variant_real(enum yoke_type type);
bool yoke_variant_no_rounding(enum yoke_type type);
bool yoke_variant_f32_f64(enum yoke_type type);

/* For rows that take every problem. */
bool yoke_variant_always(const yoke_device *dev, const struct yoke_variant *row,
                         const void *problem);

#endif /* YOKE_OP_VARIANT_H */
