/* sources.h - the .cl files, embedded at build time.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_KERNEL_SOURCES_H
#define YOKE_KERNEL_SOURCES_H

#include <stddef.h>

#include "base/hash.h"

struct yoke_source {
    const char *name; /* "gemm_tile.cl" */
    const char *text;
};

extern const struct yoke_source yoke_sources[];
extern const size_t yoke_n_sources;

/* Add this version of Yoke and all of them: what decides what kernels do. */
void yoke_hash_add_sources(struct yoke_hash *h);

#endif /* YOKE_KERNEL_SOURCES_H */
