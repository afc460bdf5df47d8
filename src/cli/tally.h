/* tally.h - the report of an operation that runs in tiles.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_TALLY_H
#define YOKE_CLI_TALLY_H

#include "yoke/team.h"

/* Add one tile's report to the sum, all zero at first: times and bytes add up; shares count by
 * weight, the tile's part of the whole (the weights of all tiles add up to 1). */
void tally_add(struct yoke_report *sum, const struct yoke_report *tile, double weight);

/* Billions of operations per second. */
static inline double tally_gflops(double flops, double time_ms)
{
    return time_ms > 0.0 ? flops / (time_ms * 1e6) : 0.0;
}

#endif /* YOKE_CLI_TALLY_H */
