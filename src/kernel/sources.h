/* sources.h - the .cl files, embedded at build time (cl/embed.py).
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

/* What the program of a kernel is made of: all that its file uses, then the file. */
struct yoke_kernel_source {
    const char *name; /* "gemm_tile" */
    const struct yoke_source *const *parts;
    size_t n_parts;
};

extern const struct yoke_kernel_source yoke_kernel_sources[];
extern const size_t yoke_n_kernel_sources;

#endif /* YOKE_KERNEL_SOURCES_H */
