/* demo.h - what `yoke demo` did, and how it is told.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_DEMO_H
#define YOKE_CLI_DEMO_H

#include <stddef.h>
#include <stdint.h>

#include "cli/cli.h"
#include "cli/dataset.h"
#include "cli/demo_check.h"
#include "cli/filters.h"
#include "cli/nearest.h"

/* The product on the best device alone. */
struct demo_alone {
    char id[16];
    double ms;
};

struct demo {
    const yoke_team *team;
    struct dataset set;
    size_t memory_bytes;
    const char *sheet; /* where the contact sheet is */
    uint64_t seed;
    double start_ms; /* the first product on the team, which builds its kernels */
    struct nearest nearest;
    struct demo_alone alone;
    struct filters filters;
    struct demo_check check;
};

/* Run the product on the best device alone: each of the team tries a corner of it, and the fastest
 * does it all. A team of one device did so already. CLI_FAILED after a sentence. */
int demo_run_alone(struct demo *demo, bool progress);

/* For people, one part after another. */
void demo_print_devices(const struct demo *demo);
void demo_print_neighbours(const struct demo *demo);
void demo_print_filters(const struct demo *demo);
void demo_print_check(const struct demo *demo);

/* For programs: "yoke-demo/1". The caller owns the result; NULL when there is no memory. */
json_t *demo_json(const struct demo *demo);

#endif /* YOKE_CLI_DEMO_H */
