/* tally.h - the report of an operation that runs in tiles.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_TALLY_H
#define YOKE_CLI_TALLY_H

#include "yoke/team.h"

/* What one device did, and all together: as in struct yoke_report, which is filled anew by each
 * run. */
struct tally_share {
    char id[16], variant[64];
    double share, time_ms;
    uint64_t bytes;
};

struct tally {
    double time_ms;
    size_t n_devices;
    struct tally_share devices[YOKE_TEAM_MAX];
};

/* Add one tile's report to the sum, all zero at first: times and bytes add up; shares count by
 * weight, the tile's part of the whole (the weights of all tiles add up to 1). */
void tally_add(struct tally *sum, const struct yoke_report *tile, double weight);

/* Billions of operations per second. */
static inline double tally_gflops(double flops, double time_ms)
{
    return time_ms > 0.0 ? flops / (time_ms * 1e6) : 0.0;
}

#endif /* YOKE_CLI_TALLY_H */
