/* test_disk.c - the cache on disk believes nothing.
 * SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cache_dir.h"
#include "base/error.h"
#include "base/note.h"
#include "kernel/disk.h"
#include "unit.h"
#include "yoke/cache.h"

enum { PAYLOAD = 500, HEADER = 96, OTHER_USER = 65534 };

static char cache[64], entry_path[192];
static unsigned char key[YOKE_HASH_BYTES], payload[PAYLOAD], file[HEADER + PAYLOAD];

static void make_cache(void)
{
    char hex[YOKE_HASH_HEX];

    strcpy(cache, "/tmp/yoke-cache-XXXXXX");
    ck_assert(mkdtemp(cache) != NULL);
    setenv("YOKE_CACHE_DIR", cache, 1);
    unsetenv("YOKE_CACHE");
    for (int i = 0; i < PAYLOAD; i++)
        payload[i] = (unsigned char)(i * 7);
    memset(key, 0x5a, sizeof key);
    yoke_hash_hex(key, hex);
    snprintf(entry_path, sizeof entry_path, "%s/%s", cache, hex);
    ck_assert_int_eq(yoke_disk_store(key, payload, PAYLOAD), YOKE_OK);
    FILE *f = fopen(entry_path, "rb");
    ck_assert(f && fread(file, 1, sizeof file, f) == sizeof file && fgetc(f) == EOF);
    fclose(f);
}

static void remove_cache(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s", cache);
    ck_assert_int_eq(system(command), 0);
}

static void write_entry(const void *data, size_t size)
{
    FILE *f = fopen(entry_path, "wb");

    ck_assert(f && fwrite(data, 1, size, f) == size && fclose(f) == 0);
}

static bool loads(void)
{
    void *binary;
    size_t size;
    const bool ok = yoke_disk_load(key, &binary, &size) == YOKE_OK;

    if (ok) ck_assert(size == PAYLOAD && memcmp(binary, payload, PAYLOAD) == 0);
    free(binary);
    return ok;
}

START_TEST(entry_comes_back)
{
    ck_assert(loads());
    key[0] ^= 1;
    ck_assert(!loads());
}
END_TEST

START_TEST(every_flipped_bit_shows)
{
    for (size_t bit = 0; bit < 8 * sizeof file; bit++) {
        file[bit / 8] ^= (unsigned char)(1 << bit % 8);
        write_entry(file, sizeof file);
        ck_assert_msg(!loads(), "bit %zu", bit);
        file[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    write_entry(file, sizeof file);
    ck_assert(loads());
}
END_TEST

START_TEST(every_truncation_shows)
{
    for (size_t n = 0; n < sizeof file; n++) {
        write_entry(file, n);
        ck_assert_msg(!loads(), "%zu bytes", n);
    }
}
END_TEST

START_TEST(appended_bytes_show)
{
    unsigned char longer[sizeof file + 1] = { 0 };

    memcpy(longer, file, sizeof file);
    write_entry(longer, sizeof longer);
    ck_assert(!loads());
}
END_TEST

START_TEST(other_things_in_its_place_show)
{
    ck_assert_int_eq(remove(entry_path), 0);
    ck_assert_int_eq(mkfifo(entry_path, 0600), 0);
    ck_assert(!loads());
    ck_assert_int_eq(remove(entry_path), 0);
    ck_assert_int_eq(mkdir(entry_path, 0700), 0);
    ck_assert(!loads());
    ck_assert_int_eq(yoke_disk_store(key, payload, PAYLOAD), YOKE_OK);
    ck_assert(loads());
    ck_assert_int_eq(remove(entry_path), 0);
    ck_assert_int_eq(symlink("/etc/passwd", entry_path), 0);
    ck_assert(!loads());
}
END_TEST

START_TEST(sparse_gibibyte_is_not_read)
{
    ck_assert_int_eq(truncate(entry_path, (off_t)1 << 30), 0);
    ck_assert(!loads());
}
END_TEST

START_TEST(cache_can_be_off)
{
    struct yoke_cache_info *info;

    setenv("YOKE_CACHE", "0", 1);
    ck_assert(!loads());
    ck_assert_int_eq(yoke_disk_store(key, payload, PAYLOAD), YOKE_OK);
    ck_assert_int_eq(yoke_cache_info_create(&info), YOKE_OK);
    ck_assert_str_eq(info->path, "");
    ck_assert_str_eq(info->reason, "YOKE_CACHE=0");
    yoke_cache_info_destroy(&info);
    unsetenv("YOKE_CACHE");
    setenv("YOKE_CACHE_DIR", "relative/path", 1);
    ck_assert(!loads());
}
END_TEST

static char logged[1024];
static int n_logged;

static void keep_line(void *user, const char *line)
{
    (void)user;
    snprintf(logged, sizeof logged, "%s", line);
    n_logged++;
}

/* Information and log agree that the cache is off because of `why`, and make nothing. */
static void is_off(const char *path, const char *why)
{
    const struct yoke_log log = { keep_line, NULL };
    const bool there = access(path, F_OK) == 0;
    struct yoke_cache_info *info;

    setenv("YOKE_CACHE_DIR", path, 1);
    n_logged = 0;
    yoke_cache_log(&log);
    ck_assert_int_eq(yoke_cache_info_create(&info), YOKE_OK);
    ck_assert_int_eq(n_logged, why ? 1 : 0);
    if (why)
        ck_assert_msg(strstr(logged, why) && strstr(info->reason, why), "%s: %s", path, logged);
    if (why) ck_assert(strstr(logged, "YOKE_CACHE_DIR"));
    if (!why) ck_assert_str_eq(info->reason, "");
    if (path[0] == '/') ck_assert_str_eq(info->path, path);
    yoke_cache_info_destroy(&info);
    ck_assert_int_eq(access(path, F_OK) == 0, there);
    setenv("YOKE_CACHE_DIR", cache, 1);
}

static const char *below_cache(const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", cache, name);
    return path;
}

START_TEST(directory_that_cannot_be_used_is_told)
{
    is_off(cache, NULL);
    is_off(below_cache("new"), NULL);
    is_off(below_cache("new/and/deeper"), NULL);
    ck_assert_int_eq(symlink(cache, below_cache("link")), 0);
    is_off(below_cache("link"), "symbolic link");
    is_off(below_cache("link/new"), NULL);
    ck_assert_int_eq(symlink("nowhere", below_cache("dangling")), 0);
    is_off(below_cache("dangling/new"), "No such file");
    is_off(entry_path, "Not a directory");
    is_off(below_cache("new/../new"), NULL);
    is_off("/dev/null/new", "Not a directory");
    is_off("/proc/new/cache", "/proc");
    is_off("relative/path", "not an absolute path");
    ck_assert_int_eq(chmod(cache, 0777), 0);
    is_off(cache, "can be written by other users");
    ck_assert_int_eq(chmod(cache, 0700), 0);
    if (geteuid() == 0) is_off("/proc", "can");
    setenv("YOKE_CACHE", "0", 1); /* that is what was asked for */
    n_logged = 0;
    yoke_cache_log(&(struct yoke_log){ keep_line, NULL });
    ck_assert_int_eq(n_logged, 0);
}
END_TEST

/* A directory of another user's, and one that may not be written in. */
START_TEST(directory_without_rights_is_told)
{
    struct yoke_cache_info *info;

    if (geteuid() == 0) {
        ck_assert_int_eq(chown(cache, OTHER_USER, (gid_t)-1), 0);
        ck_assert_int_eq(chown(entry_path, OTHER_USER, (gid_t)-1), 0);
        is_off(cache, "belongs to user 65534");
        ck_assert_int_eq(setuid(OTHER_USER), 0); /* for good: this process is the test's own */
    }
    ck_assert_int_eq(chmod(cache, 0500), 0);
    is_off(cache, "Permission denied");
    is_off(below_cache("new"), "Permission denied");
    ck_assert_int_eq(yoke_cache_info_create(&info), YOKE_OK);
    ck_assert_uint_eq(info->n_entries, 1); /* still used */
    yoke_cache_info_destroy(&info);
    ck_assert_int_eq(chmod(cache, 0700), 0);
}
END_TEST

START_TEST(info_counts_and_clear_removes)
{
    struct yoke_cache_info *info;
    size_t n;

    ck_assert_int_eq(yoke_cache_info_create(&info), YOKE_OK);
    ck_assert_str_eq(info->path, cache);
    ck_assert_uint_eq(info->n_entries, 1);
    ck_assert_uint_eq(info->bytes, HEADER + PAYLOAD);
    yoke_cache_info_destroy(&info);
    ck_assert_ptr_null(info);
    yoke_cache_info_destroy(&info);
    yoke_cache_info_destroy(NULL);
    ck_assert_int_eq(yoke_cache_clear(&n), YOKE_OK);
    ck_assert_uint_eq(n, 1);
    ck_assert(!loads());
    ck_assert_int_eq(yoke_cache_info_create(NULL), YOKE_ERR_INVALID);
}
END_TEST

START_TEST(notes_come_back_until_they_are_old)
{
    const struct timespec long_ago[2] = { { 1000, 0 }, { 1000, 0 } };
    char path[256], hex[YOKE_HASH_HEX], *text;

    ck_assert_ptr_null(yoke_note_read("rate", key, 60));
    yoke_note_write("rate", key, "1234567");
    text = yoke_note_read("rate", key, 60);
    ck_assert_str_eq(text, "1234567");
    free(text);
    ck_assert_ptr_null(yoke_note_read("probe", key, 60));
    yoke_hash_hex(key, hex);
    snprintf(path, sizeof path, "%s/rate-%s", cache, hex);
    ck_assert_int_eq(utimensat(AT_FDCWD, path, long_ago, 0), 0);
    ck_assert_ptr_null(yoke_note_read("rate", key, 60));
    ck_assert_int_eq(yoke_cache_clear(NULL), YOKE_OK);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(oldest_entries_go_first)
{
    unsigned char second[YOKE_HASH_BYTES] = { 1 };
    const struct timespec long_ago[2] = { { 1000, 0 }, { 1000, 0 } };
    struct yoke_cache_info *info;
    int dir;

    ck_assert_int_eq(yoke_disk_store(second, payload, PAYLOAD), YOKE_OK);
    ck_assert_int_eq(utimensat(AT_FDCWD, entry_path, long_ago, 0), 0);
    ck_assert_int_eq(yoke_cache_open(false, &dir), YOKE_OK);
    yoke_cache_trim(dir, HEADER + PAYLOAD);
    close(dir);
    ck_assert(!loads());
    ck_assert_int_eq(yoke_cache_info_create(&info), YOKE_OK);
    ck_assert_uint_eq(info->n_entries, 1);
    yoke_cache_info_destroy(&info);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("disk");
    TCase *tc = tcase_create("disk");

    tcase_add_checked_fixture(tc, make_cache, remove_cache);
    tcase_add_test(tc, entry_comes_back);
    tcase_add_test(tc, every_flipped_bit_shows);
    tcase_add_test(tc, every_truncation_shows);
    tcase_add_test(tc, appended_bytes_show);
    tcase_add_test(tc, other_things_in_its_place_show);
    tcase_add_test(tc, sparse_gibibyte_is_not_read);
    tcase_add_test(tc, cache_can_be_off);
    tcase_add_test(tc, directory_that_cannot_be_used_is_told);
    tcase_add_test(tc, directory_without_rights_is_told);
    tcase_add_test(tc, info_counts_and_clear_removes);
    tcase_add_test(tc, notes_come_back_until_they_are_old);
    tcase_add_test(tc, oldest_entries_go_first);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
