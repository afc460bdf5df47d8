/* test_tune_lines.c - the entries of a tuning database, and which of them serves a shape.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tune_lines.h"

START_TEST(buckets_are_half_octaves)
{
    static const size_t some[][2] = {
        { 0, 0 },       { 1, 1 },       { 7, 7 },       { 16, 16 },
        { 17, 24 },     { 24, 24 },     { 25, 32 },     { 32, 32 },
        { 33, 48 },     { 49, 64 },     { 768, 768 },   { 769, 1024 },
        { 1024, 1024 }, { 1025, 1536 }, { 4096, 4096 }, { 2147483647, 2147483648 }
    };

    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        ck_assert_uint_eq(yoke_key_bucket_of(some[i][0]), some[i][1]);
    for (size_t n = 0; n < 5000; n++) {
        ck_assert(yoke_key_bucket_of(n) >= n && yoke_key_bucket_of(n) <= n + n / 2 + 1);
        ck_assert(yoke_key_bucket_of(n) <= yoke_key_bucket_of(n + 1));
        ck_assert_uint_eq(yoke_key_bucket_of(yoke_key_bucket_of(n)), yoke_key_bucket_of(n));
    }
    ck_assert_uint_ge(yoke_key_bucket_of(SIZE_MAX), SIZE_MAX / 2);
}
END_TEST

START_TEST(every_number_of_a_key_has_a_bucket)
{
    static const char *const bad[] = { "", "a\tb", "a\x01", "1x99999999999999999999999" };
    char bucket[YOKE_KEY_MAX], longest[YOKE_KEY_MAX + 1];

    ck_assert(yoke_key_bucket("nhwc n8 c64x56x57 s1 turned", bucket));
    ck_assert_str_eq(bucket, "nhwc n8 c64x64x64 s1 turned");
    ck_assert(yoke_key_bucket("x", bucket));
    ck_assert_str_eq(bucket, "x");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!yoke_key_bucket(bad[i], bucket), "%s", bad[i]);
    memset(longest, 'k', YOKE_KEY_MAX);
    longest[YOKE_KEY_MAX] = '\0';
    ck_assert(!yoke_key_bucket(longest, bucket));
    longest[YOKE_KEY_MAX - 1] = '\0';
    ck_assert(yoke_key_bucket(longest, bucket));
}
END_TEST

START_TEST(line_comes_back)
{
    struct yoke_tune_line lines[] = { line_of("gemm_tile", "my device", 1250),
                                      line_of("x", "\xc3\xa9\xff 8 bits", 999999999),
                                      ban_of("gemm_tile", "it\tis\nwrong") },
                          back;
    char text[YOKE_TUNE_LINE_MAX];

    for (size_t i = 0; i < 3; i++) {
        yoke_tune_line_print(&lines[i], text);
        ck_assert_uint_eq(strcspn(text, "\n"), strlen(text) - 1);
        ck_assert(yoke_tune_line_parse(text, strlen(text) - 1, &back));
        if (i == 2) strcpy(lines[i].why, "it is wrong");
        ck_assert(yoke_tune_line_replaces(&lines[i], &back));
        ck_assert_uint_eq(back.ratio, lines[i].ratio);
        ck_assert_str_eq(back.variant, lines[i].variant);
        ck_assert_str_eq(back.why, lines[i].why);
        ck_assert_str_eq(back.device, lines[i].device);
    }
}
END_TEST

/* The longest entry there can be fits a line. */
START_TEST(longest_line_fits)
{
    struct yoke_tune_line line, back;
    char text[YOKE_TUNE_LINE_MAX];

    memset(&line, 0, sizeof line);
    line.type = YOKE_BF16;
    line.quarantine = true;
    memset(line.op, 'o', sizeof line.op - 1);
    memset(line.why, 'w', sizeof line.why - 1);
    memset(line.variant, 'v', sizeof line.variant - 1);
    memset(line.kernels, 'k', sizeof line.kernels - 1);
    memset(line.device, 'd', sizeof line.device - 1);
    yoke_tune_line_print(&line, text);
    ck_assert(yoke_tune_line_parse(text, strlen(text) - 1, &back));
    ck_assert_str_eq(back.device, line.device);
    ck_assert_str_eq(back.why, line.why);
}
END_TEST

START_TEST(other_lines_are_passed_over)
{
    static const char *const bad[] = {
        "",
        "#",
        "# comment",
        "yoke-tune/1\tgemm\tf32\tNN 100x200x300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/3\tgemm\tf32\tNN 100x200x300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/2\tgemv\tf32\tNN 100x200x300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/2\t\tf32\tNN 100x200x300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf31\tNN 100x200x300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\ts32\tNN 100x200x300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf32\tNX 100x200x300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x300\t1.000\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x300x1x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x-300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf32\t\t1.000\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x99999999999999999999x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x300x1\t1.0\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x300x1\t1,000\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x300x1\tnan\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x300x1\t9999999.000\tx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x300x1\t1.000\t\t0123\tmy device",
        "yoke-tune/"
        "2\tgemm\tf32\tNN 100x200x300x1\t1.000\txxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\t0123\tmy device",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x300x1\t1.000\tx\t0123",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x300x1\t1.000\tx\t0123\tmy device\t",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x300x1\t1.000\tx\t0124\tmy device",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x300x1\t1.000\tx\t0123\tmy devic",
        "yoke-tune/2\tgemm\tf32\tNN 100x200x300x1\t1.000\tx\t0123\tclass:gpu",
        "yoke-tune/2\tgemm\tf32\t-\tquarantine: \tx\t0123\tmy device",
    };
    char text[16384] = "";

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s\n", bad[i]);
    ck_assert_str_eq(row_of(text, &shape), "");
    append(text, &(struct yoke_tune_line){ 0 }); /* empty fields */
    const struct yoke_tune_line good = line_of("good", me.device, 1000);
    append(text, &good);
    ck_assert_str_eq(row_of(text, &shape), "good");
    text[strlen(text) - 1] = '\0'; /* the last one needs no newline */
    ck_assert_str_eq(row_of(text, &shape), "good");
}
END_TEST

START_TEST(nearest_entry_wins)
{
    struct yoke_tune_line lines[] = { line_of("wide", "class:cpu", 1000),
                                      line_of("narrow", "class:cpu-f32x16", 1000),
                                      line_of("old", "my device", 1000),
                                      line_of("mine", "my device", 1000) };
    struct dims other = shape, beyond = shape;
    char text[4096] = "";

    strcpy(lines[0].kernels, "*");
    other.dim[0] = 128; /* (96, 128] */
    beyond.dim[0] = 129;
    append(text, &lines[0]);
    ck_assert_str_eq(row_of(text, &shape), "wide");
    append(text, &lines[1]);
    ck_assert_str_eq(row_of(text, &shape), "narrow");
    append(text, &lines[2]);
    append(text, &lines[3]);
    append(text, &lines[0]);
    ck_assert_str_eq(row_of(text, &shape), "mine"); /* later wins, the device before its class */
    ck_assert_str_eq(row_of(text, &other), "mine");
    ck_assert_str_eq(row_of(text, &beyond), "");
    other.trans = 1;
    ck_assert_str_eq(row_of(text, &other), "");
    set_dim(&lines[3], 0, 127);
    strcpy(lines[3].variant, "neighbour");
    append(text, &lines[3]);
    ck_assert_str_eq(row_of(text, &shape), "mine"); /* exactly, before the bucket */
    other.trans = 0;
    ck_assert_str_eq(row_of(text, &other), "neighbour");
}
END_TEST

START_TEST(many_entries_are_found)
{
    struct yoke_db db = { 0 };
    char text[YOKE_TUNE_LINE_MAX];
    struct yoke_tune_line line = line_of("x", me.device, 1000);

    for (size_t n = 1; n <= 3000; n++) {
        set_dim(&line, 1, n);
        line.ratio = (unsigned)n;
        yoke_tune_line_print(&line, text);
        db.n_files = 0; /* one text, in pieces */
        ck_assert(yoke_db_add_text(&db, &me, "f", text, strlen(text)));
        free(db.files[0]);
    }
    db.n_files = 0;
    for (size_t n = 1; n <= 3000; n++) {
        struct dims d = shape;
        d.dim[1] = n;
        const struct yoke_db_key key = key_of(&d);
        const struct yoke_db_entry *e = yoke_db_find(&db, &key, YOKE_DB_EXACT);
        ck_assert(e && e->ratio == n);
        e = yoke_db_find(&db, &key, YOKE_DB_BUCKET);
        const size_t last = yoke_key_bucket_of(n) < 3000 ? yoke_key_bucket_of(n) : 3000;
        ck_assert(e && e->ratio == last);
    }
    yoke_db_deinit(&db);
}
END_TEST

START_TEST(quarantine_is_kept)
{
    const struct yoke_tune_line lines[] = { ban_of("bad", "wrong"), ban_of("bad", "again"),
                                            line_of("bad", me.device, 2000) };
    struct yoke_db db = { 0 };
    char text[4096] = "";

    for (size_t i = 0; i < 3; i++)
        append(text, &lines[i]);
    ck_assert(yoke_db_add_text(&db, &me, "f", text, strlen(text)));
    const struct yoke_db_ban *ban = yoke_db_banned(&db, "gemm", YOKE_F32, "bad");
    ck_assert(ban && strcmp(ban->why, "wrong") == 0 && strcmp(db.files[ban->file], "f") == 0);
    ck_assert_ptr_null(yoke_db_banned(&db, "gemm", YOKE_F64, "bad"));
    ck_assert_ptr_null(yoke_db_banned(&db, "conv", YOKE_F32, "bad"));
    ck_assert_ptr_null(yoke_db_banned(&db, "gemm", YOKE_F32, "good"));
    yoke_db_deinit(&db);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tune-lines");
    TCase *tc = tcase_create("tune-lines");

    tcase_add_test(tc, buckets_are_half_octaves);
    tcase_add_test(tc, every_number_of_a_key_has_a_bucket);
    tcase_add_test(tc, line_comes_back);
    tcase_add_test(tc, longest_line_fits);
    tcase_add_test(tc, other_lines_are_passed_over);
    tcase_add_test(tc, nearest_entry_wins);
    tcase_add_test(tc, many_entries_are_found);
    tcase_add_test(tc, quarantine_is_kept);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
