/* db_file.c - where tuning databases lie, and how they change.
 * SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* flock */
#include "tune/db_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

enum { PATH_ROOM = 4096 };

/* A text in the making. */
struct text {
    char *at;
    size_t n;
};

const char *yoke_db_paths(char *text, size_t room, const char **reason)
{
    const char *off = getenv("YOKE_TUNE"), *own = getenv("YOKE_TUNE_DB");
    const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int n;

    *reason = "";
    if (geteuid() != getuid() || getegid() != getgid())
        *reason = "this program runs with another user's rights";
    else if (off && strcmp(off, "0") == 0)
        *reason = "YOKE_TUNE=0";
    else if (own && !own[0])
        *reason = "YOKE_TUNE_DB is empty";
    else if (!own && !(xdg && xdg[0] == '/') && !(home && home[0] == '/'))
        *reason = "YOKE_TUNE_DB, XDG_DATA_HOME and HOME name no absolute path";
    if (**reason) return NULL;

    if (own)
        n = snprintf(text, room, "%s", own);
    else if (xdg && xdg[0] == '/')
        n = snprintf(text, room, "%s/yoke/tune.db", xdg);
    else
        n = snprintf(text, room, "%s/.local/share/yoke/tune.db", home);
    if (n >= 0 && (size_t)n < room) return text;
    *reason = "its path is too long";
    return NULL;
}

/* The directory of a path, opened, and the name in it. The one that Yoke makes itself is its
 * user's alone; one that somebody named may be anyone's. */
static yoke_status open_dir_of(const char *path, bool make, int *dir, const char **name)
{
    char folder[PATH_ROOM];
    const char *slash = strrchr(path, '/');
    const bool named = getenv("YOKE_TUNE_DB") != NULL || !make || !slash;

    *dir = -1;
    *name = slash ? slash + 1 : path;
    if (!**name || strlen(path) >= sizeof folder)
        return yoke_fail(YOKE_ERR_IO, "\"%.80s\" names no file", path);
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    if (slash == path) snprintf(folder, sizeof folder, "/");
    if (!named) {
        const yoke_status st = yoke_dir_open(folder, true, dir);
        if (st == YOKE_OK) yoke_dir_sweep(*dir);
        return st;
    }
    *dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*dir >= 0) return YOKE_OK;
    return yoke_fail(YOKE_ERR_IO, "cannot open directory %s: %s", folder, strerror(errno));
}

/* A file that everybody can write, or that is somebody else's, is not believed. */
static yoke_status read_file(int dir, const char *name, struct text *text)
{
    struct stat info;
    void *data;

    *text = (struct text){ NULL, 0 };
    if (fstatat(dir, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return yoke_fail(YOKE_ERR_IO, "%s: %s", name, strerror(errno));
    if ((info.st_uid != 0 && info.st_uid != geteuid()) || (info.st_mode & 02) != 0)
        return yoke_fail(YOKE_ERR_IO, "%s can be changed by other users", name);
    const yoke_status st = yoke_file_read(dir, name, YOKE_DB_MAX_BYTES, &data, &text->n);
    text->at = data;
    return st;
}

static yoke_status read_path(const char *path, struct text *text)
{
    yoke_status st = YOKE_OK;
    const char *name;
    int dir;

    *text = (struct text){ NULL, 0 };
    TRY(open_dir_of(path, false, &dir, &name));
    st = read_file(dir, name, text);
    close(dir);
out:
    return st;
}

bool yoke_db_load(struct yoke_db *db, const struct yoke_db_owner *owner)
{
    char paths[PATH_ROOM];
    const char *reason;
    bool ok = true;

    const bool any = yoke_db_paths(paths, sizeof paths, &reason) != NULL;
    if (!any && strcmp(reason, "YOKE_TUNE=0") == 0) return true;
    ok = yoke_db_add_text(db, owner, "shipped with Yoke", yoke_shipped_tuning,
                          yoke_shipped_tuning_bytes);
    char *save = NULL;
    for (char *p = any ? strtok_r(paths, ":", &save) : NULL; ok && p;
         p = strtok_r(NULL, ":", &save)) {
        struct text text;
        if (db->n_files == YOKE_DB_MAX_FILES - 1) break; /* the last is for what is learnt here */
        if (*p == '/' && read_path(p, &text) == YOKE_OK) {
            ok = yoke_db_add_text(db, owner, p, text.at, text.n);
            free(text.at);
        }
    }
    return ok;
}

static bool is_replaced(const char *line, size_t n, const struct yoke_tune_line *lines,
                        size_t n_lines)
{
    struct yoke_tune_line old;

    if (!yoke_tune_line_parse(line, n, &old)) return false;
    for (size_t i = 0; i < n_lines; i++)
        if (yoke_tune_line_replaces(&old, &lines[i])) return true;
    return false;
}

/* What stays of the old text, then the lines; the oldest give way where that is too much. */
static yoke_status merge(const struct text *old, const struct yoke_tune_line *lines, size_t n_lines,
                         struct text *out)
{
    static const char title[] = "# Yoke's tuning database; man yoke tells its form\n";
    const char *from = old->at, *const end = old->at + old->n;
    const size_t new_bytes = n_lines * YOKE_TUNE_LINE_MAX;

    out->n = 0;
    out->at = malloc(old->n + new_bytes + sizeof title);
    if (!out->at) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a tuning database");
    if (!old->n) out->n = (size_t)sprintf(out->at, "%s", title);
    while (from < end) {
        const char *newline = memchr(from, '\n', (size_t)(end - from));
        if (!newline) break; /* cut off */
        const size_t n = (size_t)(newline - from) + 1;
        const bool fits = (size_t)(end - from) + new_bytes <= YOKE_DB_MAX_BYTES;
        if (fits && !is_replaced(from, n - 1, lines, n_lines)) {
            memcpy(out->at + out->n, from, n);
            out->n += n;
        }
        from = newline + 1;
    }
    for (size_t i = 0; i < n_lines; i++) {
        yoke_tune_line_print(&lines[i], out->at + out->n);
        out->n += strlen(out->at + out->n);
    }
    return YOKE_OK;
}

/* With other writers kept out by a lock on the directory. A file that is there and cannot be read
 * is not overwritten. */
static yoke_status store_in(int dir, const char *name, const struct yoke_tune_line *lines, size_t n)
{
    yoke_status st = YOKE_OK;
    struct text old = { NULL, 0 }, new = { NULL, 0 };
    struct stat info;

    while (flock(dir, LOCK_EX) != 0 && errno == EINTR)
        ;
    if (fstatat(dir, name, &info, AT_SYMLINK_NOFOLLOW) == 0) TRY(read_file(dir, name, &old));
    TRY(merge(&old, lines, n, &new));
    TRY(yoke_file_replace(dir, name, 0600, new.at, new.n));
out:
    free(old.at);
    free(new.at);
    return st;
}

yoke_status yoke_db_store(const char *path, const struct yoke_tune_line *lines, size_t n,
                          char *where, size_t room)
{
    char paths[PATH_ROOM];
    const char *reason, *name;
    yoke_status st = YOKE_OK;
    int dir = -1;

    where[0] = '\0';
    const bool named = path != NULL;
    if (!path) {
        if (!yoke_db_paths(paths, sizeof paths, &reason)) return YOKE_OK;
        const char *last = strrchr(paths, ':');
        path = last ? last + 1 : paths;
        if (*path != '/') return yoke_fail(YOKE_ERR_IO, "YOKE_TUNE_DB: %s is not absolute", path);
    }
    TRY(open_dir_of(path, !named, &dir, &name));
    TRY(store_in(dir, name, lines, n));
    snprintf(where, room, "%s", path);
out:
    if (dir >= 0) close(dir); /* and the lock with it */
    return st;
}

/* Lines that are entries, put one after another. */
struct collection {
    struct yoke_tune_line *lines;
    size_t n, room;
};

static yoke_status collect(struct collection *all, const struct text *text)
{
    const char *from = text->at, *const end = text->at + text->n;
    struct yoke_tune_line line;

    for (const char *newline; from < end && (newline = memchr(from, '\n', (size_t)(end - from)));
         from = newline + 1) {
        if (!yoke_tune_line_parse(from, (size_t)(newline - from), &line)) continue;
        for (size_t i = 0; i < all->n; i++)
            if (yoke_tune_line_replaces(&all->lines[i], &line)) {
                memmove(&all->lines[i], &all->lines[i + 1], (--all->n - i) * sizeof line);
                break;
            }
        if (all->n == all->room) {
            const size_t room = all->room ? 2 * all->room : 64;
            struct yoke_tune_line *more = realloc(all->lines, room * sizeof *more);
            if (!more) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for an export");
            all->lines = more;
            all->room = room;
        }
        all->lines[all->n++] = line;
    }
    return YOKE_OK;
}

yoke_status yoke_db_export(const char *path)
{
    char paths[PATH_ROOM], *save = NULL;
    const char *reason;
    struct collection all = { 0 };
    struct text text = { NULL, 0 }, none = { NULL, 0 };
    yoke_status st = YOKE_OK;

    if (!yoke_db_paths(paths, sizeof paths, &reason))
        return yoke_fail(YOKE_ERR_IO, "no tuning database: %s", reason);
    for (char *p = strtok_r(paths, ":", &save); p; p = strtok_r(NULL, ":", &save)) {
        if (*p != '/' || read_path(p, &text) != YOKE_OK) continue;
        TRY(collect(&all, &text));
        free(text.at);
        text.at = NULL;
    }
    TRY(merge(&none, all.lines, all.n, &text));
    if (text.n > YOKE_DB_MAX_BYTES)
        TRY(yoke_fail(YOKE_ERR_IO, "%zu entries are %zu bytes; a database has at most %d", all.n,
                      text.n, YOKE_DB_MAX_BYTES));
    /* Not believed where everybody may write it, whatever the umask. */
    TRY(yoke_file_replace(AT_FDCWD, path, 0644, text.at, text.n));
out:
    free(text.at);
    free(all.lines);
    return st;
}
