/* file.h - a private directory, and files that are whole or absent.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_FILE_H
#define YOKE_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "yoke/status.h"

/* Open a directory that only its owner, the effective user, can change; with `make`, create it and
 * its parents first, with mode 0700. On success *fd is the caller's to close.
 *
 *   YOKE_ERR_IO  it is not there, not a directory, another user's, or others may write in it
 */
yoke_status yoke_dir_open(const char *path, bool make, int *fd);

/* Whether files can be made in a directory, or it in the first of its parents that is there.
 * Nothing stays behind. YOKE_ERR_IO where they cannot. */
yoke_status yoke_dir_try(const char *path);

/* Read a regular file of the directory whole. On success the caller frees *data. Links, pipes and
 * files above max_bytes are refused with YOKE_ERR_IO, and so is a file that is not there. */
yoke_status yoke_file_read(int dir, const char *name, size_t max_bytes, void **data,
                           size_t *size_bytes);

/* Write head and then body as a file of the user's alone, in place of what has its name. Readers
 * see the old file or the new one (writer.h). YOKE_ERR_IO on failure, with nothing left behind. */
yoke_status yoke_file_write(int dir, const char *name, const void *head, size_t head_bytes,
                            const void *body, size_t body_bytes);

/* Write what the path leads to, a file that keeps its mode; a new one has `mode`, less the umask.
 * The same otherwise. */
yoke_status yoke_file_replace(int dir, const char *path, mode_t mode, const void *data,
                              size_t size_bytes);

/* Remove what processes that were killed while they wrote left in a directory of Yoke's own. */
void yoke_dir_sweep(int dir);

#endif /* YOKE_BASE_FILE_H */
