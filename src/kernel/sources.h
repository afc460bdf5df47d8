/* sources.h - the .cl files, embedded at build time.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_KERNEL_SOURCES_H
#define YOKE_KERNEL_SOURCES_H

#include <stddef.h>

struct yoke_source {
    const char *name; /* "gemm_tile.cl" */
    const char *text;
};

extern const struct yoke_source yoke_sources[];
extern const size_t yoke_n_sources;

#endif /* YOKE_KERNEL_SOURCES_H */
