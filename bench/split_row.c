/* split_row.c - judge a split, and say so.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/json_text.h"
#include "report.h"
#include "split.h"

static const struct yoke_device_info *info_of(const yoke_team *team, size_t i)
{
    return yoke_device_get_info(yoke_team_device(team, i));
}

static bool same_platform(const struct yoke_device_info *a, const struct yoke_device_info *b)
{
    const size_t n = strcspn(a->id, ":") + 1;

    return !strncmp(a->id, b->id, n);
}

/* All CPU devices of a host share its cores. */
static bool same_hardware(const struct yoke_device_info *a, const struct yoke_device_info *b)
{
    return a->type == b->type && (a->type == YOKE_DEVICE_CPU || !strcmp(a->name, b->name));
}

/* What i's platform gets out of i's hardware, in rates of the best device alone. */
static double rate_of_hardware(const struct split_row *row, const yoke_team *team, size_t i)
{
    double sum = 0.0;

    for (size_t j = 0; j < yoke_team_device_count(team); j++)
        if (same_platform(info_of(team, i), info_of(team, j)) &&
            same_hardware(info_of(team, i), info_of(team, j)))
            sum += row->speedup / row->alone[j];
    return sum;
}

/* Hardware that several platforms show counts once, under the platform that gets most out of it. */
static bool counts(const struct split_row *row, const yoke_team *team, size_t i)
{
    const double mine = rate_of_hardware(row, team, i);

    for (size_t j = 0; j < yoke_team_device_count(team); j++) {
        double other;
        if (same_platform(info_of(team, i), info_of(team, j)) ||
            !same_hardware(info_of(team, i), info_of(team, j)))
            continue;
        other = rate_of_hardware(row, team, j);
        if (other > mine || (other >= mine && j < i)) return false;
    }
    return true;
}

void split_judge(struct split_row *row, const yoke_team *team)
{
    const size_t n = yoke_team_device_count(team);

    row->speedup = INFINITY;
    for (size_t i = 0; i < n; i++)
        row->speedup = fmin(row->speedup, row->alone[i]);
    row->most = 0.0;
    for (size_t i = 0; i < n; i++)
        if (counts(row, team, i)) row->most += row->speedup / row->alone[i];
    row->efficiency = row->speedup / row->most;
    row->never_worse = 1.0 / row->speedup;
}

json_t *split_row_json(const struct split_row *row, const yoke_team *team)
{
    const struct job *job = row->job;
    json_t *devices = json_array(), *o;
    char label[96];

    for (size_t i = 0; i < row->last->n_devices; i++) {
        const struct yoke_share *s = row->last->devices[i];
        json_array_append_new(devices,
                              json_pack("{s:s, s:o, s:s, s:f, s:f, s:I, s:f}", "id", s->id, "name",
                                        json_text(info_of(team, i)->name), "variant", s->variant,
                                        "share", s->share, "ms", s->time_ms, "bytes",
                                        (json_int_t)s->bytes, "alone_ratio", row->alone[i]));
    }
    job->kind->label(job, label, sizeof label);
    o = json_pack("{s:s, s:s, s:s, s:o, s:o, s:f, s:b, s:o, s:f, s:f, s:f, s:f, s:f}", "op",
                  "split", "label", label, "type", yoke_type_name(job_type(job)), "shape",
                  job->kind->shape(job), "ms", report_stats(row->ms), "gflops",
                  1e-6 * job_flops(job) / row->ms.median, "checked", 1, "devices", devices,
                  "speedup", row->speedup, "most", row->most, "efficiency", row->efficiency,
                  "never_worse", row->never_worse, "balance", row->balance);
    json_object_set_new(o, "ratio", json_pack("{s:f}", "best_alone", row->speedup));
    if (row->direct > 0.0)
        json_object_set_new(json_object_get(o, "ratio"), "direct", json_real(row->direct));
    return o;
}

void split_row_print(const struct split_row *row)
{
    char label[96];

    row->job->kind->label(row->job, label, sizeof label);
    printf("%-24s %9.4f %7.3f %7.3f %6.3f %7.3f %7.3f", label, row->ms.median, row->speedup,
           row->most, row->efficiency, row->never_worse, row->balance);
    if (row->direct > 0.0) printf("  direct %.3f", row->direct);
    for (size_t i = 0; i < row->last->n_devices; i++) {
        const struct yoke_share *s = row->last->devices[i];
        printf("  %s %.3f %llu B", s->id, s->share, (unsigned long long)s->bytes);
    }
    putchar('\n');
}
