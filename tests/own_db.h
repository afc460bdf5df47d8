/* own_db.h - a tuning database of a test's own, in a folder that goes with it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_OWN_DB_H
#define YOKE_TESTS_OWN_DB_H

extern char own_db_folder[64], own_db_path[128];

/* For a checked fixture: make the folder, and let the environment name the file, which is not there
 * yet; remove the folder. */
void own_db_make(void);
void own_db_remove(void);

#endif /* YOKE_TESTS_OWN_DB_H */
