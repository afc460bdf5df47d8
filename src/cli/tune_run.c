/* tune_run.c - tune or explain one shape on one device, and tell of it.
 * SPDX-License-Identifier: MIT */
#include "cli/tune_run.h"

#include <stdio.h>

#include "cli/json_text.h"

void tune_show_progress(void *user, const struct yoke_tune_progress *p)
{
    const bool *on = user;
    char what[64];

    snprintf(what, sizeof what, "%.8s %s", p->what, p->variant);
    cli_progress(*on, what, p->done < 0.999 ? p->done : 0.999, 1.0);
}

static void print_result(const struct yoke_tune_result *r)
{
    size_t n_untried = 0;

    for (size_t i = 0; i < r->n_variants; i++) {
        const struct yoke_tune_variant *v = r->variants[i];
        n_untried += v->outcome == YOKE_TUNE_UNTRIED;
        printf("  %-24s %-11s", v->name, yoke_tune_outcome_name(v->outcome));
        if (v->ms > 0) printf("  %10.4f ms", v->ms);
        if (v->ratio > 0) printf("  %6.3f x", v->ratio);
        if (v->n_rounds > 0) printf(" +- %.3f in %zu rounds", v->spread, v->n_rounds);
        printf("%s%s\n", v->why[0] ? "  " : "", v->why);
    }
    printf("%s, %.3f times as fast as %s untuned; %.1f s%s%s\n", r->variant, r->ratio, r->untuned,
           r->time_s, r->path[0] ? "; in " : "; written nowhere", r->path);
    if (n_untried)
        printf("%zu untried: tune again, what was compiled is kept, or with more --budget\n",
               n_untried);
}

static void add_result(json_t *entry, const struct yoke_tune_result *r)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < r->n_variants; i++) {
        const struct yoke_tune_variant *v = r->variants[i];
        json_array_append_new(rows,
                              json_pack("{ss ss sf sf sf sI so}", "variant", v->name, "verdict",
                                        yoke_tune_outcome_name(v->outcome), "ms", v->ms, "ratio",
                                        v->ratio, "spread", v->spread, "rounds",
                                        (json_int_t)v->n_rounds, "why", json_text(v->why)));
    }
    json_object_set_new(entry, "variant", json_text(r->variant));
    json_object_set_new(entry, "untuned", json_text(r->untuned));
    json_object_set_new(entry, "ratio", json_real(r->ratio));
    json_object_set_new(entry, "seconds", json_real(r->time_s));
    json_object_set_new(entry, "database", json_text(r->path));
    json_object_set_new(entry, "rows", rows);
}

int tune_one(yoke_device *dev, const struct tune_shape *shape, double budget_s, bool json,
             json_t *entry)
{
    bool show = !json;
    const struct yoke_tune_params params = { .budget_s = budget_s,
                                             .progress = tune_show_progress,
                                             .progress_user = &show };
    const struct yoke_op op = tune_shape_op(shape);
    struct yoke_tune_result *result;

    const yoke_status st = yoke_op_tune(dev, &op, &params, &result);
    cli_progress(show, "done", 1.0, 1.0);
    if (!result) return cli_fail("%s", yoke_last_error());
    if (json)
        add_result(entry, result);
    else
        print_result(result);
    yoke_tune_result_destroy(&result);
    return st == YOKE_OK ? CLI_DONE : cli_fail("%s", yoke_last_error());
}

int explain_one(yoke_device *dev, const struct tune_shape *shape, bool json, json_t *entry)
{
    const struct yoke_op op = tune_shape_op(shape);
    struct yoke_tune_reason *reason;

    if (yoke_op_explain(dev, &op, &reason) != YOKE_OK) return cli_fail("%s", yoke_last_error());
    if (json) {
        json_object_set_new(entry, "variant", json_text(reason->variant));
        json_object_set_new(entry, "source", json_string(yoke_tune_source_name(reason->source)));
        json_object_set_new(entry, "ratio", json_real(reason->ratio));
        json_object_set_new(entry, "why", json_text(reason->sentence));
    } else {
        printf("  %s\n", reason->sentence);
    }
    yoke_tune_reason_destroy(&reason);
    return CLI_DONE;
}
