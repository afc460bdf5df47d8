/* db_file.c - where tuning databases lie, and how they change.
 * SPDX-License-Identifier: MIT */
#include "op/db_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/privilege.h"
#include "base/text.h"

enum { PATH_ROOM = 4096 };

static const char title[] = "# Yoke's tuning database; man yoke tells its form\n";

/* What a file holds. */
struct text {
    char *at;
    size_t n;
};

/* What changes in a database: lines that come, in place of those they replace, and quarantines that
 * go. */
struct change {
    const struct yoke_tune_line *lines;
    size_t n_lines;
    const struct yoke_db_owner *forgiven; /* NULL: nobody */
    const char *variant;                  /* NULL: all of them */
    size_t n_forgiven;                    /* out */
};

const char *yoke_db_paths(char *text, size_t room, const char **reason)
{
    const char *off = getenv("YOKE_TUNE"), *own = getenv("YOKE_TUNE_DB");
    const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int n;

    *reason = "";
    if (yoke_is_privileged())
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

/* Add a file. One that is not there is not missed; of another one that is not read a remark tells.
 */
static bool add_path(struct yoke_db *db, const struct yoke_db_owner *owner, const char *path)
{
    struct stat info;
    struct text text;
    const char *why = "it is not an absolute path";

    if (*path == '/') {
        if (lstat(path, &info) != 0 && (errno == ENOENT || errno == ENOTDIR)) return true;
        if (read_path(path, &text) == YOKE_OK) {
            const bool ok = yoke_db_add_text(db, owner, path, text.at, text.n);
            free(text.at);
            return ok;
        }
        why = yoke_last_error();
    }
    yoke_text_add(&db->remarks, "%s is not read: %s\n", path, why);
    return yoke_text_get(&db->remarks) != NULL;
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
        if (db->n_files == YOKE_DB_MAX_FILES - 1) { /* the last is for what is learnt here */
            yoke_text_add(&db->remarks, "%s is not read: there are too many before it\n", p);
            break;
        }
        ok = add_path(db, owner, p);
    }
    return ok && yoke_text_get(&db->remarks);
}

static bool is_dropped(const char *line, size_t n, struct change *change)
{
    struct yoke_tune_line old;

    if (!yoke_tune_line_parse(line, n, &old)) return false;
    for (size_t i = 0; i < change->n_lines; i++)
        if (yoke_tune_line_replaces(&old, &change->lines[i])) return true;
    if (!change->forgiven || !yoke_db_bans(change->forgiven, change->variant, &old)) return false;
    change->n_forgiven++;
    return true;
}

static void add_lines(struct yoke_text *out, const struct yoke_tune_line *lines, size_t n)
{
    char line[YOKE_TUNE_LINE_MAX];

    for (size_t i = 0; i < n; i++) {
        yoke_tune_line_print(&lines[i], line);
        yoke_text_add(out, "%s", line);
    }
}

/* The line as it stands, understood or not; its newline where it lacks. */
static void add_raw(struct yoke_text *out, const struct yoke_tune_reader *r)
{
    yoke_text_add_bytes(out, r->raw, r->raw_bytes);
    if (!r->has_newline) yoke_text_add_bytes(out, "\n", 1);
}

/* What stays of the old text, then the lines; the oldest give way where that is too much. */
static yoke_status merge(const struct text *old, struct change *change, struct yoke_text *out)
{
    struct yoke_tune_reader r = { .next = old->at, .left = old->n };
    struct yoke_text new = { 0 };

    add_lines(&new, change->lines, change->n_lines);
    if (!old->n) yoke_text_add(out, "%s", title);
    while (yoke_tune_read_line(&r)) {
        const size_t rest_bytes = r.raw_bytes + r.left + 1; /* perhaps a newline */
        if (rest_bytes + new.length <= YOKE_DB_MAX_BYTES && !is_dropped(r.text, r.n, change))
            add_raw(out, &r);
    }
    yoke_text_add_bytes(out, new.data, new.length);
    const bool whole = yoke_text_get(&new) && yoke_text_get(out);
    yoke_text_deinit(&new);
    return whole ? YOKE_OK : yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a tuning database");
}

/* With other writers kept out. A file that is there and cannot be read is not overwritten. */
static yoke_status store_in(int dir, const char *name, struct change *change, double wait_ms)
{
    yoke_status st = YOKE_OK;
    struct text old = { NULL, 0 };
    struct yoke_text new = { 0 };
    struct stat info;
    int lock = -1;

    TRY(yoke_lock_take(dir, name, wait_ms, &lock));
    if (fstatat(dir, name, &info, AT_SYMLINK_NOFOLLOW) == 0) TRY(read_file(dir, name, &old));
    TRY(merge(&old, change, &new));
    if (change->n_lines == 0 && change->n_forgiven == 0) goto out;
    TRY(yoke_file_replace(dir, name, 0600, new.data, new.length));
out:
    if (lock >= 0) close(lock);
    free(old.at);
    yoke_text_deinit(&new);
    return st;
}

static yoke_status store(const char *path, struct change *change, double wait_ms, char *where,
                         size_t room)
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
        if (change->n_lines == 0 && access(path, F_OK) != 0) return YOKE_OK;
    }
    TRY(open_dir_of(path, !named, &dir, &name));
    TRY(store_in(dir, name, change, wait_ms));
    snprintf(where, room, "%s", path);
out:
    if (dir >= 0) close(dir);
    return st;
}

yoke_status yoke_db_store(const char *path, const struct yoke_tune_line *lines, size_t n,
                          double wait_ms, char *where, size_t room)
{
    return store(path, &(struct change){ .lines = lines, .n_lines = n }, wait_ms, where, room);
}

yoke_status yoke_db_forgive(const struct yoke_db_owner *owner, const char *variant, size_t *n)
{
    struct change change = { .forgiven = owner, .variant = variant };
    char where[8];

    const yoke_status st = store(NULL, &change, YOKE_DB_WAIT_MS, where, sizeof where);
    *n = st == YOKE_OK ? change.n_forgiven : 0;
    return st;
}

/* Lines that are entries, put one after another; before them those of other versions or operators.
 */
struct collection {
    struct yoke_tune_line *lines;
    size_t n, room;
    struct yoke_text others;
};

static yoke_status collect_line(struct collection *all, const struct yoke_tune_line *line)
{
    for (size_t i = 0; i < all->n; i++)
        if (yoke_tune_line_replaces(&all->lines[i], line)) {
            memmove(&all->lines[i], &all->lines[i + 1], (--all->n - i) * sizeof *line);
            break;
        }
    if (all->n == all->room) {
        const size_t room = all->room ? 2 * all->room : 64;
        struct yoke_tune_line *more = realloc(all->lines, room * sizeof *more);
        if (!more) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for an export");
        all->lines = more;
        all->room = room;
    }
    all->lines[all->n++] = *line;
    return YOKE_OK;
}

static yoke_status collect(struct collection *all, const struct text *text)
{
    static const char family[] = "yoke-tune/";
    struct yoke_tune_reader r = { .next = text->at, .left = text->n };
    struct yoke_tune_line line;
    yoke_status st = YOKE_OK;

    while (yoke_tune_read_line(&r)) {
        if (yoke_tune_line_parse(r.text, r.n, &line))
            TRY(collect_line(all, &line));
        else if (r.n >= sizeof family - 1 && memcmp(r.text, family, sizeof family - 1) == 0)
            add_raw(&all->others, &r);
    }
out:
    return st;
}

yoke_status yoke_db_export(const char *path)
{
    char paths[PATH_ROOM], *save = NULL;
    const char *reason;
    struct collection all = { 0 };
    struct text text = { NULL, 0 };
    struct yoke_text out = { 0 };
    yoke_status st = YOKE_OK;

    if (!yoke_db_paths(paths, sizeof paths, &reason))
        return yoke_fail(YOKE_ERR_IO, "no tuning database: %s", reason);
    for (char *p = strtok_r(paths, ":", &save); p; p = strtok_r(NULL, ":", &save)) {
        if (*p != '/' || read_path(p, &text) != YOKE_OK) continue;
        TRY(collect(&all, &text));
        free(text.at);
        text.at = NULL;
    }
    yoke_text_add(&out, "%s", title);
    yoke_text_add_bytes(&out, all.others.data, all.others.length);
    add_lines(&out, all.lines, all.n);
    if (!yoke_text_get(&all.others) || !yoke_text_get(&out))
        TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for an export"));
    if (out.length > YOKE_DB_MAX_BYTES)
        TRY(yoke_fail(YOKE_ERR_IO, "%zu entries are %zu bytes; a database has at most %d", all.n,
                      out.length, YOKE_DB_MAX_BYTES));
    /* Not believed where everybody may write it, whatever the umask. */
    TRY(yoke_file_replace(AT_FDCWD, path, 0644, out.data, out.length));
out:
    free(text.at);
    free(all.lines);
    yoke_text_deinit(&all.others);
    yoke_text_deinit(&out);
    return st;
}
