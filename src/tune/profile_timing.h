/* profile_timing.h - how long a product takes whose operands are in no near cache.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TUNE_PROFILE_TIMING_H
#define YOKE_TUNE_PROFILE_TIMING_H

#include "ops/gemm/gemm.h"

enum { YOKE_PROFILE_MAX_PLANS = 10 };

/* A product of f32 or f64, with as many sets of arrays as it takes for each to have left the caches
 * of the compute units when its turn comes again: a program's arrays are seldom there, since what
 * it did before was something else. */
struct yoke_profile_timing;

/* On success the caller owns *out.
 *
 *   YOKE_ERR_NO_MEMORY  the host or the device is out of memory
 */
yoke_status yoke_profile_timing_create(yoke_device *dev, const struct yoke_gemm *gemm,
                                       struct yoke_profile_timing **out);

/* The median of a few runs by plan `number`, which is made at the first time: by the variant that
 * would run untuned, and as the device's profile is then. */
yoke_status yoke_profile_timing_take(struct yoke_profile_timing *t, size_t number, double *ms);

/* One run by a plan that was made. */
yoke_status yoke_profile_timing_once(struct yoke_profile_timing *t, size_t number, double *ms);

void yoke_profile_timing_destroy(struct yoke_profile_timing **t);

#endif /* YOKE_TUNE_PROFILE_TIMING_H */
