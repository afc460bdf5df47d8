/* contest_row.c - what a row of a contest looks like.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "cli/json_text.h"
#include "contest.h"
#include "report.h"

static json_t *rival_json(const struct contest_row *row, size_t i)
{
    const struct rival *rival = &row->rivals[i];

    return json_pack("{s:o, s:o, s:o, s:o, s:f}", "version", json_text(rival_version(rival)),
                     "core", json_text(rival_core(rival)), "method", json_text(rival_method(rival)),
                     "ms", report_stats(row->with[i].ms), "gflops", row->with[i].gflops);
}

json_t *contest_row_json(const struct contest_row *row)
{
    const struct job *job = row->job;
    json_t *o =
        json_pack("{s:s, s:s, s:o, s:s, s:o, s:f, s:f, s:f, s:f, s:b, s:I}", "op", job->kind->name,
                  "type", yoke_type_name(job_type(job)), "shape", job->kind->shape(job), "variant",
                  row->variant, "ms", report_stats(row->ms), "gflops", row->gflops, "gbs", row->gbs,
                  "peak_share", row->peak_share, "copy_share", row->copy_share, "checked", 1,
                  "checked_elements", (json_int_t)row->checked);
    json_t *peers = json_object(), *ratio = json_object();
    char label[96];

    job->kind->label(job, label, sizeof label);
    json_object_set_new(o, "label", json_string(label));
    for (size_t i = 0; i < row->n_rivals; i++) {
        json_object_set_new(peers, row->rivals[i].name, rival_json(row, i));
        json_object_set_new(ratio, row->rivals[i].name, json_real(row->with[i].ratio));
    }
    json_object_set_new(o, "peers", peers);
    json_object_set_new(o, "ratio", ratio);
    return o;
}

void contest_row_print_head(const struct rival *rivals, size_t n_rivals)
{
    for (size_t i = 0; i < n_rivals; i++)
        printf("# %s %s, %s\n", rivals[i].name, rival_version(&rivals[i]), rival_core(&rivals[i]));
    printf("%-30s %-16s %9s %9s %9s %8s %7s %5s", "shape", "variant", "min ms", "median", "p90",
           "GFLOP/s", "GB/s", "peak");
    for (size_t i = 0; i < n_rivals; i++)
        printf(" %8.8s %6s", rivals[i].name, "ratio");
    putchar('\n');
}

void contest_row_print(const struct contest_row *row)
{
    char label[96];

    row->job->kind->label(row->job, label, sizeof label);
    printf("%-30s %-16s %9.4f %9.4f %9.4f %8.1f %7.1f %5.2f", label, row->variant, row->ms.min,
           row->ms.median, row->ms.p90, row->gflops, row->gbs, row->peak_share);
    for (size_t i = 0; i < row->n_rivals; i++)
        printf(" %8.1f %6.3f", row->with[i].gflops, row->with[i].ratio);
    putchar('\n');
}
