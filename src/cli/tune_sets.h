/* tune_sets.h - shapes that are tuned together.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_TUNE_SETS_H
#define YOKE_CLI_TUNE_SETS_H

#include <stddef.h>

enum { TUNE_SET_MAX = 128 };

struct tune_shape {
    size_t M, N, K, batch; /* batch 0: one product */
    const char *trans;     /* "NN" to "TT" */
};

/* "square", "dnn"; NULL ends them. */
extern const char *const tune_set_names[];

/* The shapes of a set, at most TUNE_SET_MAX; their number. */
size_t tune_set_list(size_t set, struct tune_shape shapes[TUNE_SET_MAX]);

#endif /* YOKE_CLI_TUNE_SETS_H */
