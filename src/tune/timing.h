/* timing.h - how long variants take for a problem.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TUNE_TIMING_H
#define YOKE_TUNE_TIMING_H

#include "tune/plain.h"

/* The operands' arrays on a queue of its own, and what is known of variants' times. */
struct yoke_timing;

/* Most variants of one timing. */
enum { YOKE_TIMING_VARIANTS = 64 };

/* YOKE_ERR_LIMIT where the arrays are past the device's limits. */
yoke_status yoke_timing_fits(const yoke_device *dev, const struct yoke_op_class *op,
                             const struct yoke_plain *plain);

/* On success the caller owns *out. plain must live as long.
 *
 *   YOKE_ERR_LIMIT      the arrays are past the device's limits
 *   YOKE_ERR_NO_MEMORY  the host or the device is out of memory
 */
yoke_status yoke_timing_create(yoke_device *dev, const struct yoke_op_class *op,
                               const struct yoke_plain *plain, struct yoke_timing **out);

/* The lower quartile of a few runs of a variant, each queued and waited for: after one that does
 * not count where that is short. `number` (below YOKE_TIMING_VARIANTS) is the variant's. The status
 * is that of the variant. */
yoke_status yoke_timing_take(struct yoke_timing *t, size_t number,
                             const struct yoke_variant *variant, double *ms);

void yoke_timing_destroy(struct yoke_timing **t);

#endif /* YOKE_TUNE_TIMING_H */
