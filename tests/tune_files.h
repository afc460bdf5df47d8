/* tune_files.h - databases of the environment, and what they say, for tests of their files.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_TUNE_FILES_H
#define YOKE_TESTS_TUNE_FILES_H

#include "op/db_file.h"
#include "tune_lines.h"

/* The row that the databases of the environment give my device. */
static inline const char *loaded_row(void)
{
    static char row[YOKE_TUNE_ROW_MAX];
    struct yoke_db db = { 0 };

    ck_assert(yoke_db_load(&db, &me));
    const struct yoke_db_entry *e = yoke_db_find(&db, YOKE_TUNE_GEMM, &shape, YOKE_DB_EXACT);
    strcpy(row, e ? e->row : "");
    yoke_db_deinit(&db);
    return row;
}

static inline void store(const char *row)
{
    const struct yoke_tune_line line = line_of(row, me.device, 1000);
    char where[256];

    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, YOKE_DB_WAIT_MS, where, sizeof where), YOKE_OK);
}

#endif /* YOKE_TESTS_TUNE_FILES_H */
