/* file.c - a private directory, and files that are whole or absent.
 * SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static const char temporary_prefix[] = "tmp-";

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

static bool write_all(int fd, const char *data, size_t size_bytes)
{
    while (size_bytes > 0) {
        const ssize_t n = write(fd, data, size_bytes);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        data += n;
        size_bytes -= (size_t)n;
    }
    return true;
}

yoke_status yoke_file_write(int dir, const char *name, const void *head, size_t head_bytes,
                            const void *body, size_t body_bytes)
{
    static atomic_uint counter;
    char temporary[64];
    yoke_status st = YOKE_OK;

    int fd;

    do { /* another process of this number may have left its files */
        snprintf(temporary, sizeof temporary, "%s%ld-%u", temporary_prefix, (long)getpid(),
                 atomic_fetch_add(&counter, 1));
        fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    } while (fd < 0 && errno == EEXIST);
    if (fd < 0) return yoke_fail(YOKE_ERR_IO, "cannot write %s: %s", name, strerror(errno));

    const bool written =
        write_all(fd, head, head_bytes) && write_all(fd, body, body_bytes) && fsync(fd) == 0;
    if (close(fd) != 0 || !written || renameat(dir, temporary, dir, name) != 0) {
        st = yoke_fail(YOKE_ERR_IO, "cannot write %s: %s", name, strerror(errno));
        unlinkat(dir, temporary, 0);
    }
    return st;
}

bool yoke_file_is_temporary(const char *name)
{
    return strncmp(name, temporary_prefix, sizeof temporary_prefix - 1) == 0;
}
