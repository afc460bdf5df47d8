/* choice.c - which variant serves a problem on a device: what was tuned, else the table's order.
 * SPDX-License-Identifier: MIT */
#include "op/choice.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "device/open.h"
#include "op/db_file.h"
#include "op/owner.h"
#include "op/profile.h"

/* A database in memory, and the profile that it leads to. Those that were replaced stay until the
 * device closes: another thread may be reading them. */
struct edition {
    struct yoke_db db;
    struct yoke_profile profile;
    bool measured; /* some of the profile, on the device */
    struct edition *older;
};

/* What a device keeps. */
struct tuning {
    struct edition *_Atomic current;
    atomic_uint number;                       /* of the current one */
    const struct yoke_profile *_Atomic tried; /* in place of the current one's, or NULL */
    struct yoke_db_owner owner;
    struct yoke_profile_facts facts;
    atomic_bool told; /* the log, of remarks */
    char *learned;    /* lines of this process */
    size_t learned_bytes;
};

/* Guards what all of them learn, which is rare. */
static pthread_mutex_t learning = PTHREAD_MUTEX_INITIALIZER;

static struct edition *read_edition(const struct tuning *t)
{
    struct edition *e = calloc(1, sizeof *e);

    if (!e) return NULL;
    if (yoke_db_load(&e->db, &t->owner) &&
        (!t->learned || yoke_db_add_text(&e->db, &t->owner, "tuned by this process", t->learned,
                                         t->learned_bytes))) {
        yoke_profile_derive(&e->profile, &t->facts);
        e->measured = yoke_profile_take(&e->profile, &e->db);
        if (yoke_text_get(&e->db.remarks)) return e;
    }
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
    t->facts = yoke_profile_facts_of(dev);
    if (yoke_db_owner_of(dev, &t->facts.caches, &t->owner))
        atomic_store(&t->current, read_edition(t));
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

/* The quarantine of a variant, or NULL. The last of a table takes anything, and is never in one. */
static const struct yoke_db_ban *ban_of(const struct yoke_db *db, const struct yoke_op_class *op,
                                        enum yoke_type type, const char *variant)
{
    if (db->n_bans == 0 || strcmp(variant, op->variants[op->n_variants - 1].name) == 0) return NULL;
    return yoke_db_banned(db, op->name, type, variant);
}

static bool is_good(const yoke_device *dev, const struct yoke_db *db,
                    const struct yoke_op_class *op, const void *problem,
                    const struct yoke_variant *variant)
{
    return !ban_of(db, op, op->type(problem), variant->name) &&
           variant->supports(dev, variant, problem);
}

/* A tuned variant is taken only if it supports the problem: its bucket may hold others. */
static bool choose_tuned(const yoke_device *dev, const struct yoke_db *db,
                         const struct yoke_op_class *op, const void *problem,
                         struct yoke_choice *out)
{
    struct yoke_db_key key = { .op = op->name, .type = op->type(problem) };

    if (db->n == 0) return false;
    op->key(problem, key.exact);
    if (!yoke_key_bucket(key.exact, key.bucket)) return false;
    for (unsigned match = YOKE_DB_EXACT; match < YOKE_DB_NONE; match++) {
        const struct yoke_db_entry *e = yoke_db_find(db, &key, (enum yoke_db_match)match);
        const struct yoke_variant *variant =
            e ? yoke_variant_find(op->variants, op->n_variants, e->variant) : NULL;
        if (!variant || !is_good(dev, db, op, problem, variant)) continue;
        *out = (struct yoke_choice){
            .variant = variant,
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

static const struct yoke_variant *first_preferred(const yoke_device *dev, const struct yoke_db *db,
                                                  const struct yoke_op_class *op,
                                                  const void *problem)
{
    const struct yoke_variant *v = op->variants, *const last = v + op->n_variants - 1;
    const enum yoke_type type = op->type(problem);

    while (v < last && (ban_of(db, op, type, v->name) || !v->prefers(dev, v, problem)))
        v++;
    return v;
}

static yoke_status choose_by_name(const yoke_device *dev, const struct yoke_op_class *op,
                                  const void *problem, const char *name,
                                  const struct yoke_variant **out)
{
    *out = yoke_variant_find(op->variants, op->n_variants, name);
    if (!*out) return yoke_fail(YOKE_ERR_INVALID, "no variant \"%s\"", name);
    if (op->is_empty(problem) || (*out)->supports(dev, *out, problem)) return YOKE_OK;
    return yoke_fail(YOKE_ERR_UNSUPPORTED, "variant %s does not take this operation on %s", name,
                     yoke_device_get_info(dev)->name);
}

yoke_status yoke_choose(const yoke_device *dev, const struct yoke_op_class *op, const void *problem,
                        struct yoke_choice *out)
{
    const char *name = op->asked_for(problem);
    yoke_status st = YOKE_OK;
    const struct yoke_db *db;

    *out = (struct yoke_choice){ .source = YOKE_TUNE_BY_ORDER, .ratio = 1.0, .where = "" };
    if (name) return choose_by_name(dev, op, problem, name, &out->variant);
    out->variant = &op->variants[op->n_variants - 1];
    if (op->is_empty(problem)) return YOKE_OK;
    TRY(db_of(dev, &db));
    if (!choose_tuned(dev, db, op, problem, out))
        out->variant = first_preferred(dev, db, op, problem);
out:
    return st;
}

yoke_status yoke_choose_untuned(const yoke_device *dev, const struct yoke_op_class *op,
                                const void *problem, const struct yoke_variant **out)
{
    yoke_status st = YOKE_OK;
    const struct yoke_db *db;

    TRY(db_of(dev, &db));
    *out = first_preferred(dev, db, op, problem);
out:
    return st;
}

const char *yoke_choice_ban(const yoke_device *dev, const struct yoke_op_class *op,
                            enum yoke_type type, const char *variant, const char **where)
{
    const struct yoke_db *db;

    if (db_of(dev, &db) != YOKE_OK) return NULL;
    const struct yoke_db_ban *ban = ban_of(db, op, type, variant);
    if (ban) *where = db->files[ban->file];
    return ban ? ban->why : NULL;
}

unsigned yoke_choice_edition(const yoke_device *dev)
{
    struct tuning *t;

    return tuning_of(dev, &t) == YOKE_OK ? atomic_load(&t->number) : 0;
}

/* Without host memory nothing runs: the least of each field does for whoever asks. */
const struct yoke_profile *yoke_profile_of(const yoke_device *dev)
{
    static const struct yoke_profile fallback = YOKE_PROFILE_LEAST;
    const struct yoke_profile *tried;
    struct tuning *t;

    if (tuning_of(dev, &t) != YOKE_OK) return &fallback;
    tried = atomic_load_explicit(&t->tried, memory_order_acquire);
    return tried ? tried : &atomic_load_explicit(&t->current, memory_order_acquire)->profile;
}

bool yoke_profile_is_measured(const yoke_device *dev)
{
    struct tuning *t;

    return tuning_of(dev, &t) == YOKE_OK && atomic_load(&t->current)->measured;
}

void yoke_profile_try(const yoke_device *dev, const struct yoke_profile *profile)
{
    struct tuning *t;

    if (tuning_of(dev, &t) != YOKE_OK) return;
    atomic_store_explicit(&t->tried, profile, memory_order_release);
    atomic_fetch_add(&t->number, 1); /* plans are not what they would be */
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

/* Leave out what bans the variant; the count of that. */
static size_t unlearn(struct tuning *t, const char *variant)
{
    char *from = t->learned, *to = t->learned, *const end = from + t->learned_bytes;
    struct yoke_tune_line line;
    size_t n_out = 0;

    while (from < end) {
        const size_t n = strcspn(from, "\n") + 1;
        const bool out =
            yoke_tune_line_parse(from, n - 1, &line) && yoke_db_bans(&t->owner, variant, &line);
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
    atomic_fetch_add(&t->number, 1);
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

yoke_status yoke_choice_forgive(const yoke_device *dev, const char *variant, size_t *n)
{
    yoke_status st = YOKE_OK;
    struct tuning *t;
    size_t n_learned;

    *n = 0;
    TRY(tuning_of(dev, &t));
    TRY(yoke_db_forgive(&t->owner, variant, n));
    pthread_mutex_lock(&learning);
    n_learned = unlearn(t, variant);
    if (*n == 0) *n = n_learned; /* most of them stand in the database as well */
    st = publish(dev, t);
    pthread_mutex_unlock(&learning);
out:
    return st;
}
