/* writer.c - files that are whole or absent.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* O_PATH, statx */
#include "base/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MAX_LINKS = 40, RANDOM_DIGITS = 16 };
static const char prefix[] = ".yoke-", suffix[] = ".tmp";

/* Split a path into its directory, opened, and the last name in it. */
static int open_parent(int at, const char *path, int *dir, char name[NAME_MAX + 1])
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
    const size_t n = slash == path ? 1 : slash ? (size_t)(slash - path) : 0;

    *dir = -1;
    if (!*path) return ENOENT;
    if (!*last || !strcmp(last, ".") || !strcmp(last, "..")) return EISDIR;
    if (n >= sizeof folder || strlen(last) > NAME_MAX) return ENAMETOOLONG;
    memcpy(folder, n ? path : ".", n ? n : 1);
    folder[n ? n : 1] = '\0';
    strcpy(name, last);
    *dir = openat(at, folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return *dir >= 0 ? 0 : errno;
}

/* The directory and the name that a path leads to over its links, also where nothing is there. */
static int find_target(struct yoke_writer *w, int at, const char *path, bool follow)
{
    char link[PATH_MAX];
    int error = open_parent(at, path, &w->dir, w->name);

    for (int i = 0; !error && follow; i++) {
        const int dir = w->dir;
        const ssize_t n = readlinkat(dir, w->name, link, sizeof link - 1);
        if (n < 0) return errno == EINVAL || errno == ENOENT ? 0 : errno;
        if (i == MAX_LINKS) return ELOOP;
        link[n] = '\0';
        error = open_parent(dir, link, &w->dir, w->name);
        close(dir);
    }
    return error;
}

static bool is_standard_output(const struct stat *info)
{
    struct stat out;

    return fstat(STDOUT_FILENO, &out) == 0 && out.st_dev == info->st_dev &&
           out.st_ino == info->st_ino;
}

/* A file on which another is mounted, as containers do, cannot be renamed over. */
static bool is_mounted(int at, const char *path)
{
    struct statx info;

    return statx(at, path, 0, STATX_TYPE, &info) == 0 &&
           (info.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* Whether path is there and can only be written as it is. */
static bool is_in_place(int at, const char *path, struct stat *info)
{
    if (fstatat(at, path, info, 0) != 0) return false;
    return !S_ISREG(info->st_mode) || is_standard_output(info) || is_mounted(at, path);
}

static int open_in_place(struct yoke_writer *w, int at, const char *path, const struct stat *info)
{
    if (S_ISDIR(info->st_mode)) return EISDIR;
    w->in_place = true;
    w->fd = is_standard_output(info) ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                                     : openat(at, path, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC);
    return w->fd >= 0 ? 0 : errno;
}

/* Whether the old file may be replaced: as for writing, and in a directory such as /tmp only its
 * owner may. */
static int may_replace(const struct yoke_writer *w, const struct stat *old)
{
    struct stat dir;

    if (faccessat(w->dir, w->name, W_OK, AT_EACCESS) != 0) return errno;
    if (fstat(w->dir, &dir) != 0) return errno;
    if ((dir.st_mode & S_ISVTX) && geteuid() != 0 && old->st_uid != geteuid() &&
        dir.st_uid != geteuid())
        return EPERM;
    return 0;
}

/* Collisions are found by O_EXCL; the number only has to be another one each time. */
static uint64_t random_number(const void *seed)
{
    struct timespec now;
    uint64_t number;

    if (getrandom(&number, sizeof number, GRND_NONBLOCK) == sizeof number) return number;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return ((uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec << 16 ^ (uintptr_t)seed) +
           (uint64_t)getpid();
}

static int make_temporary(struct yoke_writer *w, mode_t mode)
{
    do {
        snprintf(w->temporary, sizeof w->temporary, "%s%016llx%s", prefix,
                 (unsigned long long)random_number(w), suffix);
        w->fd = openat(w->dir, w->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    } while (w->fd < 0 && errno == EEXIST);
    if (w->fd >= 0) return 0;
    w->temporary[0] = '\0';
    return errno;
}

/* The owner first: changing it may clear bits of the mode. Not everybody may give files away; what
 * the old file's group may do, another one may not. */
static int make_like(struct yoke_writer *w, const struct stat *old)
{
    mode_t mode = old->st_mode & 0777;
    int error = may_replace(w, old);

    if (!error) error = make_temporary(w, old->st_mode & 0700);
    if (error) return error;
    if (fchown(w->fd, old->st_uid, old->st_gid) != 0 && fchown(w->fd, (uid_t)-1, old->st_gid) != 0)
        mode &= 0707;
    return fchmod(w->fd, mode) == 0 ? 0 : errno;
}

static int begin(struct yoke_writer *w, int at, const char *path, mode_t mode, bool follow)
{
    struct stat old;

    if (follow && is_in_place(at, path, &old)) return open_in_place(w, at, path, &old);
    const int error = find_target(w, at, path, follow);
    if (error) return error;
    const bool there = fstatat(w->dir, w->name, &old, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && S_ISDIR(old.st_mode)) return EISDIR;
    return there && follow ? make_like(w, &old) : make_temporary(w, mode);
}

int yoke_writer_open(struct yoke_writer *w, int at, const char *path, mode_t mode, bool follow)
{
    *w = (struct yoke_writer){ .fd = -1, .dir = -1 };
    const int error = begin(w, at, path, mode, follow);
    if (error) yoke_writer_abandon(w);
    return error;
}

int yoke_writer_check(int at, const char *path)
{
    struct yoke_writer w;
    struct stat info;

    if (is_in_place(at, path, &info) && !S_ISDIR(info.st_mode)) /* to open it may wait */
        return faccessat(at, path, W_OK, AT_EACCESS) == 0 ? 0 : errno;
    const int error = yoke_writer_open(&w, at, path, 0600, true);
    if (!error) yoke_writer_abandon(&w);
    return error;
}

int yoke_writer_add(struct yoke_writer *w, const void *data, size_t size_bytes)
{
    const char *p = data;

    while (size_bytes > 0) {
        const ssize_t n = write(w->fd, p, size_bytes);
        if (n < 0 && errno != EINTR) return errno;
        if (n < 0) continue;
        p += n;
        size_bytes -= (size_t)n;
    }
    return 0;
}

/* The descriptor is closed last: until then it tells what is to be removed (base/ending.c). */
int yoke_writer_commit(struct yoke_writer *w)
{
    int error = 0;

    if (!w->in_place && (fsync(w->fd) != 0 || renameat(w->dir, w->temporary, w->dir, w->name) != 0))
        error = errno;
    if (!error) w->temporary[0] = '\0';
    yoke_writer_abandon(w);
    return error;
}

void yoke_writer_abandon(struct yoke_writer *w)
{
    if (w->temporary[0]) unlinkat(w->dir, w->temporary, 0);
    if (w->fd >= 0) close(w->fd);
    if (w->dir >= 0) close(w->dir);
    *w = (struct yoke_writer){ .fd = -1, .dir = -1 };
}

bool yoke_writer_is_temporary(const char *name)
{
    const size_t n = sizeof prefix - 1;

    return strncmp(name, prefix, n) == 0 && strspn(name + n, "0123456789abcdef") == RANDOM_DIGITS &&
           strcmp(name + n + RANDOM_DIGITS, suffix) == 0;
}
