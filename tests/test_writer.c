/* test_writer.c - files that are whole or absent.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/writer.h"
#include "unit.h"

enum { OTHER_USER = 65534 };
static char dir_path[64];
static int dir = -1;

static void open_dir(void)
{
    strcpy(dir_path, "/tmp/yoke-test-XXXXXX");
    ck_assert(mkdtemp(dir_path) != NULL);
    dir = open(dir_path, O_RDONLY | O_DIRECTORY);
    ck_assert_int_ge(dir, 0);
    umask(022);
}

static void close_dir(void)
{
    char command[128];

    close(dir);
    snprintf(command, sizeof command, "rm -rf %s", dir_path);
    ck_assert_int_eq(system(command), 0);
}

/* Files in the directory, "." and ".." not counted. */
static int count_files(void)
{
    char command[128], text[16] = "";

    snprintf(command, sizeof command, "ls -A %s | wc -l", dir_path);
    FILE *p = popen(command, "r");
    ck_assert(p && fgets(text, sizeof text, p));
    pclose(p);
    return atoi(text);
}

static int write_file(const char *path, const char *text, bool follow)
{
    struct yoke_writer w;
    int error = yoke_writer_open(&w, dir, path, 0666, follow);

    if (error) return error;
    error = yoke_writer_add(&w, text, strlen(text));
    ck_assert_int_eq(error, 0);
    return yoke_writer_commit(&w);
}

static void put(const char *name, const char *text, mode_t mode)
{
    const int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

    ck_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    ck_assert(fchmod(fd, mode) == 0 && close(fd) == 0);
}

static void holds(const char *name, const char *text)
{
    char got[64] = "";
    const int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW);

    ck_assert_msg(fd >= 0, "%s: %s", name, strerror(errno));
    ck_assert_int_eq(read(fd, got, sizeof got - 1), (ssize_t)strlen(text));
    ck_assert_str_eq(got, text);
    close(fd);
}

static mode_t type_and_mode(const char *name)
{
    struct stat info;

    ck_assert_int_eq(fstatat(dir, name, &info, AT_SYMLINK_NOFOLLOW), 0);
    return info.st_mode;
}

START_TEST(links_lead_to_what_is_written)
{
    put("file", "old", 0640);
    ck_assert_int_eq(mkdirat(dir, "folder", 0700), 0);
    ck_assert_int_eq(symlinkat("../file", dir, "folder/one"), 0);
    ck_assert_int_eq(symlinkat("folder/one", dir, "two"), 0);
    ck_assert_int_eq(symlinkat("folder/new", dir, "dangling"), 0);
    ck_assert_int_eq(symlinkat("absent/new", dir, "broken"), 0);
    ck_assert_int_eq(symlinkat("loop", dir, "loop"), 0);
    ck_assert_int_eq(write_file("two", "new", true), 0);
    holds("file", "new");
    ck_assert_int_eq(write_file("dangling", "there", true), 0);
    holds("folder/new", "there");
    ck_assert_int_eq(write_file("broken", "lost", true), ENOENT);
    ck_assert_int_eq(write_file("loop", "lost", true), ELOOP);
    static const char *const links[] = { "folder/one", "two", "dangling", "broken", "loop" };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        ck_assert(S_ISLNK(type_and_mode(links[i])));
    ck_assert_int_eq(type_and_mode("file") & 0777, 0640);
    ck_assert_int_eq(count_files(), 6);
}
END_TEST

START_TEST(what_is_not_to_be_followed_is_replaced)
{
    put("file", "old", 0644);
    ck_assert_int_eq(symlinkat("file", dir, "link"), 0);
    ck_assert_int_eq(mkfifoat(dir, "pipe", 0600), 0);
    ck_assert_int_eq(write_file("link", "new", false), 0);
    ck_assert_int_eq(write_file("pipe", "pipe", false), 0);
    holds("file", "old");
    holds("link", "new");
    holds("pipe", "pipe");
    ck_assert_int_eq(yoke_file_write(dir, "file", "mine", 4, "", 0), YOKE_OK);
    ck_assert_int_eq(type_and_mode("file") & 0777, 0600);
}
END_TEST

START_TEST(mode_is_kept_and_new_files_have_the_umask)
{
    static const mode_t modes[] = { 0600, 0644, 0666, 0755, 0200 };

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%zu", i);
        put(name, "old", modes[i]);
        ck_assert_int_eq(write_file(name, "new", true), 0);
        ck_assert_int_eq(type_and_mode(name) & 07777, modes[i]);
    }
    ck_assert_int_eq(write_file("new", "new", true), 0);
    ck_assert_int_eq(type_and_mode("new") & 07777, 0644);
    umask(027);
    ck_assert_int_eq(write_file("newer", "new", true), 0);
    ck_assert_int_eq(type_and_mode("newer") & 07777, 0640);
}
END_TEST

START_TEST(names_may_be_as_long_as_the_system_allows)
{
    char name[NAME_MAX + 2];

    memset(name, 'x', sizeof name - 1);
    name[NAME_MAX + 1] = '\0';
    ck_assert_int_eq(yoke_writer_check(dir, name), ENAMETOOLONG);
    ck_assert_int_eq(write_file(name, "long", true), ENAMETOOLONG);
    name[NAME_MAX] = '\0';
    ck_assert_int_eq(yoke_writer_check(dir, name), 0);
    ck_assert_int_eq(write_file(name, "long", true), 0);
    holds(name, "long");
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

START_TEST(writers_of_one_file_do_not_meet)
{
    enum { N = 50 };
    struct yoke_writer w[N];

    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(yoke_writer_open(&w[i], dir, "file", 0666, true), 0);
        ck_assert(yoke_writer_is_temporary(w[i].temporary));
        ck_assert_int_eq(yoke_writer_add(&w[i], i % 2 ? "odd" : "even", i % 2 ? 3 : 4), 0);
    }
    ck_assert_int_eq(count_files(), N);
    for (int i = 0; i < N; i++)
        ck_assert_int_eq(yoke_writer_commit(&w[i]), 0);
    holds("file", "odd");
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

START_TEST(what_is_no_file_is_written_in_place)
{
    char got[8] = "";

    ck_assert_int_eq(mkfifoat(dir, "pipe", 0600), 0);
    ck_assert_int_eq(symlinkat("pipe", dir, "link"), 0);
    ck_assert_int_eq(yoke_writer_check(dir, "link"), 0); /* does not wait for a reader */
    const int reader = openat(dir, "pipe", O_RDONLY | O_NONBLOCK);
    ck_assert_int_eq(write_file("link", "text", true), 0);
    ck_assert_int_eq(read(reader, got, sizeof got), 4);
    ck_assert_str_eq(got, "text");
    close(reader);
    ck_assert(S_ISFIFO(type_and_mode("pipe")) && S_ISLNK(type_and_mode("link")));
    ck_assert_int_eq(yoke_writer_check(dir, "/dev/null"), 0);
    ck_assert_int_eq(write_file("/dev/null", "text", true), 0);
    ck_assert(S_ISCHR(type_and_mode("/dev/null")));
    ck_assert_int_eq(count_files(), 2);
}
END_TEST

/* Also where it is a file: what was said before stays. */
START_TEST(standard_output_is_written_in_place)
{
    char path[128];

    put("out", "", 0600);
    snprintf(path, sizeof path, "%s/out", dir_path);
    const int old = dup(STDOUT_FILENO), fd = open(path, O_WRONLY);
    ck_assert(dup2(fd, STDOUT_FILENO) >= 0 && write(STDOUT_FILENO, "before ", 7) == 7);
    const int error = write_file("/dev/stdout", "and after", true);
    dup2(old, STDOUT_FILENO);
    ck_assert_int_eq(error, 0);
    holds("out", "before and after");
}
END_TEST

/* Each is told before the work, and leaves nothing. */
START_TEST(what_cannot_be_written_is_told)
{
    static const struct {
        const char *path;
        int error;
    } cases[] = {
        { "", ENOENT },        { ".", EISDIR },     { "folder", EISDIR },
        { "folder/", EISDIR }, { "new/", EISDIR },  { "absent/f", ENOENT },
        { "file/f", ENOTDIR }, { "file/", EISDIR }, { "/proc/f", 0 }, /* ENOENT or EACCES */
    };

    put("file", "old", 0644);
    ck_assert_int_eq(mkdirat(dir, "folder", 0700), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int error = yoke_writer_check(dir, cases[i].path);
        ck_assert_msg(error && (!cases[i].error || error == cases[i].error), "%s: %s",
                      cases[i].path, strerror(error));
        ck_assert_int_eq(write_file(cases[i].path, "text", true), error);
    }
    ck_assert_int_eq(count_files(), 2);
}
END_TEST

START_TEST(rights_are_asked_before_the_work)
{
    put("locked", "old", 0400);
    put("open", "old", 0666);
    ck_assert_int_eq(mkdirat(dir, "closed", 0500), 0);
    if (geteuid() == 0) {
        ck_assert_int_eq(fchmod(dir, 01777), 0);
        ck_assert_int_eq(seteuid(OTHER_USER), 0);
        ck_assert_int_eq(yoke_writer_check(dir, "open"), EPERM); /* sticky, and not ours */
        ck_assert_int_eq(write_file("open", "new", true), EPERM);
    }
    ck_assert_int_eq(yoke_writer_check(dir, "locked"), EACCES);
    ck_assert_int_eq(write_file("locked", "new", true), EACCES);
    ck_assert_int_eq(yoke_writer_check(dir, "closed/f"), EACCES);
    ck_assert_int_eq(write_file("closed/f", "new", true), EACCES);
    if (getuid() == 0) ck_assert_int_eq(seteuid(0), 0);
    holds("open", "old");
    ck_assert_int_eq(count_files(), 3);
}
END_TEST

START_TEST(abandoned_and_failed_ones_leave_nothing)
{
    struct yoke_writer w;

    put("file", "old", 0644);
    ck_assert_int_eq(yoke_writer_open(&w, dir, "file", 0666, true), 0);
    ck_assert_int_eq(yoke_writer_add(&w, "new", 3), 0);
    yoke_writer_abandon(&w);
    yoke_writer_abandon(&w); /* once more is harmless */
    holds("file", "old");
    ck_assert_int_eq(yoke_writer_open(&w, dir, "later", 0666, true), 0);
    ck_assert_int_eq(mkdirat(dir, "later", 0700), 0);
    ck_assert_int_eq(yoke_writer_commit(&w), EISDIR);
    ck_assert_int_eq(count_files(), 2);
}
END_TEST

START_TEST(what_a_killed_process_left_is_swept)
{
    static const char stale[] = ".yoke-0123456789abcdef.tmp",
                      fresh[] = ".yoke-fedcba9876543210.tmp";
    static const char *const others[] = { ".yoke-0123456789abcdef.tmp~", ".yoke-.tmp", "tmp-1" };
    const struct timespec long_ago[2] = { { 1000, 0 }, { 1000, 0 } };

    put(stale, "", 0600);
    put(fresh, "", 0600);
    ck_assert_int_eq(utimensat(dir, stale, long_ago, 0), 0);
    for (size_t i = 0; i < 3; i++) {
        ck_assert(!yoke_writer_is_temporary(others[i]));
        put(others[i], "", 0600);
        ck_assert_int_eq(utimensat(dir, others[i], long_ago, 0), 0);
    }
    yoke_dir_sweep(dir);
    ck_assert_int_ne(faccessat(dir, stale, F_OK, 0), 0);
    ck_assert_int_eq(count_files(), 4);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("writer");
    TCase *t = tcase_create("files");

    tcase_add_checked_fixture(t, open_dir, close_dir);
    tcase_add_test(t, links_lead_to_what_is_written);
    tcase_add_test(t, what_is_not_to_be_followed_is_replaced);
    tcase_add_test(t, mode_is_kept_and_new_files_have_the_umask);
    tcase_add_test(t, names_may_be_as_long_as_the_system_allows);
    tcase_add_test(t, writers_of_one_file_do_not_meet);
    tcase_add_test(t, what_is_no_file_is_written_in_place);
    tcase_add_test(t, standard_output_is_written_in_place);
    tcase_add_test(t, what_cannot_be_written_is_told);
    tcase_add_test(t, rights_are_asked_before_the_work);
    tcase_add_test(t, abandoned_and_failed_ones_leave_nothing);
    tcase_add_test(t, what_a_killed_process_left_is_swept);
    suite_add_tcase(s, t);
    return unit_run(s);
}
