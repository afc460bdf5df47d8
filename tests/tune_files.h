/* tune_files.h - databases of the environment, and what they say, for tests of their files.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_TUNE_FILES_H
#define YOKE_TESTS_TUNE_FILES_H

#include "op/db_file.h"
#include "tune_lines.h"

/* The variant that the databases of the environment give my device. */
static inline const char *loaded_row(void)
{
    static char variant[YOKE_TUNE_VARIANT_MAX];
    const struct yoke_db_key key = key_of(&shape);
    struct yoke_db db = { 0 };

    ck_assert(yoke_db_load(&db, &me));
    const struct yoke_db_entry *e = yoke_db_find(&db, &key, YOKE_DB_EXACT);
    strcpy(variant, e ? e->variant : "");
    yoke_db_deinit(&db);
    return variant;
}

static inline void store(const char *variant)
{
    const struct yoke_tune_line line = line_of(variant, me.device, 1000);
    char where[256];

    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, YOKE_DB_WAIT_MS, where, sizeof where), YOKE_OK);
}

#endif /* YOKE_TESTS_TUNE_FILES_H */
