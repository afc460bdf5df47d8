/* yoke/cache.h - the compiled kernels on disk.
 * SPDX-License-Identifier: MIT
 *
 * Beside them lie a few notes: which drivers and risky kernels were safe, how fast devices were.
 *
 * The directory is $YOKE_CACHE_DIR, else $XDG_CACHE_HOME/yoke, else $HOME/.cache/yoke. Only an
 * absolute path counts. The directory is made with mode 0700 and must belong to the effective user.
 * YOKE_CACHE=0 turns the cache off; it is always off in a program that has rights which its user
 * lacks (set-user-id, file capabilities).
 *
 * An entry that is damaged, or that another version of Yoke wrote, is rebuilt in silence. Entries
 * count for one device and driver; for one model of processor with its instructions; and for one
 * setting of the environment variables that steer drivers' compilers (such as
 * CL_CONFIG_CPU_TARGET_ARCH or POCL_EXTRA_BUILD_FLAGS). */
#ifndef YOKE_CACHE_H
#define YOKE_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "yoke/api.h"
#include "yoke/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The cache at one moment. Strings are never NULL. Later versions may add fields at the end.
 *
 * Lifetime: independent of everything else; what it points to lives as long as it does.
 * Threads:  free, except for destroy. */
struct yoke_cache_info {
    const char *path;   /* the directory; "" where the environment names none           */
    const char *reason; /* why nothing is kept from one process to the next, one
                         * sentence; "" when the cache is on                            */
    size_t n_entries;   /* compiled programs in the directory                           */
    uint64_t bytes;     /* their size together                                          */
    uint64_t max_bytes; /* above this size the oldest are removed                       */
};

/* Look at the cache on disk. On success the caller owns *out; on failure it is NULL.
 *
 * It is no failure when the cache is off, or when Yoke cannot use the directory: it belongs to
 * another user, others may write in it, it is a symbolic link, or it cannot be made or written in
 * (Yoke tries that, and leaves nothing behind). Entries of a directory that is readable but not
 * writable still serve, and are counted.
 *
 *   YOKE_ERR_INVALID    out is NULL
 *   YOKE_ERR_IO         the directory cannot be listed
 *   YOKE_ERR_NO_MEMORY  the host is out of memory
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_cache_info_create(struct yoke_cache_info **out);

/* Free *info and set it to NULL. Does nothing when *info is already NULL. */
YOKE_API void yoke_cache_info_destroy(struct yoke_cache_info **info);

/* Remove every entry and every note. n_removed may be NULL; otherwise *n_removed is the number of
 * entries that were removed, on failure too. Safe from any thread and beside other processes, which
 * compile again what they miss. A cache that is off has nothing to remove.
 *
 *   YOKE_ERR_IO         the directory cannot be used or listed, or an entry cannot be removed
 *   YOKE_ERR_NO_MEMORY  the host is out of memory
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_cache_clear(size_t *n_removed);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_CACHE_H */
