/* test_tune_db.c - the tuning database, its files and its buckets.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tune/db_file.h"
#include "unit.h"
#include "yoke/status.h"

static const struct yoke_db_owner me = { "my device", { "class:cpu-f32x16", "class:cpu" }, "0123" };
static const struct yoke_tune_shape shape = { YOKE_F32, 0, { 100, 200, 300, 1 } };

static char folder[64], path[128];

static void make_folder(void)
{
    strcpy(folder, "/tmp/yoke-tune-XXXXXX");
    ck_assert(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/tune.db", folder);
    setenv("YOKE_TUNE_DB", path, 1);
    unsetenv("YOKE_TUNE");
}

static void remove_folder(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static uint64_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static struct yoke_tune_line line_of(const char *row, const char *device, unsigned ratio)
{
    struct yoke_tune_line line = { .op = YOKE_TUNE_GEMM, .shape = shape, .ratio = ratio };

    strcpy(line.row, row);
    strcpy(line.kernels, me.kernels);
    strcpy(line.device, device);
    return line;
}

static struct yoke_tune_line ban_of(const char *row, const char *why)
{
    struct yoke_tune_line line = line_of(row, me.device, 0);

    line.shape = (struct yoke_tune_shape){ .type = YOKE_F32 };
    line.quarantine = true;
    strcpy(line.why, why);
    return line;
}

/* The row that a text gives my device for a shape, by the best match; "" for none. */
static const char *row_of(const char *text, const struct yoke_tune_shape *s)
{
    static char row[YOKE_TUNE_ROW_MAX];
    struct yoke_db db = { 0 };

    row[0] = '\0';
    ck_assert(yoke_db_add_text(&db, &me, "text", text, strlen(text)));
    for (unsigned match = YOKE_DB_EXACT; match < YOKE_DB_NONE && !row[0]; match++) {
        const struct yoke_db_entry *e =
            yoke_db_find(&db, YOKE_TUNE_GEMM, s, (enum yoke_db_match)match);
        if (e) strcpy(row, e->row);
    }
    yoke_db_deinit(&db);
    return row;
}

static void append(char *text, const struct yoke_tune_line *line)
{
    yoke_tune_line_print(line, text + strlen(text));
}

START_TEST(buckets_are_half_octaves)
{
    static const size_t some[][2] = {
        { 0, 0 },       { 1, 1 },       { 7, 7 },       { 16, 16 },
        { 17, 24 },     { 24, 24 },     { 25, 32 },     { 32, 32 },
        { 33, 48 },     { 49, 64 },     { 768, 768 },   { 769, 1024 },
        { 1024, 1024 }, { 1025, 1536 }, { 4096, 4096 }, { 2147483647, 2147483648 }
    };

    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        ck_assert_uint_eq(yoke_tune_bucket(some[i][0]), some[i][1]);
    for (size_t n = 0; n < 5000; n++) {
        ck_assert(yoke_tune_bucket(n) >= n && yoke_tune_bucket(n) <= n + n / 2 + 1);
        ck_assert(yoke_tune_bucket(n) <= yoke_tune_bucket(n + 1));
        ck_assert_uint_eq(yoke_tune_bucket(yoke_tune_bucket(n)), yoke_tune_bucket(n));
    }
    ck_assert_uint_ge(yoke_tune_bucket(SIZE_MAX), SIZE_MAX / 2);
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
        ck_assert_str_eq(back.row, lines[i].row);
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
    line.shape.type = YOKE_BF16;
    line.quarantine = true;
    memset(line.why, 'w', sizeof line.why - 1);
    memset(line.row, 'r', sizeof line.row - 1);
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
        "yoke-tune/2\tgemm\tf32\tNN\t100x200x300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/1\tgemv\tf32\tNN\t100x200x300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/1\tgemm\tf31\tNN\t100x200x300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/1\tgemm\ts32\tNN\t100x200x300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/1\tgemm\tf32\tNX\t100x200x300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x300\t1.000\tx\t0123\tmy device",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x300x1x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x-300x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x99999999999999999999x1\t1.000\tx\t0123\tmy device",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x300x1\t1.0\tx\t0123\tmy device",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x300x1\t1,000\tx\t0123\tmy device",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x300x1\tnan\tx\t0123\tmy device",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x300x1\t9999999.000\tx\t0123\tmy device",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x300x1\t1.000\t\t0123\tmy device",
        "yoke-tune/"
        "1\tgemm\tf32\tNN\t100x200x300x1\t1.000\txxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\t0123\tmy device",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x300x1\t1.000\tx\t0123",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x300x1\t1.000\tx\t0123\tmy device\t",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x300x1\t1.000\tx\t0124\tmy device",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x300x1\t1.000\tx\t0123\tmy devic",
        "yoke-tune/1\tgemm\tf32\tNN\t100x200x300x1\t1.000\tx\t0123\tclass:gpu",
        "yoke-tune/1\tgemm\tf32\t-\t-\tquarantine: \tx\t0123\tmy device",
    };
    char text[16384] = "";

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s\n", bad[i]);
    ck_assert_str_eq(row_of(text, &shape), "");
    append(text, &(struct yoke_tune_line){ 0 }); /* empty fields */
    const struct yoke_tune_line good = line_of("good", me.device, 1000);
    append(text, &good);
    ck_assert_str_eq(row_of(text, &shape), "good");
    text[strlen(text) - 1] = '\0'; /* without its newline it was cut off */
    ck_assert_str_eq(row_of(text, &shape), "");
}
END_TEST

START_TEST(nearest_entry_wins)
{
    struct yoke_tune_line lines[] = { line_of("wide", "class:cpu", 1000),
                                      line_of("narrow", "class:cpu-f32x16", 1000),
                                      line_of("old", "my device", 1000),
                                      line_of("mine", "my device", 1000) };
    struct yoke_tune_shape other = shape, beyond = shape;
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
    lines[3].shape.dim[0] = 127;
    strcpy(lines[3].row, "neighbour");
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
        line.shape.dim[1] = n;
        line.ratio = (unsigned)n;
        yoke_tune_line_print(&line, text);
        db.n_files = 0; /* one text, in pieces */
        ck_assert(yoke_db_add_text(&db, &me, "f", text, strlen(text)));
        free(db.files[0]);
    }
    db.n_files = 0;
    for (size_t n = 1; n <= 3000; n++) {
        line.shape.dim[1] = n;
        const struct yoke_db_entry *e =
            yoke_db_find(&db, YOKE_TUNE_GEMM, &line.shape, YOKE_DB_EXACT);
        ck_assert(e && e->ratio == n);
        e = yoke_db_find(&db, YOKE_TUNE_GEMM, &line.shape, YOKE_DB_BUCKET);
        const size_t last = yoke_tune_bucket(n) < 3000 ? yoke_tune_bucket(n) : 3000;
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
    const struct yoke_db_ban *ban = yoke_db_banned(&db, YOKE_TUNE_GEMM, YOKE_F32, "bad");
    ck_assert(ban && strcmp(ban->why, "wrong") == 0 && strcmp(db.files[ban->file], "f") == 0);
    ck_assert_ptr_null(yoke_db_banned(&db, YOKE_TUNE_GEMM, YOKE_F64, "bad"));
    ck_assert_ptr_null(yoke_db_banned(&db, YOKE_TUNE_CONV, YOKE_F32, "bad"));
    ck_assert_ptr_null(yoke_db_banned(&db, YOKE_TUNE_GEMM, YOKE_F32, "good"));
    yoke_db_deinit(&db);
}
END_TEST

/* A text of two entries, a comment and a quarantine, which the next tests damage. */
static size_t sample_text(char *text)
{
    struct yoke_tune_line lines[] = { line_of("first", me.device, 1500), ban_of("bad", "wrong"),
                                      line_of("second", "class:cpu", 1000) };

    strcpy(text, "# title\n");
    lines[2].shape.dim[2] = 17;
    for (size_t i = 0; i < 3; i++)
        append(text, &lines[i]);
    return strlen(text);
}

START_TEST(every_prefix_is_safe)
{
    char text[4096];
    const size_t n = sample_text(text);
    size_t known = 0;

    for (size_t cut = 0; cut <= n; cut++) {
        struct yoke_db db = { 0 };
        char *copy = malloc(cut ? cut : 1); /* so that reading past its end shows */
        memcpy(copy, text, cut);
        ck_assert(yoke_db_add_text(&db, &me, "f", copy, cut));
        ck_assert_uint_ge(db.n, known); /* an entry is there from its newline on */
        ck_assert(db.n == known || text[cut - 1] == '\n');
        known = db.n;
        yoke_db_deinit(&db);
        free(copy);
    }
    ck_assert_uint_eq(known, 4);
}
END_TEST

START_TEST(random_bytes_are_safe)
{
    char text[4096], damaged[4096];
    const size_t n = sample_text(text);
    uint64_t state = 5;

    for (int i = 0; i < 20000; i++) {
        struct yoke_db db = { 0 };
        const size_t size = i % 4 ? n : next(&state) % n;
        memcpy(damaged, text, n);
        for (size_t k = 0; k < 1 + (size_t)(i % 7); k++)
            damaged[next(&state) % n] = (char)next(&state);
        if (i % 10 == 0)
            for (size_t k = 0; k < n; k++)
                damaged[k] = (char)next(&state);
        ck_assert(yoke_db_add_text(&db, &me, "f", damaged, size));
        for (size_t k = 0; k < db.room; k++)
            if (db.entries[k].used)
                ck_assert(memchr(db.entries[k].row, '\0', YOKE_TUNE_ROW_MAX) != NULL);
        yoke_db_deinit(&db);
    }
}
END_TEST

START_TEST(huge_lines_are_passed_over)
{
    const size_t n = 3 << 20;
    char *text = malloc(n + YOKE_TUNE_LINE_MAX);
    const struct yoke_tune_line good = line_of("good", me.device, 1000);

    memset(text, '\t', n);
    text[n - 1] = '\n';
    yoke_tune_line_print(&good, text + n);
    ck_assert_str_eq(row_of(text, &shape), "good");
    memset(text, 'x', n - 1);
    ck_assert_str_eq(row_of(text, &shape), "good");
    free(text);
}
END_TEST

/* The row that the databases of the environment give my device. */
static const char *loaded_row(void)
{
    static char row[YOKE_TUNE_ROW_MAX];
    struct yoke_db db = { 0 };

    ck_assert(yoke_db_load(&db, &me));
    const struct yoke_db_entry *e = yoke_db_find(&db, YOKE_TUNE_GEMM, &shape, YOKE_DB_EXACT);
    strcpy(row, e ? e->row : "");
    yoke_db_deinit(&db);
    return row;
}

static void store(const char *row)
{
    const struct yoke_tune_line line = line_of(row, me.device, 1000);
    char where[256];

    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, where, sizeof where), YOKE_OK);
}

START_TEST(stored_entry_is_loaded)
{
    char where[256], all[16384];
    struct stat info;
    const struct yoke_tune_line line = line_of("second", me.device, 1000);

    ck_assert_str_eq(loaded_row(), "");
    store("first");
    ck_assert_str_eq(loaded_row(), "first");
    FILE *f = fopen(path, "a");
    ck_assert(f && fputs("# a comment\nfrom a later version\ncut", f) >= 0 && fclose(f) == 0);
    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, where, sizeof where), YOKE_OK);
    ck_assert_str_eq(where, path);
    ck_assert_str_eq(loaded_row(), "second");
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0600);
    f = fopen(path, "r");
    all[fread(all, 1, sizeof all - 1, f)] = '\0';
    fclose(f);
    ck_assert(strstr(all, "# a comment\nfrom a later version\nyoke-tune/1\t"));
    ck_assert_ptr_null(strstr(all, "first")); /* replaced */
}
END_TEST

START_TEST(default_place_is_made_private)
{
    char home[160];
    struct stat info;

    unsetenv("YOKE_TUNE_DB");
    unsetenv("XDG_DATA_HOME");
    setenv("HOME", folder, 1);
    store("home");
    ck_assert_str_eq(loaded_row(), "home");
    snprintf(home, sizeof home, "%s/.local/share/yoke", folder);
    ck_assert_int_eq(stat(home, &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0700);
    setenv("XDG_DATA_HOME", folder, 1);
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

    snprintf(other, sizeof other, "%s/other.db", folder);
    store("one");
    setenv("YOKE_TUNE_DB", other, 1);
    store("two");
    snprintf(list, sizeof list, "/absent/tune.db:%s:relative.db:%s", path, other);
    setenv("YOKE_TUNE_DB", list, 1);
    ck_assert_str_eq(loaded_row(), "two");
    snprintf(list, sizeof list, "%s:%s", other, path);
    setenv("YOKE_TUNE_DB", list, 1);
    ck_assert_str_eq(loaded_row(), "one");
    store("three"); /* into the last one */
    ck_assert_str_eq(loaded_row(), "three");
    setenv("YOKE_TUNE_DB", other, 1);
    ck_assert_str_eq(loaded_row(), "two");
    setenv("YOKE_TUNE_DB", list, 1);
    snprintf(other, sizeof other, "%s/export.db", folder);
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
    ck_assert_int_eq(chmod(path, 0666), 0);
    ck_assert_str_eq(loaded_row(), "");
    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, where, sizeof where), YOKE_ERR_IO);
    ck_assert_int_eq(chmod(path, 0644), 0);
    ck_assert_str_eq(loaded_row(), "mine");
    snprintf(link_path, sizeof link_path, "%s/link.db", folder);
    ck_assert_int_eq(symlink(path, link_path), 0);
    setenv("YOKE_TUNE_DB", link_path, 1);
    ck_assert_str_eq(loaded_row(), "");
    setenv("YOKE_TUNE_DB", folder, 1);
    ck_assert_str_eq(loaded_row(), "");
    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, where, sizeof where), YOKE_ERR_IO);
    setenv("YOKE_TUNE_DB", "/absent/tune.db", 1);
    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, where, sizeof where), YOKE_ERR_IO);
    setenv("YOKE_TUNE_DB", path, 1);
    ck_assert_int_eq(truncate(path, (off_t)1 << 30), 0);
    ck_assert_str_eq(loaded_row(), "");
    ck_assert_int_eq(remove(path), 0);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_str_eq(loaded_row(), "");
}
END_TEST

START_TEST(full_database_forgets_its_oldest)
{
    struct yoke_tune_line line = line_of("x", me.device, 1000);
    char text[YOKE_TUNE_LINE_MAX], where[256];
    struct stat info;

    FILE *f = fopen(path, "w");
    yoke_tune_line_print(&line, text);
    for (int i = 0; (size_t)i * strlen(text) < YOKE_DB_MAX_BYTES - 2 * strlen(text); i++) {
        line.shape.dim[3] = (size_t)i + 1;
        yoke_tune_line_print(&line, text);
        fputs(text, f);
        if (i % 2) i += 1;
    }
    while (ftell(f) + (long)strlen(text) < YOKE_DB_MAX_BYTES)
        fputs("# filler\n", f);
    fclose(f);
    ck_assert_str_eq(loaded_row(), "x");
    line.shape.dim[3] = 1 << 30;
    ck_assert_int_eq(yoke_db_store(NULL, &line, 1, where, sizeof where), YOKE_OK);
    ck_assert_int_eq(stat(path, &info), 0);
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
                line.shape.dim[0] = (size_t)(p * EACH + i + 1);
                bad += yoke_db_store(NULL, &line, 1, where, sizeof where) != YOKE_OK;
            }
            _exit(bad);
        }
    for (int p = 0; p < PROCESSES; p++) {
        int status;
        ck_assert(wait(&status) > 0 && status == 0);
    }
    ck_assert(yoke_db_load(&db, &me));
    for (size_t n = 1; n <= PROCESSES * EACH; n++) {
        struct yoke_tune_shape s = shape;
        s.dim[0] = n;
        ck_assert(yoke_db_find(&db, YOKE_TUNE_GEMM, &s, YOKE_DB_EXACT) != NULL);
    }
    yoke_db_deinit(&db);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tune-db");
    TCase *plain = tcase_create("database"), *files = tcase_create("files");

    tcase_add_test(plain, buckets_are_half_octaves);
    tcase_add_test(plain, line_comes_back);
    tcase_add_test(plain, longest_line_fits);
    tcase_add_test(plain, other_lines_are_passed_over);
    tcase_add_test(plain, nearest_entry_wins);
    tcase_add_test(plain, many_entries_are_found);
    tcase_add_test(plain, quarantine_is_kept);
    tcase_add_test(plain, every_prefix_is_safe);
    tcase_add_test(plain, random_bytes_are_safe);
    tcase_add_test(plain, huge_lines_are_passed_over);
    tcase_add_checked_fixture(files, make_folder, remove_folder);
    tcase_add_test(files, stored_entry_is_loaded);
    tcase_add_test(files, default_place_is_made_private);
    tcase_add_test(files, several_files_are_read_in_order);
    tcase_add_test(files, files_of_others_are_not_believed);
    tcase_add_test(files, full_database_forgets_its_oldest);
    tcase_add_test(files, stores_at_once_all_count);
    suite_add_tcase(s, plain);
    suite_add_tcase(s, files);
    return unit_run(s);
}
