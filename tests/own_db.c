/* own_db.c - a tuning database of a test's own, in a folder that goes with it.
 * SPDX-License-Identifier: MIT */
#include "own_db.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char own_db_folder[64], own_db_path[128];

void own_db_make(void)
{
    strcpy(own_db_folder, "/tmp/yoke-tune-XXXXXX");
    ck_assert(mkdtemp(own_db_folder) != NULL);
    snprintf(own_db_path, sizeof own_db_path, "%s/tune.db", own_db_folder);
    setenv("YOKE_TUNE_DB", own_db_path, 1);
    unsetenv("YOKE_TUNE");
}

void own_db_remove(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s", own_db_folder);
    ck_assert_int_eq(system(command), 0);
}
