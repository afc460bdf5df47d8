/* tune_profile.c - `yoke tune --device-profile`. SPDX-License-Identifier: MIT */
#include "cli/tune_profile.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/json_text.h"

static const double ample_s = 120;

static void show_progress(void *user, const struct yoke_tune_progress *p)
{
    char what[64];

    snprintf(what, sizeof what, "%.10s %.40s", p->what, p->row);
    cli_progress(*(const bool *)user, what, p->done < 0.999 ? p->done : 0.999, 1.0);
}

static void print_result(const struct yoke_device_info *info,
                         const struct yoke_tune_profile_result *r)
{
    printf("profile of %s (%s)\n", info->id, info->name);
    for (size_t i = 0; i < r->n_fields; i++) {
        const struct yoke_tune_field *f = &r->fields[i];
        printf("  %-20s %10" PRIu64, f->name, f->value);
        if (f->value != f->before) printf("  was %" PRIu64, f->before);
        if (f->ratio > 1) printf(", %.3f times as fast", f->ratio);
        putchar('\n');
    }
    printf("%.1f s%s%s\n", r->time_s, r->path[0] ? "; in " : "; written nowhere", r->path);
}

static json_t *json_result(const struct yoke_device_info *info,
                           const struct yoke_tune_profile_result *r)
{
    json_t *fields = json_array();

    for (size_t i = 0; i < r->n_fields; i++) {
        const struct yoke_tune_field *f = &r->fields[i];
        json_array_append_new(fields, json_pack("{ss sI sI sf}", "name", f->name, "before",
                                                (json_int_t)f->before, "value",
                                                (json_int_t)f->value, "ratio", f->ratio));
    }
    return json_pack("{ss so sf so}", "device", info->id, "fields", fields, "seconds", r->time_s,
                     "database", json_text(r->path));
}

int tune_profile(yoke_device *dev, double budget_s, json_t *entries)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    bool show = entries == NULL;
    const struct yoke_tune_params params = { .budget_s = budget_s,
                                             .progress = show_progress,
                                             .progress_user = &show };
    struct yoke_tune_profile_result result;

    const yoke_status st = yoke_tune_profile(dev, &params, &result);
    cli_progress(show, "done", 1.0, 1.0);
    if (st != YOKE_OK && st != YOKE_ERR_IO) return cli_fail("%s", yoke_last_error());
    if (entries)
        json_array_append_new(entries, json_result(info, &result));
    else
        print_result(info, &result);
    return st == YOKE_OK ? CLI_DONE : cli_fail("%s", yoke_last_error());
}

int tune_profiles(yoke_team *team, double budget_s, json_t *entries)
{
    int status = CLI_DONE;

    for (size_t d = 0; d < yoke_team_device_count(team); d++) {
        const int one = tune_profile(yoke_team_device(team, d), budget_s, entries);
        if (one != CLI_DONE) status = one;
    }
    return status;
}

int tune_profile_first(yoke_device *dev, double budget_s, bool json)
{
    const bool is_cpu = yoke_device_get_info(dev)->type == YOKE_DEVICE_CPU;
    json_t *unseen = json ? json_array() : NULL;
    int status = CLI_DONE;

    if (is_cpu && budget_s >= ample_s && !yoke_tune_has_profile(dev))
        status = tune_profile(dev, budget_s / 2, unseen);
    json_decref(unseen);
    return status;
}
