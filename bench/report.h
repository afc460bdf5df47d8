/* report.h - rows for people (stdout) and for programs (--json).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_REPORT_H
#define YOKE_BENCH_REPORT_H

#include <jansson.h>

#include "base/paired.h"
#include "bench.h"
#include "busy.h"
#include "peaks.h"

struct report {
    json_t *root, *rows; /* rows belongs to root */
    struct busy since;
};

/* Begin with the team, and with its devices' peaks where peaks is not NULL. */
void report_begin(struct report *report, const char *command, const yoke_team *team,
                  const struct peak *peaks);

/* Append a row, which the report takes over. */
void report_add(struct report *report, json_t *row);

/* If all went well, print the geometric means of the rows' ratios and of the large ones' shares of
 * the peak, and how much others disturbed (so wait for children before), and write what the options
 * ask for. The exit status; the report is released. */
int report_end(struct report *report, const struct bench_options *options, bool well);

/* {"min","median","p90"} */
json_t *report_stats(struct yoke_stats ms);

/* Draw the rows' GFLOP/s, and those of peers, into an SVG file (plot.c). */
int plot_write(const json_t *rows, const char *path);

#endif /* YOKE_BENCH_REPORT_H */
