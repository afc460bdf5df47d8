/* result.h - a tuning's result at work.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TUNE_RESULT_H
#define YOKE_TUNE_RESULT_H

#include "op/line.h"
#include "yoke/tune.h"

/* Most variants of one tuning. */
enum { YOKE_TUNE_VARIANTS = 64 };

/* What the caller gets, and where all that it points to lies. */
struct yoke_tune_record {
    struct yoke_tune_result shown; /* first: the caller's pointer is that of the record */
    struct yoke_tune_variant variants[YOKE_TUNE_VARIANTS];
    const struct yoke_tune_variant *list[YOKE_TUNE_VARIANTS];
    char why[YOKE_TUNE_VARIANTS][YOKE_TUNE_WHY_MAX];
    char path[4096];
};

/* An empty one, for yoke_tune_result_destroy; NULL without memory. */
struct yoke_tune_record *yoke_tune_record_create(void);

/* Append a variant, whose name lives as long as the library; there is room. */
void yoke_tune_record_add(struct yoke_tune_record *r, const char *name,
                          enum yoke_tune_outcome outcome, const char *why);

/* Give a reason; what is past the room is cut. */
void yoke_tune_record_say(struct yoke_tune_record *r, size_t i, const char *why);

#endif /* YOKE_TUNE_RESULT_H */
