/* file.c - a private directory, and files that are whole or absent.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* O_PATH */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/writer.h"

enum { STALE_SECONDS = 3600 }; /* no write takes this long */

static yoke_status make_parents(const char *path)
{
    char part[PATH_MAX];

    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return yoke_fail(YOKE_ERR_IO, "a path of %zu bytes; the system allows %d", strlen(path),
                         PATH_MAX);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return yoke_fail(YOKE_ERR_IO, "cannot make directory %s: %s", part, strerror(errno));
        *slash = '/';
    }
    if (mkdir(part, 0700) != 0 && errno != EEXIST)
        return yoke_fail(YOKE_ERR_IO, "cannot make directory %s: %s", part, strerror(errno));
    return YOKE_OK;
}

yoke_status yoke_dir_open(const char *path, bool make, int *fd)
{
    yoke_status st = YOKE_OK;
    struct stat info;

    *fd = -1;
    if (make) TRY(make_parents(path));
    *fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*fd < 0 && lstat(path, &info) == 0 && S_ISLNK(info.st_mode))
        TRY(yoke_fail(YOKE_ERR_IO, "directory %s is a symbolic link, which is not followed", path));
    if (*fd < 0 || fstat(*fd, &info) != 0)
        TRY(yoke_fail(YOKE_ERR_IO, "cannot open directory %s: %s", path, strerror(errno)));
    if (info.st_uid != geteuid())
        TRY(yoke_fail(YOKE_ERR_IO, "directory %s belongs to user %lu, not to this one", path,
                      (unsigned long)info.st_uid));
    if ((info.st_mode & 022) != 0)
        TRY(yoke_fail(YOKE_ERR_IO, "directory %s can be written by other users", path));
    return YOKE_OK;
out:
    if (*fd >= 0) close(*fd);
    *fd = -1;
    return st;
}

/* Cut a path back to what is there; a link that leads nowhere is there. */
static void cut_to_existing(char *path)
{
    struct stat info;

    while (lstat(path, &info) != 0 && errno == ENOENT) {
        char *slash = strrchr(path, '/');
        if (!slash || slash == path) {
            strcpy(path, slash ? "/" : ".");
            return;
        }
        *slash = '\0';
    }
}

yoke_status yoke_dir_try(const char *path)
{
    char there[PATH_MAX];
    struct yoke_writer w;

    if (snprintf(there, sizeof there, "%s", path) >= (int)sizeof there)
        return yoke_fail(YOKE_ERR_IO, "a path of %zu bytes; the system allows %d", strlen(path),
                         PATH_MAX);
    cut_to_existing(there);
    const int dir = open(there, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int error = dir >= 0 ? yoke_writer_open(&w, dir, ".yoke-try", 0600, false) : errno;
    if (!error) yoke_writer_abandon(&w);
    if (dir >= 0) close(dir);
    if (!error) return YOKE_OK;
    return yoke_fail(YOKE_ERR_IO, "cannot write in directory %s: %s", there, strerror(error));
}

static bool read_all(int fd, char *data, size_t size_bytes)
{
    while (size_bytes > 0) {
        const ssize_t n = read(fd, data, size_bytes);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        data += n;
        size_bytes -= (size_t)n;
    }
    return true;
}

yoke_status yoke_file_read(int dir, const char *name, size_t max_bytes, void **data,
                           size_t *size_bytes)
{
    yoke_status st = YOKE_OK;
    struct stat info;
    /* O_NONBLOCK: opening a pipe that lies in a file's place must not wait for a writer. */
    const int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    *data = NULL;
    *size_bytes = 0;
    if (fd < 0 || fstat(fd, &info) != 0)
        TRY(yoke_fail(YOKE_ERR_IO, "cannot open %s: %s", name, strerror(errno)));
    if (!S_ISREG(info.st_mode) || info.st_size < 0 || (size_t)info.st_size > max_bytes)
        TRY(yoke_fail(YOKE_ERR_IO, "%s is no regular file of at most %zu bytes", name, max_bytes));
    *data = malloc((size_t)info.st_size + 1);
    if (!*data) TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory to read %s", name));
    if (!read_all(fd, *data, (size_t)info.st_size))
        TRY(yoke_fail(YOKE_ERR_IO, "cannot read %s: %s", name, strerror(errno)));
    *size_bytes = (size_t)info.st_size;
out:
    if (st != YOKE_OK) {
        free(*data);
        *data = NULL;
    }
    if (fd >= 0) close(fd);
    return st;
}

static yoke_status finish(struct yoke_writer *w, int error, const char *path)
{
    if (!error) error = yoke_writer_commit(w);
    if (!error) return YOKE_OK;
    yoke_writer_abandon(w);
    return yoke_fail(YOKE_ERR_IO, "cannot write %s: %s", path, strerror(error));
}

yoke_status yoke_file_write(int dir, const char *name, const void *head, size_t head_bytes,
                            const void *body, size_t body_bytes)
{
    struct yoke_writer w;
    int error = yoke_writer_open(&w, dir, name, 0600, false);

    if (!error) error = yoke_writer_add(&w, head, head_bytes);
    if (!error) error = yoke_writer_add(&w, body, body_bytes);
    return finish(&w, error, name);
}

yoke_status yoke_file_replace(int dir, const char *path, mode_t mode, const void *data,
                              size_t size_bytes)
{
    struct yoke_writer w;
    int error = yoke_writer_open(&w, dir, path, mode, true);

    if (!error) error = yoke_writer_add(&w, data, size_bytes);
    return finish(&w, error, path);
}

void yoke_dir_sweep(int dir)
{
    const int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = copy >= 0 ? fdopendir(copy) : NULL;
    struct dirent *file;
    struct stat info;

    if (!d) {
        if (copy >= 0) close(copy);
        return;
    }
    while ((file = readdir(d)) != NULL)
        if (yoke_writer_is_temporary(file->d_name) &&
            fstatat(dir, file->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            time(NULL) - info.st_mtime > STALE_SECONDS)
            unlinkat(dir, file->d_name, 0);
    closedir(d);
}
