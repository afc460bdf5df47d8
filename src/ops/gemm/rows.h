/* rows.h - the functions behind the rows of variants.c.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_ROWS_H
#define YOKE_OPS_GEMM_ROWS_H

#include "op/variant.h"

/* Each family of kernels has a file FAMILY.c with these three, of the types in op/variant.h:
 * suits (worth choosing), runs (right, if asked for), enqueue. A row whose workspace the problem's
 * cap does not allow does not run. */
#define YOKE_GEMM_FAMILY(family)                                                                   \
    bool yoke_gemm_##family##_suits(const yoke_device *dev, const struct yoke_variant *row,        \
                                    const void *problem);                                          \
    bool yoke_gemm_##family##_runs(const yoke_device *dev, const struct yoke_variant *row,         \
                                   const void *problem);                                           \
    yoke_status yoke_gemm_enqueue_##family(yoke_queue *q, const struct yoke_variant *row,          \
                                           const void *problem, const void *arrays,                \
                                           yoke_event **event)

/* And where it has one, the workspace. */
#define YOKE_GEMM_WORKSPACE(family)                                                                \
    size_t yoke_gemm_##family##_workspace(const yoke_device *dev, const struct yoke_variant *row,  \
                                          const void *problem)

YOKE_GEMM_FAMILY(split);
YOKE_GEMM_WORKSPACE(split);
YOKE_GEMM_FAMILY(skinny);
YOKE_GEMM_WORKSPACE(skinny);
YOKE_GEMM_FAMILY(tile);
YOKE_GEMM_WORKSPACE(tile);
extern const char yoke_gemm_tile_name[]; /* the row that reads what is packed in tiles and panels */

/* Only where Yoke is built with CLBlast. */
YOKE_GEMM_FAMILY(clblast);
YOKE_GEMM_WORKSPACE(clblast);

YOKE_GEMM_FAMILY(gpu);
bool yoke_gemm_gpu_takes(enum yoke_type type);
YOKE_GEMM_FAMILY(mma);
bool yoke_gemm_mma_takes(enum yoke_type type);
YOKE_GEMM_FAMILY(dot);
YOKE_GEMM_WORKSPACE(dot);
bool yoke_gemm_dot_takes(enum yoke_type type);

yoke_status yoke_gemm_enqueue_general(yoke_queue *q, const struct yoke_variant *row,
                                      const void *problem, const void *arrays, yoke_event **event);

#endif /* YOKE_OPS_GEMM_ROWS_H */
