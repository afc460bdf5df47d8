/* check_sample.h - what the checks of the operators share.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_CHECK_SAMPLE_H
#define YOKE_CLI_CHECK_SAMPLE_H

#include "cli/check.h"

/* A part of an element of a result: the only one, or of complex numbers one of two. */
struct sample {
    double got, want;
    double magnitude; /* of the sum: |alpha| |A||B| + |beta||C0| and what else is added      */
    double rounded;   /* what rounding the inputs may add to that                             */
    double gain;      /* what is done to the sum multiplies its error by that; 0 is 1        */
    double extra;     /* and adds so many u                                                  */
};
typedef struct sample sample_fn(const void *task, size_t index, size_t part);

/* A result: so many elements, each a sum of k products that takes so many operations, stored as
 * that type's results are. */
struct check_result {
    enum yoke_type type;
    size_t total;
    double k, ops;
};

/* Look at all elements, or at a sample. */
void check_elements(struct check *check, sample_fn *at, const void *task,
                    const struct check_result *result, uint64_t seed);

#endif /* YOKE_CLI_CHECK_SAMPLE_H */
