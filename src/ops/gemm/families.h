/* families.h - the functions behind the variants of ops/gemm/class.c.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_FAMILIES_H
#define YOKE_OPS_GEMM_FAMILIES_H

#include "op/variant.h"

/* Each family of kernels has a file FAMILY.c with these three, of the types in op/variant.h. What
 * the problem's cap on the workspace does not allow is not supported. */
#define YOKE_GEMM_FAMILY(family)                                                                   \
    yoke_variant_test yoke_gemm_##family##_prefers, yoke_gemm_##family##_supports;                 \
    yoke_status yoke_gemm_##family##_plan(yoke_device *dev, const struct yoke_variant *variant,    \
                                          const void *problem, struct yoke_plan *plan)

/* And where it has one, the workspace. */
#define YOKE_GEMM_WORKSPACE(family) yoke_variant_size yoke_gemm_##family##_workspace

YOKE_GEMM_FAMILY(split);
YOKE_GEMM_WORKSPACE(split);
YOKE_GEMM_FAMILY(skinny);
YOKE_GEMM_WORKSPACE(skinny);
YOKE_GEMM_FAMILY(tile);
YOKE_GEMM_WORKSPACE(tile);
extern const char yoke_gemm_tile_name[]; /* the variant that reads tiles and panels */

/* Only where Yoke is built with CLBlast. */
YOKE_GEMM_FAMILY(clblast);
YOKE_GEMM_WORKSPACE(clblast);

YOKE_GEMM_FAMILY(gpu);
bool yoke_gemm_gpu_accepts(enum yoke_type type);
YOKE_GEMM_FAMILY(mma);
bool yoke_gemm_mma_accepts(enum yoke_type type);
YOKE_GEMM_FAMILY(dot);
YOKE_GEMM_WORKSPACE(dot);
bool yoke_gemm_dot_accepts(enum yoke_type type);

/* It takes everything. */
yoke_status yoke_gemm_general_plan(yoke_device *dev, const struct yoke_variant *variant,
                                   const void *problem, struct yoke_plan *plan);

#endif /* YOKE_OPS_GEMM_FAMILIES_H */
