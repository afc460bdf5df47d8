/* tune_lines.h - lines of a tuning database, and what they say, for its tests.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_TUNE_LINES_H
#define YOKE_TESTS_TUNE_LINES_H

#include <string.h>

#include "op/db.h"
#include "unit.h"

static const struct yoke_db_owner me = { "my device", { "class:cpu-f32x16", "class:cpu" }, "0123" };
static const struct yoke_tune_shape shape = { YOKE_F32, 0, { 100, 200, 300, 1 } };

static inline struct yoke_tune_line line_of(const char *row, const char *device, unsigned ratio)
{
    struct yoke_tune_line line = { .op = YOKE_TUNE_GEMM, .shape = shape, .ratio = ratio };

    strcpy(line.row, row);
    strcpy(line.kernels, me.kernels);
    strcpy(line.device, device);
    return line;
}

static inline struct yoke_tune_line ban_of(const char *row, const char *why)
{
    struct yoke_tune_line line = line_of(row, me.device, 0);

    line.shape = (struct yoke_tune_shape){ .type = YOKE_F32 };
    line.quarantine = true;
    strcpy(line.why, why);
    return line;
}

/* The row that a text gives my device for a shape, by the best match; "" for none. */
static inline const char *row_of(const char *text, const struct yoke_tune_shape *s)
{
    static char row[YOKE_TUNE_ROW_MAX];
    struct yoke_db db = { 0 };

    row[0] = '\0';
    ck_assert(yoke_db_add_text(&db, &me, "text", text, strlen(text)));
    for (unsigned match = YOKE_DB_EXACT; match < YOKE_DB_NONE && !row[0]; match++) {
        const struct yoke_db_entry *e =
            yoke_db_find(&db, YOKE_TUNE_GEMM, s, (enum yoke_db_match)match);
        if (e) strcpy(row, e->row);
    }
    yoke_db_deinit(&db);
    return row;
}

static inline void append(char *text, const struct yoke_tune_line *line)
{
    yoke_tune_line_print(line, text + strlen(text));
}

#endif /* YOKE_TESTS_TUNE_LINES_H */
