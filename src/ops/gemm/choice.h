/* choice.h - which row serves a matrix product.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_CHOICE_H
#define YOKE_OPS_GEMM_CHOICE_H

#include "op/choice.h"
#include "ops/gemm/gemm.h"

/* The problem as the database knows it. */
struct yoke_tune_shape yoke_gemm_tune_shape(const struct yoke_gemm_problem *p);

/* The plain product of the same type, transposition and size: dense, without scalars. Statuses as
 * of yoke_gemm_tune. */
yoke_status yoke_gemm_tune_plain(const struct yoke_gemm *gemm, struct yoke_gemm_problem *p);

/* What to choose from for a problem, which must live as long. */
struct yoke_choice_of yoke_gemm_choice_of(const struct yoke_gemm_problem *p);

/* YOKE_ERR_UNSUPPORTED where dev lacks what the type needs. */
yoke_status yoke_gemm_check_type(const yoke_device *dev, enum yoke_type type);

/* Put what is packed for dev into the problem and its arrays (may be NULL), and choose the row:
 * that which reads packed operands where they are in panels. Statuses as of yoke_choose;
 * YOKE_ERR_UNSUPPORTED also where dev lacks what the type needs, and where the row of packed
 * operands came into quarantine after the packing. */
yoke_status yoke_gemm_choose(const yoke_device *dev, struct yoke_gemm_problem *p,
                             struct yoke_gemm_arrays *arrays, struct yoke_choice *out);

#endif /* YOKE_OPS_GEMM_CHOICE_H */
