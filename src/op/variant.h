/* variant.h - the ways an operator can be computed, variants of one table, best first.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_VARIANT_H
#define YOKE_OP_VARIANT_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/kernel.h"
#include "yoke/queue.h"
#include "yoke/types.h"

struct yoke_plan;
struct yoke_variant;

typedef size_t yoke_variant_size(const yoke_device *dev, const struct yoke_variant *variant,
                                 const void *problem);
typedef bool yoke_variant_test(const yoke_device *dev, const struct yoke_variant *variant,
                               const void *problem);

/* One algorithm with its sizes. A problem is the operator's own (struct yoke_gemm_problem and its
 * like), checked and in normal form. */
struct yoke_variant {
    const char *name;
    const char *kernel;                   /* NULL: another library's                    */
    bool tiled;                           /* takes the defines of tile.clh              */
    bool (*accepts)(enum yoke_type type); /* its kernel compiles for the type           */
    yoke_variant_test *supports;          /* right, if asked for by name                */
    yoke_variant_test *prefers;           /* supports it, and worth choosing            */
    /* Fill in a plan that has dev and variant: op/plan.h. */
    yoke_status (*plan)(yoke_device *dev, const struct yoke_variant *variant, const void *problem,
                        struct yoke_plan *plan);
    yoke_variant_size *workspace; /* bytes of scratch that such a plan takes; NULL: none. It
                                   * compiles nothing */
    const void *config; /* sizes of its tiles and the like, of a type that its family knows */
};

/* The one of that name, or NULL. */
const struct yoke_variant *yoke_variant_find(const struct yoke_variant *variants, size_t n,
                                             const char *name);

/* For variants that accept every type; all but integers; floating-point numbers that are not
 * complex; what arrays hold as the arithmetic does; the two that CPUs compute in. */
bool yoke_variant_any_type(enum yoke_type type);
bool yoke_variant_not_integer(enum yoke_type type);
bool yoke_variant_real(enum yoke_type type);
bool yoke_variant_no_rounding(enum yoke_type type);
bool yoke_variant_f32_f64(enum yoke_type type);

/* For variants that take every problem. */
bool yoke_variant_always(const yoke_device *dev, const struct yoke_variant *variant,
                         const void *problem);

#endif /* YOKE_OP_VARIANT_H */
