/* args.h - a matrix product as the kernels get it (cl/gemm/gemm.clh).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_ARGS_H
#define YOKE_OPS_GEMM_ARGS_H

#include <stdint.h>

#include "abi/gemm.h"
#include "op/options.h"
#include "op/plan.h"
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

/* The arguments that every kernel of a product begins with: the operands in their order, C in place
 * of those that are not there, the shape, the scalars. */
void yoke_gemm_step_begin(struct yoke_step *step, const struct yoke_gemm_problem *p);

/* Bytes of a number of the arithmetic that floating-point kernels work in. */
size_t yoke_gemm_number_bytes(enum yoke_type type);

/* What all scratch may take: the cap, and what one buffer may. */
size_t yoke_gemm_max_scratch_bytes(const yoke_device *dev, const struct yoke_gemm_problem *p);

/* Options of yoke.clh and gemm.clh. */
void yoke_gemm_options(struct yoke_text *o, bool fma, enum yoke_type type, bool epilogue);
void yoke_gemm_options_for(struct yoke_text *o, const yoke_device *dev,
                           const struct yoke_gemm_problem *p);

/* A launch whose work-groups draw chunks, each group with a part of one workspace. */
struct yoke_gemm_chunks {
    size_t groups, n_chunks, workspace_bytes;
    const void *plan; /* the kernel's last argument */
    size_t plan_bytes;
    size_t work_at; /* of the struct yoke_work in the plan */
};

/* Append the variant's program, compiled with those options (which are freed), on the product and
 * the chunks. */
yoke_status yoke_gemm_plan_chunks(struct yoke_plan *plan, struct yoke_text *options,
                                  const struct yoke_gemm_problem *p,
                                  const struct yoke_gemm_chunks *chunks);

#endif /* YOKE_OPS_GEMM_ARGS_H */
