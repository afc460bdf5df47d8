/* check.h - whether a result may be believed.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_CHECK_H
#define YOKE_BENCH_CHECK_H

#include "job.h"

/* What the result should be: every number (a complex element has two), or a seeded sample where all
 * of them would take more than 2e8 operations. */
struct check {
    struct yoke_ref_value *values;
    size_t n;
    double largest; /* of what they should be, in magnitude */
};

/* Work out what the placed job should give. False after printing why. */
bool check_init(struct check *check, const struct job *job, uint64_t seed);

/* Compare an output with it: under the componentwise bound, or, for an algorithm that has none
 * (Winograd), every error below 2e-5 of the largest element. Tells on stderr what is wrong with
 * `whose` result. */
bool check_passes(const struct check *check, const struct job *job, const void *out, bool by_norm,
                  const char *whose);

/* Does nothing to a check that is all zero. */
void check_deinit(struct check *check);

#endif /* YOKE_BENCH_CHECK_H */
