/* lock.c - one writer of a file at a time.
 * SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* flock */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"

/* Not the directory, which anybody may lock who can open it. */
static yoke_status open_lock(int dir, const char *path, int *lock)
{
    struct stat info;

    *lock = openat(dir, path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (*lock < 0 || fstat(*lock, &info) != 0)
        return yoke_fail(YOKE_ERR_IO, "cannot open the lock %s: %s", path, strerror(errno));
    if (S_ISREG(info.st_mode) && info.st_uid == geteuid()) return YOKE_OK;
    close(*lock);
    *lock = -1;
    return yoke_fail(YOKE_ERR_IO, "the lock %s is not a file of this user's", path);
}

/* What another user left there, such as root by sudo; not where it can be seen that he holds it. */
static void drop_foreign(int dir, const char *path)
{
    struct stat info;
    const int fd = openat(dir, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fstatat(dir, path, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode) &&
        info.st_uid != geteuid() && (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0))
        (void)unlinkat(dir, path, 0);
    if (fd >= 0) close(fd);
}

/* Whether the file that was locked is still the one of that name. */
static bool is_there(int dir, const char *path, int lock)
{
    struct stat own, there;

    return fstat(lock, &own) == 0 && fstatat(dir, path, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
           own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

/* One attempt: *lock is -1 where somebody else holds it. */
static yoke_status try_lock(int dir, const char *path, int *lock)
{
    yoke_status st = YOKE_OK;

    drop_foreign(dir, path);
    TRY(open_lock(dir, path, lock));
    if (flock(*lock, LOCK_EX | LOCK_NB) == 0 && is_there(dir, path, *lock)) return YOKE_OK;
    close(*lock);
    *lock = -1;
out:
    return st;
}

yoke_status yoke_lock_take(int dir, const char *name, double wait_ms, int *lock)
{
    const struct timespec pause = { .tv_nsec = 5000000 };
    const double deadline_ms = yoke_now_ms() + wait_ms;
    char path[NAME_MAX + 1];
    yoke_status st = YOKE_OK;

    *lock = -1;
    if (snprintf(path, sizeof path, "%s.lock", name) >= (int)sizeof path)
        return yoke_fail(YOKE_ERR_IO, "the name %.80s... leaves no room for that of a lock", name);
    for (;;) {
        TRY(try_lock(dir, path, lock));
        if (*lock >= 0) return YOKE_OK;
        if (yoke_now_ms() >= deadline_ms)
            TRY(yoke_fail(YOKE_ERR_IO, "another process has held the lock %s for %.1f s", path,
                          wait_ms * 1e-3));
        nanosleep(&pause, NULL);
    }
out:
    return st;
}
