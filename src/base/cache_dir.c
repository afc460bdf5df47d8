/* cache_dir.c - where compiled programs and notes lie.
 * SPDX-License-Identifier: MIT */
#include "base/cache_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/privilege.h"
#include "yoke/cache.h"

enum { NOTE_SECONDS = 30 * 24 * 3600 }; /* no note is believed so long */

struct entry {
    char name[YOKE_HASH_HEX];
    uint64_t bytes;
    time_t used;
};

struct listing {
    struct entry *entries;
    size_t n, room;
    uint64_t bytes;
};

static const char asked_for[] = "YOKE_CACHE=0";

const char *yoke_cache_path(char *text, size_t room, const char **reason)
{
    const char *off = getenv("YOKE_CACHE"), *own = getenv("YOKE_CACHE_DIR");
    const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int n;

    *reason = "";
    if (yoke_is_privileged())
        *reason = "this program runs with another user's rights";
    else if (off && strcmp(off, "0") == 0)
        *reason = asked_for;
    else if (own && own[0] && own[0] != '/')
        *reason = "YOKE_CACHE_DIR is not an absolute path";
    else if (!(own && own[0]) && !(xdg && xdg[0] == '/') && !(home && home[0] == '/'))
        *reason = "YOKE_CACHE_DIR, XDG_CACHE_HOME and HOME name no absolute path";
    if (**reason) return NULL;

    if (own && own[0])
        n = snprintf(text, room, "%s", own);
    else if (xdg && xdg[0] == '/')
        n = snprintf(text, room, "%s/yoke", xdg);
    else
        n = snprintf(text, room, "%s/.cache/yoke", home);
    if (n < 0 || (size_t)n >= room) {
        *reason = "its path is too long";
        return NULL;
    }
    return text;
}

yoke_status yoke_cache_open(bool make, int *dir)
{
    char path[4096];
    const char *reason;

    *dir = -1;
    if (!yoke_cache_path(path, sizeof path, &reason))
        return yoke_fail(YOKE_ERR_IO, "the kernel cache is off: %s", reason);
    return yoke_dir_open(path, make, dir);
}

/* Whether what is compiled can be kept in the directory, which is made when it is needed first. */
static yoke_status check_dir(const char *path)
{
    yoke_status st = YOKE_OK;
    struct stat info;
    int dir = -1;

    if (lstat(path, &info) == 0) TRY(yoke_dir_open(path, false, &dir));
    TRY(yoke_dir_try(path));
out:
    if (dir >= 0) close(dir);
    return st;
}

void yoke_cache_log(const struct yoke_log *log)
{
    char path[4096];
    const char *reason;

    if (!log->call) return;
    if (yoke_cache_path(path, sizeof path, &reason)) {
        if (check_dir(path) == YOKE_OK) return;
        reason = yoke_last_error();
    } else if (reason == asked_for) {
        return;
    }
    yoke_log_line(
        log,
        "every process compiles its kernels anew: %.700s; set YOKE_CACHE_DIR to a directory "
        "of your own",
        reason);
}

bool yoke_cache_is_entry(const char *name)
{
    return strspn(name, "0123456789abcdef") == YOKE_HASH_HEX - 1 && name[YOKE_HASH_HEX - 1] == '\0';
}

/* A note's name: KIND-HASH (note.h). */
static bool is_note(const char *name)
{
    const char *dash = strchr(name, '-');

    return dash && dash > name && dash - name <= 8 && yoke_cache_is_entry(dash + 1);
}

static bool add_entry(struct listing *list, const char *name, const struct stat *info)
{
    if (list->n == list->room) {
        const size_t room = list->room ? 2 * list->room : 64;
        struct entry *more = realloc(list->entries, room * sizeof *more);
        if (!more) return false;
        list->entries = more;
        list->room = room;
    }
    struct entry *e = &list->entries[list->n++];
    memcpy(e->name, name, YOKE_HASH_HEX);
    e->bytes = (uint64_t)info->st_size;
    e->used = info->st_mtime;
    list->bytes += e->bytes;
    return true;
}

/* List the entries; free(list->entries) afterwards. Old notes go on the way, with drop_notes all.
 */
static yoke_status list_entries(int dir, bool drop_notes, struct listing *list)
{
    const int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = copy >= 0 ? fdopendir(copy) : NULL;
    struct dirent *file;
    struct stat info;

    *list = (struct listing){ 0 };
    if (!d) {
        if (copy >= 0) close(copy);
        return yoke_fail(YOKE_ERR_IO, "cannot list the cache directory: %s", strerror(errno));
    }
    while ((file = readdir(d)) != NULL) {
        if (fstatat(dir, file->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (yoke_cache_is_entry(file->d_name)) {
            if (!add_entry(list, file->d_name, &info)) {
                closedir(d);
                return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory to list the cache");
            }
        } else if (is_note(file->d_name) &&
                   (drop_notes || time(NULL) - info.st_mtime > NOTE_SECONDS)) {
            unlinkat(dir, file->d_name, 0);
        }
    }
    closedir(d);
    return YOKE_OK;
}

static bool remove_entry(int dir, const char *name)
{
    return unlinkat(dir, name, 0) == 0 || unlinkat(dir, name, AT_REMOVEDIR) == 0;
}

static int oldest_first(const void *a, const void *b)
{
    const time_t ta = ((const struct entry *)a)->used, tb = ((const struct entry *)b)->used;

    return (ta > tb) - (ta < tb);
}

void yoke_cache_trim(int dir, uint64_t max_bytes)
{
    struct listing list;

    yoke_dir_sweep(dir);
    if (list_entries(dir, false, &list) != YOKE_OK) return;
    if (list.n > 1) qsort(list.entries, list.n, sizeof *list.entries, oldest_first);
    for (size_t i = 0; i < list.n && list.bytes > max_bytes; i++)
        if (remove_entry(dir, list.entries[i].name)) list.bytes -= list.entries[i].bytes;
    free(list.entries);
}

/* What stands behind a struct yoke_cache_info. */
struct held_info {
    struct yoke_cache_info info; /* the caller's: first */
    char path[4096], reason[1024];
};

/* Nothing was stored yet where the directory is not there, or what is there is not believed. */
static yoke_status look_at(struct held_info *held)
{
    yoke_status st = YOKE_OK;
    struct listing list = { 0 };
    const char *reason;
    int dir = -1;

    if (!yoke_cache_path(held->path, sizeof held->path, &reason)) {
        held->path[0] = '\0';
        snprintf(held->reason, sizeof held->reason, "%s", reason);
        return YOKE_OK;
    }
    if (check_dir(held->path) != YOKE_OK)
        snprintf(held->reason, sizeof held->reason, "%s", yoke_last_error());
    if (yoke_dir_open(held->path, false, &dir) != YOKE_OK) return YOKE_OK;
    TRY(list_entries(dir, false, &list));
    held->info.n_entries = list.n;
    held->info.bytes = list.bytes;
out:
    free(list.entries);
    if (dir >= 0) close(dir);
    return st;
}

yoke_status yoke_cache_info_create(struct yoke_cache_info **out)
{
    yoke_status st = YOKE_OK;

    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_cache_info_create: out is NULL");
    *out = NULL;
    struct held_info *held = calloc(1, sizeof *held);
    if (!held) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory to describe the cache");
    held->info.path = held->path;
    held->info.reason = held->reason;
    held->info.max_bytes = YOKE_CACHE_MAX_BYTES;
    TRY(look_at(held));
    *out = &held->info;
    held = NULL;
out:
    free(held);
    return st;
}

void yoke_cache_info_destroy(struct yoke_cache_info **info)
{
    if (!info) return;
    free(*info); /* the first member of its struct held_info */
    *info = NULL;
}

yoke_status yoke_cache_clear(size_t *n_removed)
{
    yoke_status st = YOKE_OK;
    struct listing list = { 0 };
    char path[4096];
    const char *reason;
    int dir = -1;

    if (n_removed) *n_removed = 0;
    if (!yoke_cache_path(path, sizeof path, &reason) || access(path, F_OK) != 0) return YOKE_OK;
    TRY(yoke_cache_open(false, &dir));
    yoke_dir_sweep(dir);
    TRY(list_entries(dir, true, &list));
    for (size_t i = 0; i < list.n; i++) {
        if (!remove_entry(dir, list.entries[i].name) && errno != ENOENT)
            st = yoke_fail(YOKE_ERR_IO, "cannot remove cache entry %s: %s", list.entries[i].name,
                           strerror(errno));
        else if (n_removed)
            ++*n_removed;
    }
out:
    free(list.entries);
    if (dir >= 0) close(dir);
    return st;
}
