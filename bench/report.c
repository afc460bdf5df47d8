/* report.c - what a run found, as JSON and in words.
 * SPDX-License-Identifier: MIT */
#include "report.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/writer.h"
#include "cli/json_text.h"

static const double acceptable_disturbance = 0.05;

enum { LARGE = 1024 }; /* products from here on are judged by the peak */

static json_t *device_json(const struct yoke_device_info *info, const struct peak *peak)
{
    json_t *o = json_pack("{s:s, s:o, s:o, s:o, s:b, s:I, s:I}", "id", info->id, "name",
                          json_text(info->name), "vendor", json_text(info->vendor), "driver",
                          json_text(info->driver), "host", (int)info->host_memory, "units",
                          (json_int_t)info->units, "vector_f32", (json_int_t)info->vector_f32);

    if (peak) {
        json_object_set_new(o, "fma_gflops", json_real(peak->gflops));
        json_object_set_new(o, "copy_gbs", json_real(peak->gbs));
    }
    return o;
}

static void print_device(const struct yoke_device_info *info, const struct peak *peak)
{
    printf("# %s %s, %u units of %u floats, driver %s", info->id, info->name, (unsigned)info->units,
           (unsigned)info->vector_f32, info->driver);
    if (peak) printf("; multiply-add %.0f GFLOP/s, copy %.1f GB/s", peak->gflops, peak->gbs);
    putchar('\n');
}

void report_begin(struct report *report, const char *command, const yoke_team *team,
                  const struct peak *peaks)
{
    json_t *devices = json_array();

    report->since = busy_now();
    printf("# yoke-bench %s, yoke %s\n", command, yoke_version());
    for (size_t i = 0; i < yoke_team_device_count(team); i++) {
        const struct yoke_device_info *info = yoke_device_get_info(yoke_team_device(team, i));
        json_array_append_new(devices, device_json(info, peaks ? &peaks[i] : NULL));
        print_device(info, peaks ? &peaks[i] : NULL);
    }
    report->rows = json_array();
    report->root = json_pack("{s:s, s:s, s:s, s:O, s:o, s:o}", "schema", "yoke-bench/1", "command",
                             command, "yoke", yoke_version(), "device", json_array_get(devices, 0),
                             "devices", devices, "rows", report->rows);
}

void report_add(struct report *report, json_t *row)
{
    json_array_append_new(report->rows, row);
}

json_t *report_stats(struct yoke_stats ms)
{
    return json_pack("{s:f, s:f, s:f}", "min", ms.min, "median", ms.median, "p90", ms.p90);
}

/* Geometric mean and least of the rows' ratios to `name`. */
static double mean_ratio(const json_t *rows, const char *name, double *least, size_t *n)
{
    double sum = 0.0;
    json_t *row;
    size_t i;

    *least = INFINITY;
    *n = 0;
    json_array_foreach(rows, i, row)
    {
        const json_t *ratio = json_object_get(json_object_get(row, "ratio"), name);
        if (!ratio) continue;
        sum += log(json_real_value(ratio));
        *least = fmin(*least, json_real_value(ratio));
        (*n)++;
    }
    return exp(sum / (double)*n);
}

/* Of the products whose dimensions are all at least LARGE; false where there is none. */
static bool mean_peak_share(const json_t *rows, double *mean)
{
    double sum = 0.0, least = INFINITY;
    json_t *row;
    size_t i, n = 0;

    json_array_foreach(rows, i, row)
    {
        const json_t *shape = json_object_get(row, "shape");
        const double share = json_real_value(json_object_get(row, "peak_share"));
        if (share <= 0.0 || json_integer_value(json_object_get(shape, "M")) < LARGE ||
            json_integer_value(json_object_get(shape, "N")) < LARGE ||
            json_integer_value(json_object_get(shape, "K")) < LARGE)
            continue;
        sum += log(share);
        least = fmin(least, share);
        n++;
    }
    if (n == 0) return false;
    *mean = exp(sum / (double)n);
    printf("# share of the peak, all dimensions >= %d: geometric mean %.3f, least %.3f of %zu\n",
           LARGE, *mean, least, n);
    return true;
}

static json_t *summary(const json_t *rows)
{
    json_t *means = json_object(), *o = json_pack("{s:O}", "geomean_ratio", means), *ratio;
    const char *name;
    double share;

    json_object_foreach(json_object_get(json_array_get(rows, 0), "ratio"), name, ratio)
    {
        double least;
        size_t n;
        const double mean = mean_ratio(rows, name, &least, &n);
        json_object_set_new(means, name, json_real(mean));
        printf("# ratio to %s: geometric mean %.3f, least %.3f of %zu\n", name, mean, least, n);
    }
    if (mean_peak_share(rows, &share))
        json_object_set_new(o, "geomean_peak_share", json_real(share));
    json_decref(means);
    return o;
}

/* On a busy machine even ratios mislead: threads that wait for each other suffer most. */
static void tell_disturbance(struct report *report)
{
    const double others = busy_others(&report->since);

    if (others < 0.0) return;
    json_object_set_new(report->root, "others_share", json_real(others));
    printf("# other processes took %.0f %% of the processors%s\n", 100.0 * others,
           others > acceptable_disturbance ? ": do not believe these figures" : "");
}

static int write_json(const json_t *root, const char *path)
{
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    struct yoke_writer w;
    int error;

    if (!text) return bench_fail("%s: no memory for the report", path);
    error = yoke_writer_open(&w, AT_FDCWD, path, 0666, true);
    if (!error) error = yoke_writer_add(&w, text, strlen(text));
    if (!error) error = yoke_writer_commit(&w);
    free(text);
    if (!error) return BENCH_DONE;
    yoke_writer_abandon(&w);
    return bench_fail("%s: cannot write it: %s", path, strerror(error));
}

int report_end(struct report *report, const struct bench_options *options, bool well)
{
    int status = well ? BENCH_DONE : BENCH_FAILED;

    if (well) {
        json_object_set_new(report->root, "summary", summary(report->rows));
        tell_disturbance(report);
        if (options->json_path) status = write_json(report->root, options->json_path);
        if (options->plot_path && plot_write(report->rows, options->plot_path) != BENCH_DONE)
            status = BENCH_FAILED;
    }
    json_decref(report->root);
    return status;
}
