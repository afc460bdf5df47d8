/* gemm_rows.h - the functions behind the rows of gemm_variants.c.
 * SPDX-License-Identifier: MIT
 *
 * Each family of kernels has a file gemm_FAMILY.c with these three, of the types in tune/variant.h:
 * suits (worth choosing), runs (right, if asked for), enqueue; and workspace where it has one. A
 * row whose workspace the problem's cap does not allow does not run. */
#ifndef YOKE_OPS_GEMM_ROWS_H
#define YOKE_OPS_GEMM_ROWS_H

#include "tune/variant.h"

/* The row that reads what is packed in tiles and panels. */
extern const char yoke_gemm_tile_name[];
bool yoke_gemm_tile_suits(const yoke_device *dev, const struct yoke_variant *row,
                          const void *problem);
bool yoke_gemm_tile_runs(const yoke_device *dev, const struct yoke_variant *row,
                         const void *problem);
yoke_status yoke_gemm_enqueue_tile(yoke_queue *q, const struct yoke_variant *row,
                                   const void *problem, const void *arrays, yoke_event **event);

size_t yoke_gemm_tile_workspace(const yoke_device *dev, const struct yoke_variant *row,
                                const void *problem);

bool yoke_gemm_skinny_suits(const yoke_device *dev, const struct yoke_variant *row,
                            const void *problem);
bool yoke_gemm_skinny_runs(const yoke_device *dev, const struct yoke_variant *row,
                           const void *problem);
yoke_status yoke_gemm_enqueue_skinny(yoke_queue *q, const struct yoke_variant *row,
                                     const void *problem, const void *arrays, yoke_event **event);
size_t yoke_gemm_skinny_workspace(const yoke_device *dev, const struct yoke_variant *row,
                                  const void *problem);

bool yoke_gemm_split_suits(const yoke_device *dev, const struct yoke_variant *row,
                           const void *problem);
bool yoke_gemm_split_runs(const yoke_device *dev, const struct yoke_variant *row,
                          const void *problem);
yoke_status yoke_gemm_enqueue_split(yoke_queue *q, const struct yoke_variant *row,
                                    const void *problem, const void *arrays, yoke_event **event);
size_t yoke_gemm_split_workspace(const yoke_device *dev, const struct yoke_variant *row,
                                 const void *problem);

yoke_status yoke_gemm_enqueue_general(yoke_queue *q, const struct yoke_variant *row,
                                      const void *problem, const void *arrays, yoke_event **event);

#endif /* YOKE_OPS_GEMM_ROWS_H */
