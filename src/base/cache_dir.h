/* cache_dir.h - where compiled programs and notes lie.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_CACHE_DIR_H
#define YOKE_BASE_CACHE_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "yoke/status.h"

/* Past this the oldest entries are removed. */
#define YOKE_CACHE_MAX_BYTES ((uint64_t)256 << 20)

/* The path that the environment asks for; on NULL, *reason is why there is none. */
const char *yoke_cache_path(char *text, size_t room, const char **reason);

/* Open the directory, with `make` creating it. YOKE_ERR_IO where the cache is off. */
yoke_status yoke_cache_open(bool make, int *dir);

/* Tell a log why every process compiles its kernels anew; nothing where the cache can be used, or
 * where YOKE_CACHE=0 asks for that. */
void yoke_cache_log(const struct yoke_log *log);

/* Whether a file name is an entry's: 64 lower-case hexadecimal digits. */
bool yoke_cache_is_entry(const char *name);

/* Remove the oldest entries until max_bytes is respected, and temporary files that a process left
 * when it was killed. */
void yoke_cache_trim(int dir, uint64_t max_bytes);

#endif /* YOKE_BASE_CACHE_DIR_H */
