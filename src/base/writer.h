/* writer.h - files that are whole or absent.
 * SPDX-License-Identifier: MIT
 *
 * A file is written under a temporary name in its own directory and then renamed: readers see the
 * old one or the new one, never a part. Functions that return int return 0 or an errno. Nothing
 * here sets yoke_last_error: the commands have a copy of it. */
#ifndef YOKE_BASE_WRITER_H
#define YOKE_BASE_WRITER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { YOKE_TEMPORARY_ROOM = 32 };

/* A file in the making. */
struct yoke_writer {
    int fd;        /* what is written to                    */
    int dir;       /* of the file                           */
    bool in_place; /* no name: a device, a pipe, a mount    */
    char name[NAME_MAX + 1], temporary[YOKE_TEMPORARY_ROOM];
};

/* Begin the file at path, relative to the directory `at`, in place of what is there. With `follow`
 * a link leads to what is written, a file keeps its mode and, where that is allowed, its owner, and
 * what is no regular file, a mount point, or where standard output goes, is written in place.
 * Without, what is there is replaced. A new file has `mode`, less the umask. On success commit or
 * abandon it.
 *
 *   EISDIR        a directory
 *   EACCES, ..    what is there, or its directory, may not be written
 *   ENAMETOOLONG  so is a part of the path
 */
int yoke_writer_open(struct yoke_writer *w, int at, const char *path, mode_t mode, bool follow);

/* Whether yoke_writer_open with `follow` would succeed: asked before the work, so that the work is
 * not lost. Nothing stays behind. */
int yoke_writer_check(int at, const char *path);

int yoke_writer_add(struct yoke_writer *w, const void *data, size_t size_bytes);

/* Put the file in its place. On failure it is abandoned. */
int yoke_writer_commit(struct yoke_writer *w);

/* Leave no trace of it. */
void yoke_writer_abandon(struct yoke_writer *w);

/* Whether a name is one of the temporary ones. */
bool yoke_writer_is_temporary(const char *name);

#endif /* YOKE_BASE_WRITER_H */
