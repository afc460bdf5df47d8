/* gemm_tune.h - tuning matrix products, with the table and the child's program to be chosen.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TUNE_GEMM_TUNE_H
#define YOKE_TUNE_GEMM_TUNE_H

#include "op/choice.h"
#include "ops/gemm/gemm.h"
#include "yoke/tune.h"

/* yoke_gemm_tune with the variants of another class of products (for tests), whose child is
 * `program` (NULL: yoke-helper). */
yoke_status yoke_gemm_tune_class(yoke_device *dev, const struct yoke_op_class *op,
                                 const struct yoke_gemm_problem *p, const char *program,
                                 const struct yoke_tune_params *params,
                                 struct yoke_tune_result *result);

#endif /* YOKE_TUNE_GEMM_TUNE_H */
