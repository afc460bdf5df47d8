/* db.c - what was tuned for one device, in memory.
 * SPDX-License-Identifier: MIT */
#include "op/db.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ENTRIES = 1 << 17, FIRST_ROOM = 64 };

static size_t slot_of(enum yoke_tune_op op, const struct yoke_tune_shape *s, unsigned match)
{
    uint64_t h = (uint64_t)op << 32 | (uint64_t)s->type << 16 | s->trans << 8 | match;

    for (size_t i = 0; i < YOKE_TUNE_DIMS; i++)
        h = (h ^ s->dim[i]) * 0x9e3779b97f4a7c15u;
    return (size_t)(h ^ h >> 32);
}

/* Where the key is, or would be. The table is never full. */
static struct yoke_db_entry *locate(struct yoke_db_entry *entries, size_t room,
                                    enum yoke_tune_op op, const struct yoke_tune_shape *shape,
                                    unsigned match)
{
    size_t i = slot_of(op, shape, match) & (room - 1);

    while (entries[i].used && (entries[i].op != op || entries[i].match != match ||
                               !yoke_tune_shape_equal(&entries[i].shape, shape)))
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
        if (e->used) *locate(entries, room, e->op, &e->shape, e->match) = *e;
    }
    free(db->entries);
    db->entries = entries;
    db->room = room;
    return true;
}

static bool put(struct yoke_db *db, const struct yoke_tune_line *line,
                const struct yoke_tune_shape *shape, unsigned match)
{
    if (db->n >= MAX_ENTRIES) return true; /* what is past it stays untuned */
    if (2 * (db->n + 1) > db->room && !grow(db)) return false;
    struct yoke_db_entry *e = locate(db->entries, db->room, line->op, shape, match);
    db->n += !e->used;
    *e = (struct yoke_db_entry){
        .used = true,
        .match = (unsigned char)match,
        .file = (unsigned char)(db->n_files - 1),
        .op = line->op,
        .shape = *shape,
        .ratio = line->ratio,
    };
    memcpy(e->row, line->row, sizeof e->row);
    return true;
}

static bool ban(struct yoke_db *db, const struct yoke_tune_line *line)
{
    if (yoke_db_banned(db, line->op, line->shape.type, line->row)) return true;
    struct yoke_db_ban *bans = realloc(db->bans, (db->n_bans + 1) * sizeof *bans);
    if (!bans) return false;
    db->bans = bans;
    struct yoke_db_ban *b = &bans[db->n_bans++];
    b->op = line->op;
    b->type = line->shape.type;
    b->file = (unsigned char)(db->n_files - 1);
    memcpy(b->row, line->row, sizeof b->row);
    memcpy(b->why, line->why, sizeof b->why);
    return true;
}

/* The match by shape that an entry of this device or class gives; YOKE_DB_NONE for others. */
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

    if (match == YOKE_DB_NONE) return true;
    if (line->quarantine) return ban(db, line);
    const struct yoke_tune_shape bucket = yoke_tune_bucket_of(&line->shape);
    return put(db, line, &line->shape, match) && put(db, line, &bucket, match + 1);
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

const struct yoke_db_entry *yoke_db_find(const struct yoke_db *db, enum yoke_tune_op op,
                                         const struct yoke_tune_shape *shape,
                                         enum yoke_db_match match)
{
    if (db->n == 0) return NULL;
    const struct yoke_tune_shape bucket = yoke_tune_bucket_of(shape);
    const struct yoke_db_entry *e =
        locate(db->entries, db->room, op, match % 2 ? &bucket : shape, match);
    return e->used ? e : NULL;
}

const struct yoke_db_ban *yoke_db_banned(const struct yoke_db *db, enum yoke_tune_op op,
                                         enum yoke_type type, const char *row)
{
    for (size_t i = 0; i < db->n_bans; i++)
        if (db->bans[i].op == op && db->bans[i].type == type && strcmp(db->bans[i].row, row) == 0)
            return &db->bans[i];
    return NULL;
}

bool yoke_db_bans(const struct yoke_db_owner *owner, const char *row,
                  const struct yoke_tune_line *line)
{
    return line->quarantine && match_of(owner, line) != YOKE_DB_NONE &&
           (!row || strcmp(line->row, row) == 0);
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
