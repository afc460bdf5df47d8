/* result.c - a tuning's result at work.
 * SPDX-License-Identifier: MIT */
#include "tune/result.h"

#include <stdio.h>
#include <stdlib.h>

struct yoke_tune_record *yoke_tune_record_create(void)
{
    struct yoke_tune_record *r = calloc(1, sizeof *r);

    if (!r) return NULL;
    r->shown = (struct yoke_tune_result){
        .variant = "", .untuned = "", .ratio = 1.0, .path = r->path, .variants = r->list
    };
    return r;
}

void yoke_tune_record_say(struct yoke_tune_record *r, size_t i, const char *why)
{
    snprintf(r->why[i], sizeof r->why[i], "%s", why);
}

void yoke_tune_record_add(struct yoke_tune_record *r, const char *name,
                          enum yoke_tune_outcome outcome, const char *why)
{
    const size_t i = r->shown.n_variants++;

    r->variants[i] =
        (struct yoke_tune_variant){ .name = name, .outcome = outcome, .why = r->why[i] };
    r->list[i] = &r->variants[i];
    yoke_tune_record_say(r, i, why);
}

void yoke_tune_result_destroy(struct yoke_tune_result **result)
{
    if (!result || !*result) return;
    free(*result);
    *result = NULL;
}
