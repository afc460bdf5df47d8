/* tune_lines.h - lines of a tuning database, and what they say, for its tests.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_TUNE_LINES_H
#define YOKE_TESTS_TUNE_LINES_H

#include <stdio.h>
#include <string.h>

#include "op/db.h"
#include "unit.h"

static const struct yoke_db_owner me = { "my device", { "class:cpu-f32x16", "class:cpu" }, "0123" };

/* What keys of products are made of. */
struct dims {
    unsigned trans; /* 2 when A lies transposed, plus 1 when B does */
    size_t dim[4];
};
static const struct dims shape = { 0, { 100, 200, 300, 1 } };

static inline void set_key(struct yoke_tune_line *line, const struct dims *d)
{
    snprintf(line->key, sizeof line->key, "%c%c %zux%zux%zux%zu", d->trans & 2 ? 'T' : 'N',
             d->trans & 1 ? 'T' : 'N', d->dim[0], d->dim[1], d->dim[2], d->dim[3]);
}

/* The same with another size. */
static inline void set_dim(struct yoke_tune_line *line, size_t i, size_t value)
{
    struct dims d = shape;

    d.dim[i] = value;
    set_key(line, &d);
}

static inline struct yoke_db_key key_of(const struct dims *d)
{
    struct yoke_db_key key = { .op = "gemm", .type = YOKE_F32 };
    struct yoke_tune_line line;

    set_key(&line, d);
    strcpy(key.exact, line.key);
    ck_assert(yoke_key_bucket(key.exact, key.bucket));
    return key;
}

static inline struct yoke_tune_line line_of(const char *variant, const char *device, unsigned ratio)
{
    struct yoke_tune_line line = { .op = "gemm", .type = YOKE_F32, .ratio = ratio };

    set_key(&line, &shape);
    strcpy(line.variant, variant);
    strcpy(line.kernels, me.kernels);
    strcpy(line.device, device);
    return line;
}

static inline struct yoke_tune_line ban_of(const char *variant, const char *why)
{
    struct yoke_tune_line line = line_of(variant, me.device, 0);

    line.key[0] = '\0';
    line.quarantine = true;
    strcpy(line.why, why);
    return line;
}

/* The variant that a text gives my device for a shape, by the best match; "" for none. */
static inline const char *row_of(const char *text, const struct dims *d)
{
    static char variant[YOKE_TUNE_VARIANT_MAX];
    const struct yoke_db_key key = key_of(d);
    struct yoke_db db = { 0 };

    variant[0] = '\0';
    ck_assert(yoke_db_add_text(&db, &me, "text", text, strlen(text)));
    for (unsigned match = YOKE_DB_EXACT; match < YOKE_DB_NONE && !variant[0]; match++) {
        const struct yoke_db_entry *e = yoke_db_find(&db, &key, (enum yoke_db_match)match);
        if (e) strcpy(variant, e->variant);
    }
    yoke_db_deinit(&db);
    return variant;
}

static inline void append(char *text, const struct yoke_tune_line *line)
{
    yoke_tune_line_print(line, text + strlen(text));
}

#endif /* YOKE_TESTS_TUNE_LINES_H */
