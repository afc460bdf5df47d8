/* test_tune_damage.c - a tuning database that was cut off or damaged.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdlib.h>

#include "tune_lines.h"

static uint64_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* A text of two entries, a comment and a quarantine, which the next tests damage. */
static size_t sample_text(char *text)
{
    struct yoke_tune_line lines[] = { line_of("first", me.device, 1500), ban_of("bad", "wrong"),
                                      line_of("second", "class:cpu", 1000) };

    strcpy(text, "# title\n");
    set_dim(&lines[2], 2, 17);
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
        ck_assert_uint_ge(db.n, known); /* an entry is there from its last byte on */
        ck_assert(db.n == known || text[cut] == '\n');
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
                ck_assert(memchr(db.entries[k].variant, '\0', YOKE_TUNE_VARIANT_MAX) != NULL);
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

int main(void)
{
    Suite *s = suite_create("tune-damage");
    TCase *tc = tcase_create("tune-damage");

    tcase_add_test(tc, every_prefix_is_safe);
    tcase_add_test(tc, random_bytes_are_safe);
    tcase_add_test(tc, huge_lines_are_passed_over);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
