/* demo_check.h - the demo's results against a double-precision reference, on a seeded sample.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_DEMO_CHECK_H
#define YOKE_CLI_DEMO_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/dataset.h"
#include "cli/filters.h"
#include "cli/nearest.h"

/* How many elements were compared, and the worst error in parts of its bound: above 1 is wrong. */
struct check_part {
    size_t elements;
    double worst;
};

struct demo_check {
    const struct dataset *set;
    uint64_t state; /* of the random numbers */
    float bank[FILTERS_COUNT * FILTERS_AREA];
    struct check_part products;   /* of the matrix product                               */
    struct check_part neighbours; /* test images, each against all training images       */
    struct check_part responses;  /* of the convolution                                  */
};

void demo_check_init(struct demo_check *check, const struct dataset *set, uint64_t seed);

/* For nearest_params.inspect and filters_params.inspect; check is a struct demo_check. */
void demo_check_tile(void *check, const struct nearest_tile *tile);
void demo_check_batch(void *check, const struct filters_batch *batch);

/* Whether a sample of the test images really has no nearer training image than the one found. */
void demo_check_neighbours(struct demo_check *check, const struct nearest *found);

/* All three parts were compared and are within their bounds. */
bool demo_check_passed(const struct demo_check *check);

#endif /* YOKE_CLI_DEMO_CHECK_H */
