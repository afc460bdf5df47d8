/* db.c - what was tuned for one device, in memory.
 * SPDX-License-Identifier: MIT */
#include "op/db.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ENTRIES = 1 << 17, FIRST_ROOM = 64 };

/* FNV-1a over what names an entry. */
static size_t slot_of(const char *op, enum yoke_type type, const char *key, unsigned match)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (; *op; op++)
        h = (h ^ (unsigned char)*op) * 0x100000001b3u;
    h = (h ^ (uint64_t)type << 8 ^ match) * 0x100000001b3u;
    for (; *key; key++)
        h = (h ^ (unsigned char)*key) * 0x100000001b3u;
    return (size_t)(h ^ h >> 32);
}

static bool is(const struct yoke_db_entry *e, const char *op, enum yoke_type type, const char *key,
               unsigned match)
{
    return e->match == match && e->type == type && strcmp(e->key, key) == 0 &&
           strcmp(e->op, op) == 0;
}

/* Where the key is, or would be. The table is never full. */
static struct yoke_db_entry *locate(struct yoke_db_entry *entries, size_t room, const char *op,
                                    enum yoke_type type, const char *key, unsigned match)
{
    size_t i = slot_of(op, type, key, match) & (room - 1);

    while (entries[i].used && !is(&entries[i], op, type, key, match))
        i = (i + 1) & (room - 1);
    return &entries[i];
}

static bool grow(struct yoke_db *db)
{
    const size_t room = db->room ? 2 * db->room : FIRST_ROOM;
    struct yoke_db_entry *entries = calloc(room, sizeof *entries);

    if (!entries) return false;
    for (size_t i = 0; i < db->room; i++) {
        const struct yoke_db_entry *e = &db->entries[i];
        if (e->used) *locate(entries, room, e->op, e->type, e->key, e->match) = *e;
    }
    free(db->entries);
    db->entries = entries;
    db->room = room;
    return true;
}

static bool put(struct yoke_db *db, const struct yoke_tune_line *line, const char *key,
                unsigned match)
{
    if (db->n >= MAX_ENTRIES) return true; /* what is past it stays untuned */
    if (2 * (db->n + 1) > db->room && !grow(db)) return false;
    struct yoke_db_entry *e = locate(db->entries, db->room, line->op, line->type, key, match);
    db->n += !e->used;
    *e = (struct yoke_db_entry){
        .used = true,
        .match = (unsigned char)match,
        .file = (unsigned char)(db->n_files - 1),
        .type = line->type,
        .ratio = line->ratio,
    };
    memcpy(e->op, line->op, sizeof e->op);
    memcpy(e->variant, line->variant, sizeof e->variant);
    strcpy(e->key, key);
    return true;
}

static bool ban(struct yoke_db *db, const struct yoke_tune_line *line)
{
    if (yoke_db_banned(db, line->op, line->type, line->variant)) return true;
    struct yoke_db_ban *bans = realloc(db->bans, (db->n_bans + 1) * sizeof *bans);
    if (!bans) return false;
    db->bans = bans;
    struct yoke_db_ban *b = &bans[db->n_bans++];
    b->type = line->type;
    b->file = (unsigned char)(db->n_files - 1);
    memcpy(b->op, line->op, sizeof b->op);
    memcpy(b->variant, line->variant, sizeof b->variant);
    memcpy(b->why, line->why, sizeof b->why);
    return true;
}

/* The match by key that an entry of this device or class gives; YOKE_DB_NONE for others. */
static unsigned match_of(const struct yoke_db_owner *owner, const struct yoke_tune_line *line)
{
    if (strcmp(line->kernels, "*") != 0 && strcmp(line->kernels, owner->kernels) != 0)
        return YOKE_DB_NONE;
    if (strcmp(line->device, owner->device) == 0) return YOKE_DB_EXACT;
    for (unsigned i = 0; i < YOKE_DB_MAX_CLASSES && owner->classes[i][0]; i++)
        if (strcmp(line->device, owner->classes[i]) == 0) return YOKE_DB_CLASS_EXACT + 2 * i;
    return YOKE_DB_NONE;
}

static bool add_line(struct yoke_db *db, const struct yoke_db_owner *owner,
                     const struct yoke_tune_line *line)
{
    const unsigned match = match_of(owner, line);
    char bucket[YOKE_KEY_MAX];

    if (match == YOKE_DB_NONE) return true;
    if (line->quarantine) return ban(db, line);
    if (!yoke_key_bucket(line->key, bucket)) return true; /* which the parser saw to */
    return put(db, line, line->key, match) && put(db, line, bucket, match + 1);
}

static void remark(struct yoke_db *db, const char *file, size_t n_strange, size_t first)
{
    if (n_strange == 1)
        yoke_text_add(&db->remarks, "%s: line %zu is not understood\n", file, first);
    if (n_strange > 1)
        yoke_text_add(&db->remarks, "%s: %zu lines are not understood, the first is line %zu\n",
                      file, n_strange, first);
}

bool yoke_db_add_text(struct yoke_db *db, const struct yoke_db_owner *owner, const char *file,
                      const char *text, size_t size_bytes)
{
    struct yoke_tune_reader r = { .next = text, .left = size_bytes };
    struct yoke_tune_line line;
    size_t n_strange = 0, first = 0;

    if (db->n_files == YOKE_DB_MAX_FILES) return true;
    db->files[db->n_files] = strdup(file);
    if (!db->files[db->n_files]) return false;
    db->n_files++;
    while (yoke_tune_read_line(&r)) {
        if (r.n == 0 || *r.text == '#') continue;
        if (yoke_tune_line_parse(r.text, r.n, &line)) {
            if (!add_line(db, owner, &line)) return false;
        } else if (n_strange++ == 0) {
            first = r.number;
        }
    }
    remark(db, file, n_strange, first);
    return yoke_text_get(&db->remarks) != NULL;
}

const struct yoke_db_entry *yoke_db_find(const struct yoke_db *db, const struct yoke_db_key *key,
                                         enum yoke_db_match match)
{
    if (db->n == 0) return NULL;
    const struct yoke_db_entry *e = locate(db->entries, db->room, key->op, key->type,
                                           match % 2 ? key->bucket : key->exact, match);
    return e->used ? e : NULL;
}

const struct yoke_db_ban *yoke_db_banned(const struct yoke_db *db, const char *op,
                                         enum yoke_type type, const char *variant)
{
    for (size_t i = 0; i < db->n_bans; i++)
        if (db->bans[i].type == type && strcmp(db->bans[i].variant, variant) == 0 &&
            strcmp(db->bans[i].op, op) == 0)
            return &db->bans[i];
    return NULL;
}

bool yoke_db_bans(const struct yoke_db_owner *owner, const char *variant,
                  const struct yoke_tune_line *line)
{
    return line->quarantine && match_of(owner, line) != YOKE_DB_NONE &&
           (!variant || strcmp(line->variant, variant) == 0);
}

void yoke_db_deinit(struct yoke_db *db)
{
    for (size_t i = 0; i < db->n_files; i++)
        free(db->files[i]);
    free(db->entries);
    free(db->bans);
    yoke_text_deinit(&db->remarks);
    *db = (struct yoke_db){ 0 };
}
