/* test_tune_files.c - where tuning databases lie, and what happens to them there.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "own_db.h"
#include "tune_files.h"
#include "yoke/status.h"

START_TEST(stored_entry_is_loaded)
{
    char where[256], all[16384];
    struct stat info;
    const struct yoke_tune_line line = line_of("second", me.device, 1000);

    ck_assert_str_eq(loaded_row(), "");
    store("first");
    ck_assert_str_eq(loaded_row(), "first");
    FILE *f = fopen(own_db_path, "a");
    ck_assert(f && fputs("# a comment\nfrom a later version\ncut", f) >= 0 && fclose(f) == 0);
    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, YOKE_DB_WAIT_MS, where, sizeof where), YOKE_OK);
    ck_assert_str_eq(where, own_db_path);
    ck_assert_str_eq(loaded_row(), "second");
    ck_assert_int_eq(stat(own_db_path, &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0600);
    f = fopen(own_db_path, "r");
    all[fread(all, 1, sizeof all - 1, f)] = '\0';
    fclose(f);
    ck_assert(strstr(all, "# a comment\nfrom a later version\ncut\nyoke-tune/2\t"));
    ck_assert_ptr_null(strstr(all, "first")); /* replaced */
}
END_TEST

START_TEST(default_place_is_made_private)
{
    char home[160];
    struct stat info;

    unsetenv("YOKE_TUNE_DB");
    unsetenv("XDG_DATA_HOME");
    setenv("HOME", own_db_folder, 1);
    store("home");
    ck_assert_str_eq(loaded_row(), "home");
    snprintf(home, sizeof home, "%s/.local/share/yoke", own_db_folder);
    ck_assert_int_eq(stat(home, &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0700);
    setenv("XDG_DATA_HOME", own_db_folder, 1);
    ck_assert_str_eq(loaded_row(), "");
    setenv("XDG_DATA_HOME", "relative", 1); /* does not count */
    ck_assert_str_eq(loaded_row(), "home");
    setenv("YOKE_TUNE", "0", 1);
    ck_assert_str_eq(loaded_row(), "");
    unsetenv("YOKE_TUNE");
    setenv("YOKE_TUNE_DB", "", 1);
    ck_assert_str_eq(loaded_row(), "");
    store("nowhere");
    unsetenv("YOKE_TUNE_DB");
    ck_assert_str_eq(loaded_row(), "home");
}
END_TEST

START_TEST(several_files_are_read_in_order)
{
    char list[400], other[160];

    snprintf(other, sizeof other, "%s/other.db", own_db_folder);
    store("one");
    setenv("YOKE_TUNE_DB", other, 1);
    store("two");
    snprintf(list, sizeof list, "/absent/tune.db:%s:relative.db:%s", own_db_path, other);
    setenv("YOKE_TUNE_DB", list, 1);
    ck_assert_str_eq(loaded_row(), "two");
    snprintf(list, sizeof list, "%s:%s", other, own_db_path);
    setenv("YOKE_TUNE_DB", list, 1);
    ck_assert_str_eq(loaded_row(), "one");
    store("three"); /* into the last one */
    ck_assert_str_eq(loaded_row(), "three");
    setenv("YOKE_TUNE_DB", other, 1);
    ck_assert_str_eq(loaded_row(), "two");
    setenv("YOKE_TUNE_DB", list, 1);
    snprintf(other, sizeof other, "%s/export.db", own_db_folder);
    ck_assert_int_eq(yoke_db_export(other), YOKE_OK);
    setenv("YOKE_TUNE_DB", other, 1);
    ck_assert_str_eq(loaded_row(), "three");
}
END_TEST

START_TEST(files_of_others_are_not_believed)
{
    char link_path[160];
    struct yoke_tune_line line = line_of("x", me.device, 1000);
    char where[256];

    store("mine");
    ck_assert_int_eq(chmod(own_db_path, 0666), 0);
    ck_assert_str_eq(loaded_row(), "");
    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, YOKE_DB_WAIT_MS, where, sizeof where),
                     YOKE_ERR_IO);
    ck_assert_int_eq(chmod(own_db_path, 0644), 0);
    ck_assert_str_eq(loaded_row(), "mine");
    snprintf(link_path, sizeof link_path, "%s/link.db", own_db_folder);
    ck_assert_int_eq(symlink(own_db_path, link_path), 0);
    setenv("YOKE_TUNE_DB", link_path, 1);
    ck_assert_str_eq(loaded_row(), "");
    setenv("YOKE_TUNE_DB", own_db_folder, 1);
    ck_assert_str_eq(loaded_row(), "");
    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, YOKE_DB_WAIT_MS, where, sizeof where),
                     YOKE_ERR_IO);
    setenv("YOKE_TUNE_DB", "/absent/tune.db", 1);
    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, YOKE_DB_WAIT_MS, where, sizeof where),
                     YOKE_ERR_IO);
    setenv("YOKE_TUNE_DB", own_db_path, 1);
    ck_assert_int_eq(truncate(own_db_path, (off_t)1 << 30), 0);
    ck_assert_str_eq(loaded_row(), "");
    ck_assert_int_eq(remove(own_db_path), 0);
    ck_assert_int_eq(mkfifo(own_db_path, 0600), 0);
    ck_assert_str_eq(loaded_row(), "");
}
END_TEST

START_TEST(full_database_forgets_its_oldest)
{
    struct yoke_tune_line line = line_of("x", me.device, 1000);
    char text[YOKE_TUNE_LINE_MAX], where[256];
    struct stat info;

    FILE *f = fopen(own_db_path, "w");
    yoke_tune_line_print(&line, text);
    for (int i = 0; (size_t)i * strlen(text) < YOKE_DB_MAX_BYTES - 2 * strlen(text); i++) {
        set_dim(&line, 3, (size_t)i + 1);
        yoke_tune_line_print(&line, text);
        fputs(text, f);
        if (i % 2) i += 1;
    }
    while (ftell(f) + (long)strlen(text) < YOKE_DB_MAX_BYTES)
        fputs("# filler\n", f);
    fclose(f);
    ck_assert_str_eq(loaded_row(), "x");
    set_dim(&line, 3, 1 << 30);
    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, YOKE_DB_WAIT_MS, where, sizeof where), YOKE_OK);
    ck_assert_int_eq(stat(own_db_path, &info), 0);
    ck_assert_int_le(info.st_size, YOKE_DB_MAX_BYTES);
    ck_assert_str_eq(loaded_row(), ""); /* its batch is 1: the first of all */
}
END_TEST

/* No entry is lost where processes store at once. */
START_TEST(stores_at_once_all_count)
{
    enum { PROCESSES = 6, EACH = 20 };
    struct yoke_db db = { 0 };

    for (int p = 0; p < PROCESSES; p++)
        if (fork() == 0) {
            struct yoke_tune_line line = line_of("x", me.device, 1000);
            char where[256];
            int bad = 0;
            for (int i = 0; i < EACH; i++) {
                set_dim(&line, 0, (size_t)(p * EACH + i + 1));
                bad +=
                    yoke_db_store(NULL, &line, 1, YOKE_DB_WAIT_MS, where, sizeof where) != YOKE_OK;
            }
            _exit(bad);
        }
    for (int p = 0; p < PROCESSES; p++) {
        int status;
        ck_assert(wait(&status) > 0 && status == 0);
    }
    ck_assert(yoke_db_load(&db, &me));
    for (size_t n = 1; n <= PROCESSES * EACH; n++) {
        struct dims d = shape;
        d.dim[0] = n;
        const struct yoke_db_key key = key_of(&d);
        ck_assert(yoke_db_find(&db, &key, YOKE_DB_EXACT) != NULL);
    }
    yoke_db_deinit(&db);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tune-files");
    TCase *tc = tcase_create("tune-files");

    tcase_add_checked_fixture(tc, own_db_make, own_db_remove);
    tcase_add_test(tc, stored_entry_is_loaded);
    tcase_add_test(tc, default_place_is_made_private);
    tcase_add_test(tc, several_files_are_read_in_order);
    tcase_add_test(tc, files_of_others_are_not_believed);
    tcase_add_test(tc, full_database_forgets_its_oldest);
    tcase_add_test(tc, stores_at_once_all_count);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
