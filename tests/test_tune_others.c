/* test_tune_others.c - what others leave with a tuning database: their lines, their locks.
 * SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* flock */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "own_db.h"
#include "tune_files.h"

static void write_file(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");

    ck_assert(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

static size_t read_file(const char *path, char *bytes, size_t room)
{
    FILE *f = fopen(path, "rb");

    ck_assert_ptr_nonnull(f);
    const size_t n = fread(bytes, 1, room - 1, f);
    bytes[n] = '\0';
    fclose(f);
    return n;
}

/* What the databases of the environment leave to remark. */
static const char *remarks(void)
{
    static char text[4096];
    struct yoke_db db = { 0 };

    ck_assert(yoke_db_load(&db, &me));
    snprintf(text, sizeof text, "%s", yoke_text_get(&db.remarks));
    yoke_db_deinit(&db);
    return text;
}

/* The shape's entry is not among what is stored: another shape. */
static yoke_status store_other(double wait_ms)
{
    struct yoke_tune_line line = line_of("other", me.device, 1000);
    char where[256];

    set_dim(&line, 0, 7);
    return yoke_db_store(NULL, &line, 1, wait_ms, where, sizeof where);
}

START_TEST(last_line_needs_no_newline)
{
    char text[YOKE_TUNE_LINE_MAX], all[3 * YOKE_TUNE_LINE_MAX];
    const struct yoke_tune_line line = line_of("last", me.device, 1000);

    yoke_tune_line_print(&line, text);
    write_file(own_db_path, text, strlen(text) - 1);
    ck_assert_str_eq(loaded_row(), "last");
    ck_assert_int_eq(store_other(YOKE_DB_WAIT_MS), YOKE_OK);
    ck_assert_str_eq(loaded_row(), "last");
    read_file(own_db_path, all, sizeof all);
    ck_assert_mem_eq(all, text, strlen(text)); /* with its newline */
    ck_assert_str_eq(remarks(), "");
    ck_assert_int_eq(yoke_db_export(own_db_path), YOKE_OK);
    ck_assert_str_eq(loaded_row(), "last");
}
END_TEST

/* As editors of other systems write it; with a mark before each part of files put together. */
START_TEST(line_ends_and_marks_of_others_are_read)
{
    char one[YOKE_TUNE_LINE_MAX], two[YOKE_TUNE_LINE_MAX], text[3 * YOKE_TUNE_LINE_MAX],
        all[4 * YOKE_TUNE_LINE_MAX];
    struct yoke_tune_line line = line_of("one", me.device, 1000);

    yoke_tune_line_print(&line, one);
    strcpy(line.variant, "two");
    set_dim(&line, 0, 8);
    yoke_tune_line_print(&line, two);
    one[strcspn(one, "\n")] = two[strcspn(two, "\n")] = '\0';
    const int n =
        snprintf(text, sizeof text, "\xef\xbb\xbf%s\r\n\r\n# x\r\n\xef\xbb\xbf%s\r\n", one, two);
    write_file(own_db_path, text, (size_t)n);
    ck_assert_str_eq(loaded_row(), "one");
    ck_assert_str_eq(remarks(), "");
    ck_assert_int_eq(store_other(YOKE_DB_WAIT_MS), YOKE_OK);
    ck_assert_str_eq(loaded_row(), "one");
    read_file(own_db_path, all, sizeof all);
    ck_assert_mem_eq(all, text, (size_t)n);
    store("new"); /* replaces the first entry, which stands behind a mark */
    ck_assert_str_eq(loaded_row(), "new");
    read_file(own_db_path, all, sizeof all);
    ck_assert_ptr_null(strstr(all, one));
    ck_assert_ptr_nonnull(strstr(all, two));
}
END_TEST

START_TEST(what_is_not_understood_is_kept_and_said)
{
    static const char later[] = "yoke-tune/3\tgemm\tanything\n", damage[] = "\xff\xfe\0\1\t\n";
    char text[16384], all[32768], said[512];
    size_t n = 0;

    memcpy(text + n, "# mine\n\n", 8);
    n += 8;
    memcpy(text + n, later, sizeof later - 1);
    n += sizeof later - 1;
    memcpy(text + n, damage, sizeof damage - 1);
    n += sizeof damage - 1;
    memset(text + n, 'x', 2 * YOKE_TUNE_LINE_MAX);
    n += 2 * YOKE_TUNE_LINE_MAX;
    text[n++] = '\n';
    write_file(own_db_path, text, n);
    snprintf(said, sizeof said, "%s: 3 lines are not understood, the first is line 3\n",
             own_db_path);
    ck_assert_str_eq(remarks(), said);
    store("first");
    store("second");
    ck_assert_uint_gt(read_file(own_db_path, all, sizeof all), n);
    ck_assert_mem_eq(all, text, n);
    ck_assert_str_eq(loaded_row(), "second");
    ck_assert_str_eq(remarks(), said);

    /* An export has entries, whoever understands them, and nothing else of the file. */
    ck_assert_int_eq(yoke_db_export(own_db_path), YOKE_OK);
    read_file(own_db_path, all, sizeof all);
    ck_assert_ptr_nonnull(strstr(all, later));
    ck_assert_ptr_null(strstr(all, "xxxx"));
    ck_assert_ptr_null(strstr(all, "# mine"));
    snprintf(said, sizeof said, "%s: line 2 is not understood\n", own_db_path);
    ck_assert_str_eq(remarks(), said);
    ck_assert_str_eq(loaded_row(), "second");
}
END_TEST

START_TEST(files_that_are_not_read_are_said)
{
    char list[300];

    store("mine");
    snprintf(list, sizeof list, "/absent/tune.db:%s:relative.db", own_db_path);
    setenv("YOKE_TUNE_DB", list, 1);
    ck_assert_str_eq(remarks(), "relative.db is not read: it is not an absolute path\n");
    setenv("YOKE_TUNE_DB", own_db_path, 1);
    ck_assert_str_eq(remarks(), "");
    ck_assert_int_eq(chmod(own_db_path, 0666), 0);
    ck_assert_ptr_nonnull(strstr(remarks(), "tune.db can be changed by other users\n"));
    ck_assert_int_eq(chmod(own_db_path, 0600), 0);
    ck_assert_int_eq(truncate(own_db_path, (off_t)1 << 30), 0);
    ck_assert_ptr_nonnull(strstr(remarks(), "is not read: tune.db is no regular file of at most"));
}
END_TEST

/* A process that has a file or directory open and locked until it is killed. */
static pid_t hold(const char *path, int flags)
{
    int ready[2];
    char c;

    ck_assert_int_eq(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        const int fd = open(path, flags, 0600);
        if (fd < 0 || flock(fd, LOCK_EX) != 0 || write(ready[1], "x", 1) != 1) _exit(1);
        for (;;)
            pause();
    }
    close(ready[1]);
    ck_assert_int_eq(read(ready[0], &c, 1), 1);
    close(ready[0]);
    return child;
}

static void let_go(pid_t child)
{
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
}

/* Whoever may read a directory may lock it. */
START_TEST(lock_of_the_directory_does_not_matter)
{
    const pid_t other = hold(own_db_folder, O_RDONLY | O_DIRECTORY);
    const double begin_ms = yoke_now_ms();

    ck_assert_int_eq(store_other(YOKE_DB_WAIT_MS), YOKE_OK);
    ck_assert_double_lt(yoke_now_ms() - begin_ms, YOKE_DB_WAIT_MS);
    let_go(other);
}
END_TEST

START_TEST(writers_wait_for_each_other_and_not_for_ever)
{
    char lock[160];
    struct stat info;

    snprintf(lock, sizeof lock, "%s.lock", own_db_path);
    store("first");
    ck_assert_int_eq(stat(lock, &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0600);
    const pid_t other = hold(lock, O_RDWR);
    const double begin_ms = yoke_now_ms();
    ck_assert_int_eq(store_other(200), YOKE_ERR_IO);
    ck_assert_double_ge(yoke_now_ms() - begin_ms, 200);
    ck_assert_double_lt(yoke_now_ms() - begin_ms, YOKE_DB_WAIT_MS);
    ck_assert_ptr_nonnull(strstr(yoke_last_error(), "tune.db.lock"));
    ck_assert_str_eq(loaded_row(), "first"); /* readers do not wait */
    let_go(other);
    ck_assert_int_eq(store_other(0), YOKE_OK);
}
END_TEST

START_TEST(what_is_no_lock_is_not_taken_for_one)
{
    char lock[160], target[160], all[16];

    snprintf(lock, sizeof lock, "%s.lock", own_db_path);
    snprintf(target, sizeof target, "%s/target", own_db_folder);
    write_file(target, "kept", 4);
    ck_assert_int_eq(symlink(target, lock), 0);
    ck_assert_int_eq(store_other(0), YOKE_ERR_IO);
    ck_assert_ptr_nonnull(strstr(yoke_last_error(), "tune.db.lock"));
    ck_assert_uint_eq(read_file(target, all, sizeof all), 4);
    ck_assert_int_eq(remove(lock), 0);
    ck_assert_int_eq(mkfifo(lock, 0600), 0);
    ck_assert_int_eq(store_other(0), YOKE_ERR_IO);
    ck_assert_int_eq(remove(lock), 0);
    ck_assert_int_eq(mkdir(lock, 0700), 0);
    ck_assert_int_eq(store_other(0), YOKE_ERR_IO);
    ck_assert_int_eq(rmdir(lock), 0);
    ck_assert_int_eq(store_other(0), YOKE_OK);
}
END_TEST

/* As by sudo, the other way round. */
START_TEST(lock_of_another_user_is_replaced)
{
    char lock[160];

    if (geteuid() != 0) return; /* only root gives files away */
    snprintf(lock, sizeof lock, "%s.lock", own_db_path);
    write_file(lock, "", 0);
    ck_assert_int_eq(chown(lock, 1, 1), 0);
    ck_assert_int_eq(store_other(0), YOKE_OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tune-others");
    TCase *tc = tcase_create("tune-others");

    tcase_add_checked_fixture(tc, own_db_make, own_db_remove);
    tcase_add_test(tc, last_line_needs_no_newline);
    tcase_add_test(tc, line_ends_and_marks_of_others_are_read);
    tcase_add_test(tc, what_is_not_understood_is_kept_and_said);
    tcase_add_test(tc, files_that_are_not_read_are_said);
    tcase_add_test(tc, lock_of_the_directory_does_not_matter);
    tcase_add_test(tc, writers_wait_for_each_other_and_not_for_ever);
    tcase_add_test(tc, what_is_no_lock_is_not_taken_for_one);
    tcase_add_test(tc, lock_of_another_user_is_replaced);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
