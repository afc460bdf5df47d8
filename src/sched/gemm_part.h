/* gemm_part.h - parts of a matrix product in host memory.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_GEMM_PART_H
#define YOKE_SCHED_GEMM_PART_H

#include "ops/gemm/gemm.h"
#include "sched/job.h"

/* Along which dimension a product is cut. Parts of sums (along K) must be done in order: the first
 * takes beta, the others add to C, the last does the epilogue. */
enum yoke_gemm_cut { YOKE_CUT_ROWS, YOKE_CUT_COLUMNS, YOKE_CUT_BATCH, YOKE_CUT_SUMS };

/* A product and its arrays: of the problem, that is, already swapped. Only that of C is written. */
struct yoke_gemm_product {
    struct yoke_gemm_problem p;
    char *host[YOKE_GEMM_OPERANDS];
};

/* The part with `rows` rows (columns, matrices, products) from `first` on, its arrays beginning at
 * offset 0.
 */
struct yoke_gemm_product yoke_gemm_part(const struct yoke_gemm_product *all, size_t cut,
                                        size_t first, size_t rows);

/* The same product with all operands dense, as they are on a device that has no host memory. */
struct yoke_gemm_problem yoke_gemm_dense(const struct yoke_gemm_problem *p);

/* The callbacks of struct yoke_job; op is a struct yoke_gemm_product. */
yoke_status yoke_gemm_share(const void *op, struct yoke_member *m, size_t cut, size_t first,
                            size_t rows, struct yoke_share_cost *cost);
yoke_status yoke_gemm_sample(enum yoke_type type, struct yoke_member *member, int level,
                             double *flops, struct yoke_share_cost *cost);

#endif /* YOKE_SCHED_GEMM_PART_H */
