/* gemm_tune.h - tuning matrix products, with the table and the child's program to be chosen.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_TUNE_H
#define YOKE_OPS_GEMM_TUNE_H

#include "ops/gemm.h"
#include "tune/choice.h"
#include "yoke/tune.h"

/* The problem as the database knows it. */
struct yoke_tune_shape yoke_gemm_tune_shape(const struct yoke_gemm_problem *p);

/* The plain product of the same type, transposition and size: dense, without scalars. Statuses as
 * of yoke_gemm_tune. */
yoke_status yoke_gemm_tune_plain(const struct yoke_gemm *gemm, struct yoke_gemm_problem *p);

/* What to choose from for a problem, which must live as long. */
struct yoke_choice_of yoke_gemm_choice_of(const struct yoke_gemm_problem *p);

/* The row for a problem whose packed operands are resolved, and why: that which reads them where
 * they are in panels. Statuses as of yoke_choose; YOKE_ERR_UNSUPPORTED also where that row came
 * into quarantine after the packing. */
yoke_status yoke_gemm_choice(const yoke_device *dev, const struct yoke_gemm_problem *p,
                             struct yoke_choice *out);

/* yoke_gemm_tune on other rows (for tests), whose child is `program` (NULL: yoke-trial). */
yoke_status yoke_gemm_tune_rows(yoke_device *dev, const struct yoke_gemm_problem *p,
                                const struct yoke_variant *rows, size_t n_rows, const char *program,
                                const struct yoke_tune_params *params,
                                struct yoke_tune_result *result);

#endif /* YOKE_OPS_GEMM_TUNE_H */
