/* choice.c - which row serves a problem on a device: what was tuned, else the table's order.
 * SPDX-License-Identifier: MIT */
#include "op/choice.h"

#include <ctype.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "device/open.h"
#include "kernel/sources.h"
#include "op/db_file.h"
#include "yoke/version.h"

/* A database in memory. Those that were replaced stay until the device closes: another thread may
 * be reading them. */
struct edition {
    struct yoke_db db;
    struct edition *older;
};

/* What a device keeps. */
struct tuning {
    struct edition *_Atomic current;
    struct yoke_db_owner owner;
    atomic_bool told; /* the log, of remarks */
    char *learned;    /* lines of this process */
    size_t learned_bytes;
};

/* Guards what all of them learn, which is rare. */
static pthread_mutex_t learning = PTHREAD_MUTEX_INITIALIZER;

static bool hash_kernels(char hex[YOKE_TUNE_KERNELS_MAX])
{
    unsigned char digest[YOKE_HASH_BYTES];
    char all[YOKE_HASH_HEX];
    struct yoke_hash h;

    yoke_hash_begin(&h);
    yoke_hash_add_text(&h, yoke_version());
    for (size_t i = 0; i < yoke_n_sources; i++) {
        yoke_hash_add_text(&h, yoke_sources[i].name);
        yoke_hash_add_text(&h, yoke_sources[i].text);
    }
    if (!yoke_hash_end(&h, digest)) return false;
    yoke_hash_hex(digest, all);
    snprintf(hex, YOKE_TUNE_KERNELS_MAX, "%.16s", all);
    return true;
}

/* One word for a vendor, whatever its full name. */
static const char *vendor_word(const char *vendor)
{
    static const struct {
        const char *part, *word;
    } words[] = { { "nvidia", "nvidia" },
                  { "advanced micro", "amd" },
                  { "amd", "amd" },
                  { "intel", "intel" },
                  { "arm", "arm" },
                  { "qualcomm", "qualcomm" },
                  { "imagination", "imagination" } };
    char lower[64];
    size_t n = 0;

    for (; vendor[n] && n + 1 < sizeof lower; n++)
        lower[n] = (char)tolower((unsigned char)vendor[n]);
    lower[n] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(lower, words[i].part)) return words[i].word;
    return "other";
}

/* "class:cpu-f32x16", "class:cpu"; "class:gpu-nvidia", "class:gpu"; "class:accelerator". */
static void list_classes(const yoke_device *dev, char classes[YOKE_DB_MAX_CLASSES][32])
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    size_t n = 0;

    if (info->type == YOKE_DEVICE_CPU)
        snprintf(classes[n++], sizeof *classes, "class:cpu-f32x%u", (unsigned)info->vector_f32);
    if (info->type == YOKE_DEVICE_GPU)
        snprintf(classes[n++], sizeof *classes, "class:gpu-%s", vendor_word(info->vendor));
    snprintf(classes[n], sizeof *classes, "class:%s", yoke_device_type_name(info->type));
}

static struct edition *read_edition(const struct tuning *t)
{
    struct edition *e = calloc(1, sizeof *e);

    if (!e) return NULL;
    if (yoke_db_load(&e->db, &t->owner) &&
        (!t->learned || yoke_db_add_text(&e->db, &t->owner, "tuned by this process", t->learned,
                                         t->learned_bytes)))
        return e;
    yoke_db_deinit(&e->db);
    free(e);
    return NULL;
}

static void release(yoke_device *dev, void *data)
{
    struct tuning *t = data;

    (void)dev;
    for (struct edition *e = atomic_load(&t->current); e;) {
        struct edition *older = e->older;
        yoke_db_deinit(&e->db);
        free(e);
        e = older;
    }
    free(t->learned);
    free(t);
}

/* Once for what stays the same. */
static void log_remarks(const yoke_device *dev, const struct edition *e, const struct edition *old)
{
    const char *remarks = yoke_text_get(&e->db.remarks);

    if (!old || strcmp(remarks, yoke_text_get(&old->db.remarks)) != 0)
        yoke_log_text(yoke_device_log(dev), remarks);
}

static void *make_tuning(const yoke_device *dev)
{
    struct tuning *t = calloc(1, sizeof *t);

    if (!t) return NULL;
    yoke_device_identity(dev, t->owner.device, sizeof t->owner.device);
    list_classes(dev, t->owner.classes);
    if (hash_kernels(t->owner.kernels)) atomic_store(&t->current, read_edition(t));
    if (atomic_load(&t->current)) return t;
    release(NULL, t);
    return NULL;
}

static yoke_status tuning_of(const yoke_device *dev, struct tuning **out)
{
    static const struct yoke_keeper keeper = { make_tuning, release };

    *out = yoke_device_keep(dev, YOKE_KEEP_TUNING, &keeper);
    if (!*out) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a tuning database");
    if (!atomic_load_explicit(&(*out)->told, memory_order_relaxed) &&
        !atomic_exchange(&(*out)->told, true)) /* not where it is made, with a lock held */
        log_remarks(dev, atomic_load(&(*out)->current), NULL);
    return YOKE_OK;
}

static yoke_status db_of(const yoke_device *dev, const struct yoke_db **out)
{
    struct tuning *t;
    yoke_status st = YOKE_OK;

    TRY(tuning_of(dev, &t));
    *out = &atomic_load_explicit(&t->current, memory_order_acquire)->db;
out:
    return st;
}

static const struct yoke_variant *row_named(const struct yoke_choice_of *of, const char *name)
{
    for (size_t i = 0; i < of->n_rows; i++)
        if (strcmp(of->rows[i].name, name) == 0) return &of->rows[i];
    return NULL;
}

/* The quarantine of a row, or NULL. The last of a table takes anything, and is never in one. */
static const struct yoke_db_ban *ban_of(const struct yoke_db *db, const struct yoke_choice_of *of,
                                        const char *row)
{
    if (db->n_bans == 0 || strcmp(row, of->rows[of->n_rows - 1].name) == 0) return NULL;
    return yoke_db_banned(db, of->op, of->shape.type, row);
}

/* A tuned row is taken only if it runs: its bucket may hold shapes that it does not take. */
static bool choose_tuned(const yoke_device *dev, const struct yoke_db *db,
                         const struct yoke_choice_of *of, struct yoke_choice *out)
{
    for (unsigned match = YOKE_DB_EXACT; db->n > 0 && match < YOKE_DB_NONE; match++) {
        const struct yoke_db_entry *e =
            yoke_db_find(db, of->op, &of->shape, (enum yoke_db_match)match);
        const struct yoke_variant *row = e ? row_named(of, e->row) : NULL;
        if (!row || ban_of(db, of, e->row) || !row->runs(dev, row, of->problem)) continue;
        *out = (struct yoke_choice){
            .row = row,
            .source = match == YOKE_DB_EXACT    ? YOKE_TUNE_BY_SHAPE
                      : match == YOKE_DB_BUCKET ? YOKE_TUNE_BY_BUCKET
                                                : YOKE_TUNE_BY_CLASS,
            .ratio = e->ratio / 1000.0,
            .where = db->files[e->file],
        };
        return true;
    }
    return false;
}

static const struct yoke_variant *first_that_suits(const yoke_device *dev, const struct yoke_db *db,
                                                   const struct yoke_choice_of *of)
{
    size_t i = 0;

    while (i + 1 < of->n_rows &&
           (ban_of(db, of, of->rows[i].name) || !of->rows[i].suits(dev, &of->rows[i], of->problem)))
        i++;
    return &of->rows[i];
}

yoke_status yoke_choose(const yoke_device *dev, const struct yoke_choice_of *of, const char *name,
                        struct yoke_choice *out)
{
    yoke_status st = YOKE_OK;
    const struct yoke_db *db;

    *out = (struct yoke_choice){ .source = YOKE_TUNE_BY_ORDER, .ratio = 1.0, .where = "" };
    if (name) return yoke_variant_choose(of->rows, of->n_rows, name, dev, of->problem, &out->row);
    TRY(db_of(dev, &db));
    if (!choose_tuned(dev, db, of, out)) out->row = first_that_suits(dev, db, of);
out:
    return st;
}

yoke_status yoke_choose_untuned(const yoke_device *dev, const struct yoke_choice_of *of,
                                const struct yoke_variant **out)
{
    yoke_status st = YOKE_OK;
    const struct yoke_db *db;

    TRY(db_of(dev, &db));
    *out = first_that_suits(dev, db, of);
out:
    return st;
}

const char *yoke_choice_ban(const yoke_device *dev, const struct yoke_choice_of *of,
                            const char *row, const char **where)
{
    const struct yoke_db *db;

    if (db_of(dev, &db) != YOKE_OK) return NULL;
    const struct yoke_db_ban *ban = ban_of(db, of, row);
    if (ban) *where = db->files[ban->file];
    return ban ? ban->why : NULL;
}

const char *yoke_choice_remarks(const yoke_device *dev)
{
    const struct yoke_db *db;

    return db_of(dev, &db) == YOKE_OK ? yoke_text_get(&db->remarks) : "";
}

yoke_status yoke_choice_owner(const yoke_device *dev, struct yoke_db_owner *owner)
{
    yoke_status st = YOKE_OK;
    struct tuning *t;

    TRY(tuning_of(dev, &t));
    *owner = t->owner;
out:
    return st;
}

static bool remember(struct tuning *t, const struct yoke_tune_line *lines, size_t n)
{
    char *more = realloc(t->learned, t->learned_bytes + n * YOKE_TUNE_LINE_MAX + 1);

    if (!more) return false;
    t->learned = more;
    for (size_t i = 0; i < n; i++) {
        yoke_tune_line_print(&lines[i], more + t->learned_bytes);
        t->learned_bytes += strlen(more + t->learned_bytes);
    }
    return true;
}

/* Leave out what bans the row; the count of that. */
static size_t unlearn(struct tuning *t, const char *row)
{
    char *from = t->learned, *to = t->learned, *const end = from + t->learned_bytes;
    struct yoke_tune_line line;
    size_t n_out = 0;

    while (from < end) {
        const size_t n = strcspn(from, "\n") + 1;
        const bool out =
            yoke_tune_line_parse(from, n - 1, &line) && yoke_db_bans(&t->owner, row, &line);
        if (!out) memmove(to, from, n);
        to += out ? 0 : n;
        from += n;
        n_out += out;
    }
    t->learned_bytes = (size_t)(to - t->learned);
    if (to) *to = '\0';
    return n_out;
}

/* With the lock held: from now on what the databases and this process's lines say. */
static yoke_status publish(const yoke_device *dev, struct tuning *t)
{
    struct edition *e = read_edition(t);

    if (!e) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a tuning database");
    e->older = atomic_load(&t->current);
    atomic_store_explicit(&t->current, e, memory_order_release);
    log_remarks(dev, e, e->older);
    return YOKE_OK;
}

yoke_status yoke_choice_learn(const yoke_device *dev, const struct yoke_tune_line *lines, size_t n)
{
    yoke_status st = YOKE_OK;
    struct tuning *t;

    TRY(tuning_of(dev, &t));
    pthread_mutex_lock(&learning);
    st = remember(t, lines, n)
             ? publish(dev, t)
             : yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a tuning database");
    pthread_mutex_unlock(&learning);
out:
    return st;
}

yoke_status yoke_choice_forgive(const yoke_device *dev, const char *row, size_t *n)
{
    yoke_status st = YOKE_OK;
    struct tuning *t;
    size_t n_learned;

    *n = 0;
    TRY(tuning_of(dev, &t));
    TRY(yoke_db_forgive(&t->owner, row, n));
    pthread_mutex_lock(&learning);
    n_learned = unlearn(t, row);
    if (*n == 0) *n = n_learned; /* most of them stand in the database as well */
    st = publish(dev, t);
    pthread_mutex_unlock(&learning);
out:
    return st;
}
