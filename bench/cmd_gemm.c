/* cmd_gemm.c - yoke-bench gemm: matrix products beside other libraries.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "contest.h"
#include "shapes.h"

int bench_gemm(const struct bench_options *options)
{
    struct job *jobs = calloc(SHAPES_MAX, sizeof *jobs);
    const size_t n = jobs ? shapes_gemm(options, jobs) : 0;
    const int status = n ? contest_run(options, jobs, n) : BENCH_USAGE;

    free(jobs);
    return status;
}
