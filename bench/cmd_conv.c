/* cmd_conv.c - yoke-bench conv: convolutions beside other libraries.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "contest.h"
#include "shapes.h"

int bench_conv(const struct bench_options *options)
{
    struct job *jobs = calloc(SHAPES_MAX, sizeof *jobs);
    const size_t n = jobs ? shapes_conv(options, jobs) : 0;
    const int status = n ? contest_run(options, jobs, n) : BENCH_USAGE;

    free(jobs);
    return status;
}
