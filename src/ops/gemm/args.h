/* args.h - a matrix product as the kernels get it (cl/gemm/gemm.clh).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_ARGS_H
#define YOKE_OPS_GEMM_ARGS_H

#include <stdint.h>

#include "abi/gemm.h"
#include "op/enqueue.h"
#include "op/variant.h"
#include "ops/gemm/gemm.h"

/* struct gemm_scalars of gemm.clh, whose numbers are of the arithmetic's type: the one struct of a
 * kernel that does not stand in cl/abi. */
struct yoke_gemm_scalars {
    union {
        float f32[6];
        double f64[6];
        int32_t s32[6];
    } value;
    size_t size_bytes;
};

/* The arguments that every kernel of a product begins with. */
enum { YOKE_GEMM_N_ARGS = YOKE_GEMM_OPERANDS + 2, YOKE_GEMM_MAX_ARGS = YOKE_GEMM_N_ARGS + 4 };
struct yoke_gemm_args {
    struct yoke_gemm_shape shape;
    struct yoke_gemm_scalars scalars;
    struct yoke_arg args[YOKE_GEMM_MAX_ARGS]; /* YOKE_GEMM_N_ARGS filled in; points into this */
};

void yoke_gemm_args_begin(struct yoke_gemm_args *a, const struct yoke_gemm_problem *p,
                          const struct yoke_gemm_arrays *arrays);

/* Bytes of a number of the arithmetic that floating-point kernels work in. */
size_t yoke_gemm_number_bytes(enum yoke_type type);

/* What all scratch may take: the cap, and what one buffer may. */
size_t yoke_gemm_max_scratch_bytes(const yoke_device *dev, const struct yoke_gemm_problem *p);

/* Options of yoke.clh and gemm.clh. */
void yoke_gemm_options(struct yoke_text *o, bool fma, enum yoke_type type, bool epilogue);
void yoke_gemm_options_for(struct yoke_text *o, const yoke_device *dev,
                           const struct yoke_gemm_problem *p);

/* A launch whose work-groups draw items by tickets, each group with a part of one scratch. */
struct yoke_gemm_items {
    size_t groups, n_items, scratch_bytes;
    const void *plan; /* the kernel's last argument */
    size_t plan_bytes;
    uint32_t *first_ticket; /* in the plan: set at the launch */
};

/* Queue the row's program, compiled with those options (which are freed), on the product and the
 * items. */
yoke_status yoke_gemm_enqueue_items(yoke_queue *q, const struct yoke_variant *row,
                                    struct yoke_text *options, const struct yoke_gemm_problem *p,
                                    const struct yoke_gemm_arrays *arrays,
                                    const struct yoke_gemm_items *items, yoke_event **event);

#endif /* YOKE_OPS_GEMM_ARGS_H */
