/* test_base.c - error sentences, hashes, checked sizes, files.
 * SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/size.h"
#include "unit.h"
#include "yoke/epilogue.h"
#include "yoke/types.h"
#include "yoke/version.h"

static char dir_path[64];
static int dir = -1;

static void open_dir(void)
{
    strcpy(dir_path, "/tmp/yoke-test-XXXXXX");
    ck_assert(mkdtemp(dir_path) != NULL);
    ck_assert_int_eq(yoke_dir_open(dir_path, false, &dir), YOKE_OK);
}

static void close_dir(void)
{
    char command[128];

    close(dir);
    snprintf(command, sizeof command, "rm -rf %s", dir_path);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(failing_keeps_status_and_sentence)
{
    ck_assert_int_eq(yoke_fail(YOKE_ERR_LIMIT, "%d of %s", 3, "four"), YOKE_ERR_LIMIT);
    ck_assert_str_eq(yoke_last_error(), "3 of four");
    ck_assert_int_eq(yoke_fail(YOKE_ERR_IO, "again: %s", yoke_last_error()), YOKE_ERR_IO);
    ck_assert_str_eq(yoke_last_error(), "again: 3 of four");
}
END_TEST

START_TEST(every_status_has_a_name)
{
    ck_assert_str_eq(yoke_status_name(YOKE_OK), "YOKE_OK");
    ck_assert_str_eq(yoke_status_name(YOKE_ERR_IO), "YOKE_ERR_IO");
    ck_assert_str_eq(yoke_status_name((yoke_status)99), "unknown status");
}
END_TEST

/* The names of an enumeration's values, in order. */
#define EXPECT_NAMES(type, name_of, ...)                                                           \
    do {                                                                                           \
        static const char *const want[] = { __VA_ARGS__ };                                         \
        const size_t n = sizeof want / sizeof *want;                                               \
        for (size_t i = 0; i < n; i++)                                                             \
            ck_assert_str_eq(name_of((enum type)i), want[i]);                                      \
        ck_assert_str_eq(name_of((enum type)n), "?");                                              \
        ck_assert_str_eq(name_of((enum type) - 1), "?");                                           \
    } while (0)

START_TEST(every_value_has_a_name)
{
    EXPECT_NAMES(yoke_type, yoke_type_name, "f32", "f64", "f16", "bf16", "c64", "c128", "s8",
                 "s32");
    EXPECT_NAMES(yoke_order, yoke_order_name, "row-major", "column-major");
    EXPECT_NAMES(yoke_layout, yoke_layout_name, "nchw", "nhwc");
    EXPECT_NAMES(yoke_bias, yoke_bias_name, "none", "row", "column", "channel");
    EXPECT_NAMES(yoke_activation, yoke_activation_name, "none", "relu", "clamp", "sigmoid", "tanh",
                 "gelu");
}
END_TEST

START_TEST(version_is_that_of_the_build)
{
    ck_assert_str_eq(yoke_version(), YOKE_TEST_VERSION);
}
END_TEST

/* FIPS 180-4's example "abc". */
START_TEST(hash_is_sha256)
{
    struct yoke_hash h;
    unsigned char digest[YOKE_HASH_BYTES];
    char hex[YOKE_HASH_HEX];

    yoke_hash_begin(&h);
    yoke_hash_add(&h, "abc", 3);
    ck_assert(yoke_hash_end(&h, digest));
    yoke_hash_hex(digest, hex);
    ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
END_TEST

START_TEST(sizes_do_not_overflow)
{
    size_t n;

    ck_assert(yoke_size_mul(SIZE_MAX / 2, 2, &n) && n == SIZE_MAX - 1);
    ck_assert(!yoke_size_mul(SIZE_MAX / 2 + 1, 2, &n));
    ck_assert(yoke_size_mul(SIZE_MAX, 0, &n) && n == 0);
    ck_assert(!yoke_size_add(SIZE_MAX, 1, &n));
    ck_assert_uint_eq(yoke_div_up(7, 3), 3);
    ck_assert_uint_eq(yoke_round_up(9, 3), 9);
}
END_TEST

static void count_line(void *user, const char *line)
{
    ck_assert(strchr(line, '\n') == NULL);
    ++*(int *)user;
}

START_TEST(log_text_comes_line_by_line)
{
    int n = 0;
    const struct yoke_log log = { count_line, &n }, silent = { NULL, NULL };

    yoke_log_text(&log, "one\ntwo\n\nthree");
    ck_assert_int_eq(n, 3);
    yoke_log_line(&silent, "nobody hears %d", 1);
}
END_TEST

START_TEST(file_comes_back_as_written)
{
    void *data;
    size_t size;

    ck_assert_int_eq(yoke_file_write(dir, "f", "head", 4, "body", 4), YOKE_OK);
    ck_assert_int_eq(yoke_file_write(dir, "f", "HEAD", 4, "BODY!", 5), YOKE_OK);
    ck_assert_int_eq(yoke_file_read(dir, "f", 100, &data, &size), YOKE_OK);
    ck_assert_uint_eq(size, 9);
    ck_assert_mem_eq(data, "HEADBODY!", 9);
    free(data);
    ck_assert_int_eq(yoke_file_read(dir, "f", 8, &data, &size), YOKE_ERR_IO);
}
END_TEST

START_TEST(what_is_no_file_is_not_read)
{
    void *data;
    size_t size;

    ck_assert_int_eq(mkfifoat(dir, "pipe", 0600), 0);
    ck_assert_int_eq(mkdirat(dir, "folder", 0700), 0);
    ck_assert_int_eq(yoke_file_write(dir, "real", "x", 1, "", 0), YOKE_OK);
    ck_assert_int_eq(symlinkat("real", dir, "link"), 0);
    static const char *const names[] = { "pipe", "folder", "link", "missing" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ck_assert_int_eq(yoke_file_read(dir, names[i], 100, &data, &size), YOKE_ERR_IO);
        ck_assert_ptr_null(data);
        ck_assert(yoke_last_error()[0] != '\0');
    }
}
END_TEST

START_TEST(directory_must_be_ones_own)
{
    int fd;

    ck_assert_int_eq(fchmod(dir, 0777), 0);
    ck_assert_int_eq(yoke_dir_open(dir_path, false, &fd), YOKE_ERR_IO);
    ck_assert_int_eq(fchmod(dir, 0755), 0);
    ck_assert_int_eq(yoke_dir_open(dir_path, false, &fd), YOKE_OK);
    close(fd);
    ck_assert_int_eq(yoke_dir_open("/tmp/yoke-there-is-no-such-directory", false, &fd),
                     YOKE_ERR_IO);
}
END_TEST

START_TEST(directories_are_made_private)
{
    char path[128];
    struct stat info;
    int fd;

    snprintf(path, sizeof path, "%s/a/b", dir_path);
    ck_assert_int_eq(yoke_dir_open(path, true, &fd), YOKE_OK);
    ck_assert_int_eq(fstat(fd, &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0700);
    close(fd);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("base");
    TCase *plain = tcase_create("plain"), *files = tcase_create("files");

    tcase_add_test(plain, failing_keeps_status_and_sentence);
    tcase_add_test(plain, every_status_has_a_name);
    tcase_add_test(plain, every_value_has_a_name);
    tcase_add_test(plain, version_is_that_of_the_build);
    tcase_add_test(plain, hash_is_sha256);
    tcase_add_test(plain, sizes_do_not_overflow);
    tcase_add_test(plain, log_text_comes_line_by_line);
    tcase_add_checked_fixture(files, open_dir, close_dir);
    tcase_add_test(files, file_comes_back_as_written);
    tcase_add_test(files, what_is_no_file_is_not_read);
    tcase_add_test(files, directory_must_be_ones_own);
    tcase_add_test(files, directories_are_made_private);
    suite_add_tcase(s, plain);
    suite_add_tcase(s, files);
    return unit_run(s);
}
