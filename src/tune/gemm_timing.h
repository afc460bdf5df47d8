/* gemm_timing.h - how long rows take for a matrix product.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TUNE_GEMM_TIMING_H
#define YOKE_TUNE_GEMM_TIMING_H

#include "ops/gemm/gemm.h"
#include "yoke/tune.h"

/* The product's arrays on a queue of its own, and what is known of rows' times. */
struct yoke_gemm_timing;

/* YOKE_ERR_LIMIT where the arrays are past the device's limits. */
yoke_status yoke_gemm_timing_fits(const yoke_device *dev, const struct yoke_gemm_problem *p);

/* On success the caller owns *out. p must live as long.
 *
 *   YOKE_ERR_LIMIT      the arrays are past the device's limits
 *   YOKE_ERR_NO_MEMORY  the host or the device is out of memory
 */
yoke_status yoke_gemm_timing_create(yoke_device *dev, const struct yoke_gemm_problem *p,
                                    struct yoke_gemm_timing **out);

/* The lower quartile of a few runs of a row, each queued and waited for: after one that does not
 * count where that is short. `number` (below YOKE_TUNE_MAX_ROWS) is the row's. The status is that
 * of the row. */
yoke_status yoke_gemm_timing_take(struct yoke_gemm_timing *t, size_t number,
                                  const struct yoke_variant *variant, double *ms);

void yoke_gemm_timing_destroy(struct yoke_gemm_timing **t);

#endif /* YOKE_TUNE_GEMM_TIMING_H */
