/* nearest.h - the nearest neighbour of every test image among the training images.
 * SPDX-License-Identifier: MIT
 *
 * |x - y|^2 = |x|^2 - 2 x.y + |y|^2, and |x|^2 is the same for all y: one matrix product gives all
 * x.y, and the host finds the least key |y|^2 - 2 x.y of each row. The product (test x train^T) is
 * done in tiles, since all of it takes 2.4 GB for Fashion-MNIST. */
#ifndef YOKE_CLI_NEAREST_H
#define YOKE_CLI_NEAREST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/dataset.h"
#include "cli/tally.h"
#include "yoke/team.h"

/* A finished tile: products[i * n_train + j] is test image first_test + i times training image
 * first_train + j. */
struct nearest_tile {
    size_t first_test, n_test, first_train, n_train;
    const float *products;
};

struct nearest_params {
    size_t memory_bytes; /* required: for the tile's images as floats and its products */
    bool progress;       /* optional: show a bar                                       */

    /* Optional: called with each tile, outside of the measured times. */
    void (*inspect)(void *user, const struct nearest_tile *tile);
    void *user;
};

struct nearest {
    uint32_t *index;              /* of each test image's neighbour                */
    size_t tile_test, tile_train; /* images of a tile, at most                     */
    size_t n_tiles;               /* how many there were                           */
    double search_ms;             /* the host's search for the least keys          */
    struct tally tally;           /* of the product: time_ms is without the search */
};

/* Operations of the product. */
double nearest_flops(const struct dataset *set);

/* CLI_DONE: the caller frees *out with nearest_destroy. CLI_FAILED: a sentence is printed. */
int nearest_run(yoke_team *team, const struct dataset *set, const struct nearest_params *params,
                struct nearest *out);

void nearest_destroy(struct nearest *found);

/* The same on a corner of the data, for its time alone; the first one on a team builds kernels. */
int nearest_probe(yoke_team *team, const struct dataset *set, double *ms);

/* Part of the test images whose neighbour is of their class. */
double nearest_accuracy(const struct dataset *set, const struct nearest *found);

#endif /* YOKE_CLI_NEAREST_H */
