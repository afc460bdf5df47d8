/* filters.h - a bank of image filters over all test images, as one convolution.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_FILTERS_H
#define YOKE_CLI_FILTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/dataset.h"
#include "cli/tally.h"
#include "yoke/team.h"

/* Eight filters of 3 x 3, in the middle of 5 x 5, and eight of 5 x 5. */
enum { FILTERS_COUNT = 16, FILTERS_SIDE = 5, FILTERS_AREA = FILTERS_SIDE * FILTERS_SIDE };

/* A finished batch: n images from test image `first` on. For each pixel of each image there are
 * FILTERS_COUNT responses, next to each other (YOKE_NHWC). */
struct filters_batch {
    size_t first, n;
    const float *responses;
};

struct filters_params {
    size_t memory_bytes; /* required: for a batch's images and responses                     */
    const size_t *picks; /* optional: test images, ascending, whose responses are to be kept */
    size_t n_picks;      /* how many                                                         */
    bool progress;       /* optional: show a bar                                             */

    /* Optional: called with each batch, outside of the measured times. */
    void (*inspect)(void *user, const struct filters_batch *batch);
    void *user;
};

struct filters {
    float bank[FILTERS_COUNT * FILTERS_AREA];
    float *picked;      /* the picks' responses: n_picks x rows x cols x FILTERS_COUNT */
    struct tally tally; /* of all batches                                                     */
};

/* "sobel x" and the like; i < FILTERS_COUNT. */
const char *filters_name(size_t i);

/* FILTERS_COUNT x 5 x 5 weights, to be correlated with the image. */
void filters_fill_bank(float *bank);

/* Operations of the convolution. */
double filters_flops(const struct dataset *set);

/* CLI_DONE: the caller frees *out with filters_destroy. CLI_FAILED: a sentence is printed. */
int filters_run(yoke_team *team, const struct dataset *set, const struct filters_params *params,
                struct filters *out);

void filters_destroy(struct filters *filters);

#endif /* YOKE_CLI_FILTERS_H */
