/* tally.c - the report of an operation that runs in tiles. SPDX-License-Identifier: MIT */
#include "cli/tally.h"

#include <stdio.h>

void tally_add(struct tally *sum, const struct yoke_report *tile, double weight)
{
    sum->time_ms += tile->time_ms;
    sum->n_devices = tile->n_devices;
    for (size_t i = 0; i < tile->n_devices; i++) {
        const struct yoke_share *from = tile->devices[i];
        struct tally_share *to = &sum->devices[i];

        snprintf(to->id, sizeof to->id, "%s", from->id);
        if (from->variant[0]) snprintf(to->variant, sizeof to->variant, "%s", from->variant);
        to->share += weight * from->share;
        to->time_ms += from->time_ms;
        to->bytes += from->bytes;
    }
}
