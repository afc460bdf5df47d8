/* yoke/cache.h - the compiled kernels on disk.
 * SPDX-License-Identifier: MIT
 *
 * Beside them lie a few notes: which drivers and risky kernels were safe, how fast devices were.
 *
 * The directory is $YOKE_CACHE_DIR, else $XDG_CACHE_HOME/yoke, else $HOME/.cache/yoke (absolute
 * paths only; it is made with mode 0700 and must belong to the effective user). YOKE_CACHE=0 turns
 * it off, and so does a program with rights that its user has not (set-user-id, file capabilities).
 * An entry that is damaged, of another version or for another device is rebuilt in silence. Other
 * entries serve where the environment has variables that steer drivers' compilers (such as
 * CL_CONFIG_CPU_TARGET_ARCH or POCL_EXTRA_BUILD_FLAGS), and on a processor of another model or with
 * other instructions. */
#ifndef YOKE_CACHE_H
#define YOKE_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "yoke/api.h"
#include "yoke/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct yoke_cache_info {
    char path[4096];    /* the directory; "" where the environment names none   */
    char reason[1024];  /* why nothing is kept from one process to the next, one
                         * sentence; "" when the cache is on                    */
    size_t n_entries;   /* compiled programs in it                              */
    uint64_t bytes;     /* what they take together                              */
    uint64_t max_bytes; /* past this the oldest are removed                     */
};

/* Look at the cache on disk. A cache that is off is no error, nor is a directory that cannot be
 * used: another user's, one that others may write in, a link, or one that cannot be made or written
 * in, which is tried, and leaves nothing behind. Entries in a directory that can be read only are
 * still used, and counted.
 *
 *   YOKE_ERR_INVALID    info is NULL
 *   YOKE_ERR_IO         the directory cannot be listed
 *   YOKE_ERR_NO_MEMORY  the host is out of memory
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_cache_get_info(struct yoke_cache_info *info);

/* Remove every entry and note; *n_removed (may be NULL) says how many entries
 * went.
 *
 *   YOKE_ERR_IO         the directory cannot be read, or an entry cannot be removed
 *   YOKE_ERR_NO_MEMORY  the host is out of memory
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_cache_clear(size_t *n_removed);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_CACHE_H */
