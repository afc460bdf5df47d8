/* caches.h - the caches of the host's processor.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_CACHES_H
#define YOKE_BASE_CACHES_H

#include <stddef.h>

enum { YOKE_CACHE_LEVELS = 4 };

/* Of the level; all-zero where there is none, or nobody tells. ways is 0 where it is not told. */
struct yoke_cache {
    size_t size_bytes, ways;
};

/* Caches of data, or of both, of the first processor: level[0] is the nearest. */
struct yoke_caches {
    struct yoke_cache level[YOKE_CACHE_LEVELS];
};

/* What the system says: its folder of the first processor's caches, else sysconf. */
void yoke_caches_of_host(struct yoke_caches *out);

/* What such a folder says: index0 and so on, each with files level, type, size,
 * ways_of_associativity. What is missing or absurd there stays 0. */
void yoke_caches_of_folder(const char *folder, struct yoke_caches *out);

/* The cache farthest from the processor; all-zero where none is known. */
struct yoke_cache yoke_caches_last(const struct yoke_caches *caches);

#endif /* YOKE_BASE_CACHES_H */
