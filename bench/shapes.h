/* shapes.h - the sets of shapes, by name.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_SHAPES_H
#define YOKE_BENCH_SHAPES_H

#include "job.h"

/* Most jobs of one run. */
enum { SHAPES_MAX = 512 };

/* Fill jobs (SHAPES_MAX of them) with the set that the options ask for, every transposition,
 * layout and batch; their number, or 0 after printing what is wrong. */
size_t shapes_gemm(const struct bench_options *options, struct job *jobs);
size_t shapes_conv(const struct bench_options *options, struct job *jobs);

#endif /* YOKE_BENCH_SHAPES_H */
