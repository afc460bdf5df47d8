/* gemm_check.h - is a row of matrix products right? Asked on data of its own.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TUNE_GEMM_CHECK_H
#define YOKE_TUNE_GEMM_CHECK_H

#include "tune/gemm_shape.h"

/* The data, its reference and the buffers, for any number of rows. */
struct yoke_gemm_check;

/* The largest shape like this one whose reference takes a fraction of a second: long dimensions are
 * halved again and again, keeping their remainders by 128. */
struct yoke_tune_shape yoke_gemm_check_shape(const struct yoke_tune_shape *shape);

/* On success the caller owns *out. Statuses as of yoke_buffer_create. */
yoke_status yoke_gemm_check_create(yoke_queue *q, const struct yoke_tune_shape *shape,
                                   struct yoke_gemm_check **out);

/* The product that is computed: dense, row-major, with a guard before and after C. */
const struct yoke_gemm_problem *yoke_gemm_check_problem(const struct yoke_gemm_check *c);

/* Run the row on small integers, where every element must be exact, then on seeded numbers in
 * [-1, 1), where a sample must keep the bound of yoke/gemm.h; both times nothing beside C may
 * change. *right is the verdict, why says what is wrong, *ms is the least of a few runs. A status
 * is that of the row's own failure. */
yoke_status yoke_gemm_check_row(struct yoke_gemm_check *c, const struct yoke_variant *variant,
                                bool *right, char *why, size_t room, double *ms);

void yoke_gemm_check_destroy(struct yoke_gemm_check **c);

#endif /* YOKE_TUNE_GEMM_CHECK_H */
