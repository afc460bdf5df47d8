/* test_profile.c - profiles of devices: what follows from caches, and what databases say.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "op/profile.h"
#include "unit.h"

#define KB ((size_t)1 << 10)
#define MB ((size_t)1 << 20)

static const struct yoke_db_owner me = { "my device", { "class:cpu-f32x16", "class:cpu" }, "0123" };

/* Two compute units of a processor. */
struct processor {
    const char *name;
    struct yoke_profile_facts facts;
    /* Bounds of k_block, of k_block_f64, and of the panels of k_block that are packed at once. */
    size_t k_block[2], k_block_f64[2], panels[2];
};

static const struct processor processors[] = {
    /* Where 512 and 16 panels were found. */
    { "Zen 4",
      { { { { 32 * KB, 8 }, { MB, 8 }, { 32 * MB, 16 } } }, 64, 2, 3700 },
      { 512, 512 },
      { 256, 512 },
      { 14, 16 } },
    { "Zen 3",
      { { { { 32 * KB, 8 }, { 512 * KB, 8 }, { 32 * MB, 16 } } }, 32, 2, 3700 },
      { 512, 512 },
      { 256, 512 },
      { 14, 16 } },
    { "Skylake client",
      { { { { 32 * KB, 8 }, { 256 * KB, 4 }, { 8 * MB, 16 } } }, 32, 2, 3000 },
      { 512, 512 },
      { 256, 512 },
      { 6, 8 } },
    { "Skylake server",
      { { { { 32 * KB, 8 }, { MB, 16 }, { 28 * MB, 11 } } }, 64, 2, 2500 },
      { 512, 512 },
      { 256, 512 },
      { 14, 16 } },
    { "Emerald Rapids",
      { { { { 48 * KB, 12 }, { 2 * MB, 16 }, { 260 * MB, 20 } } }, 64, 2, 2300 },
      { 256, 512 },
      { 192, 512 },
      { 16, 32 } },
    { "Neoverse N1",
      { { { { 64 * KB, 4 }, { MB, 8 }, { 32 * MB, 16 } } }, 16, 2, 3000 },
      { 512, 512 },
      { 256, 512 },
      { 28, 64 } },
    { "nobody tells", { { { { 0, 0 } } }, 0, 0, 0 }, { 256, 512 }, { 192, 512 }, { 4, 64 } },
};
enum { N_PROCESSORS = sizeof processors / sizeof *processors };

static void expect_within(const char *name, const char *what, size_t value, const size_t bounds[2])
{
    ck_assert_msg(value >= bounds[0] && value <= bounds[1], "%s: %s is %zu, not in [%zu, %zu]",
                  name, what, value, bounds[0], bounds[1]);
}

START_TEST(sizes_follow_from_caches)
{
    const struct processor *p = &processors[_i];
    const size_t second = p->facts.caches.level[1].size_bytes;
    const size_t row_bytes = 2 * (p->facts.vector_bytes ? p->facts.vector_bytes : 16);
    struct yoke_profile profile;

    yoke_profile_derive(&profile, &p->facts);
    expect_within(p->name, "k_block", profile.k_block, p->k_block);
    expect_within(p->name, "k_block_f64", profile.k_block_f64, p->k_block_f64);
    expect_within(p->name, "panels", profile.panel_bytes / (profile.k_block * row_bytes),
                  p->panels);
    ck_assert_uint_eq(profile.conflict_bytes % 1024, 0);
    if (second == 0) return;
    ck_assert_uint_le(profile.panel_bytes, second);
    ck_assert_uint_ge(profile.packed_bytes, second);
    ck_assert_uint_le(profile.packed_bytes, p->facts.caches.level[2].size_bytes);
}
END_TEST

/* The constants of the processor on which the kernels were made come out again, or nearly. */
START_TEST(zen_4_is_as_it_was)
{
    struct yoke_profile p;

    yoke_profile_derive(&p, &processors[0].facts);
    ck_assert_uint_eq(p.packed_bytes, 8 * MB);
    ck_assert_uint_eq(p.conflict_bytes, 4096);
    ck_assert_uint_eq(p.spread_bytes, 3 * MB / 2);
    ck_assert_uint_eq(p.skinny_small_bytes, 256 * KB);
    ck_assert_uint_eq(p.skinny_sums_bytes, 64 * KB);
    ck_assert_uint_eq(p.skinny_bytes / 10000, 16);
    ck_assert_uint_eq(p.in_place_cols / 100, 8);
    ck_assert_uint_eq(p.pack_a_cost, 40);
    ck_assert_uint_eq(p.pack_b_cost, 20);
    ck_assert_uint_eq(p.flops_per_us / 10000, 11);
}
END_TEST

static bool is_allowed(const struct yoke_profile *p, size_t field)
{
    struct yoke_profile copy = *p;

    return yoke_profile_set(&copy, field, yoke_profile_get(p, field));
}

/* Whatever a system says of its caches. */
START_TEST(absurd_caches_give_a_profile)
{
    static const size_t sizes[] = { 0, 1, 63, 100, KB, 33 * KB, 16 * MB, SIZE_MAX / 2, SIZE_MAX },
                        ways[] = { 0, 1, 2, 3, 1000, SIZE_MAX - 2 };
    struct yoke_profile p;

    for (size_t i = 0; i < 9; i++)
        for (size_t j = 0; j < 6; j++)
            for (size_t k = 0; k < 9; k++) {
                const struct yoke_profile_facts f = {
                    .caches = { { { sizes[i], ways[j] }, { sizes[k], ways[j] }, { sizes[i], 0 } } },
                    .vector_bytes = sizes[k] % 128,
                    .units = sizes[i] / 3,
                    .clock_mhz = sizes[k] % 100000,
                };
                yoke_profile_derive(&p, &f);
                for (size_t field = 0; yoke_profile_name(field); field++)
                    ck_assert_msg(is_allowed(&p, field), "%s is %zu", yoke_profile_name(field),
                                  yoke_profile_get(&p, field));
            }
}
END_TEST

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    ck_assert(fputs(text, f) >= 0 && fclose(f) == 0);
}

static void write_index(const char *folder, int index, const char *const text[4])
{
    char path[128];

    snprintf(path, sizeof path, "%s/index%d", folder, index);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    write_file(path, "level", text[0]);
    write_file(path, "type", text[1]);
    write_file(path, "size", text[2]);
    if (text[3]) write_file(path, "ways_of_associativity", text[3]);
}

START_TEST(folder_of_caches_is_read)
{
    static const char *const files[][4] = {
        { "1\n", "Data\n", "48K\n", "12\n" },
        { "1\n", "Instruction\n", "32K\n", "8\n" },
        { "2\n", "Unified\n", "2048K\n", NULL },
        { "3\n", "Unified\n", "x260M\n", "20\n" },
        { "9\n", "Unified\n", "1K\n", "1\n" },
        { "", "Data\n", "1K\n", "1\n" },
        { "4\n", "Unified\n", "99999999999999999999K\n", "99999\n" },
    };
    char folder[] = "/tmp/yoke-caches-XXXXXX", command[64];
    struct yoke_caches c;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (int i = 0; i < (int)(sizeof files / sizeof *files); i++)
        write_index(folder, i, files[i]);
    yoke_caches_of_folder(folder, &c);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    ck_assert_uint_eq(c.level[0].size_bytes, 48 * KB);
    ck_assert_uint_eq(c.level[0].ways, 12);
    ck_assert_uint_eq(c.level[1].size_bytes, 2 * MB);
    ck_assert_uint_eq(c.level[1].ways, 0);
    for (size_t i = 2; i < YOKE_CACHE_LEVELS; i++)
        ck_assert_uint_eq(c.level[i].size_bytes, 0);
    ck_assert_uint_eq(c.level[3].ways, 0);
    ck_assert_uint_eq(yoke_caches_last(&c).size_bytes, 2 * MB);
    yoke_caches_of_folder("/nowhere", &c);
    ck_assert_uint_eq(yoke_caches_last(&c).size_bytes, 0);
}
END_TEST

/* A profile that a text leaves, from one that follows from no caches; its remarks. */
static const char *taken(const char *text, struct yoke_profile *p, bool *measured)
{
    static const struct yoke_profile_facts nothing;
    static char remarks[4096];
    struct yoke_db db = { 0 };

    yoke_profile_derive(p, &nothing);
    ck_assert(yoke_db_add_text(&db, &me, "a file", text, strlen(text)));
    *measured = yoke_profile_take(p, &db);
    snprintf(remarks, sizeof remarks, "%s", yoke_text_get(&db.remarks));
    yoke_db_deinit(&db);
    return remarks;
}

static void line_of(const char *key, const char *value, const char *device, char *text)
{
    sprintf(text + strlen(text), "yoke-tune/2\tprofile\tf32\t%s\t1.000\t%s\t*\t%s\n", key, value,
            device);
}

START_TEST(lines_come_back)
{
    struct yoke_profile p = { 0 }, back;
    char text[32 * 256] = "";
    bool measured;

    for (size_t i = 0; yoke_profile_name(i); i++) {
        struct yoke_tune_line line;
        char one[YOKE_TUNE_LINE_MAX];
        ck_assert(yoke_profile_set(&p, i, 5000 + i));
        yoke_profile_line(&p, i, &me, &line);
        yoke_tune_line_print(&line, one);
        strcat(text, one);
    }
    ck_assert_str_eq(taken(text, &back, &measured), "");
    ck_assert(measured);
    ck_assert_mem_eq(&p, &back, sizeof p);
}
END_TEST

START_TEST(own_entries_come_before_those_of_classes)
{
    struct yoke_profile p;
    char text[1024] = "";
    bool measured;

    line_of("k_block", "320", "class:cpu-f32x16", text);
    line_of("k_block", "300", "class:cpu", text);
    ck_assert_str_eq(taken(text, &p, &measured), "");
    ck_assert_uint_eq(p.k_block, 320);
    ck_assert(!measured);
    line_of("k_block", "384", me.device, text);
    line_of("k_block", "1024", "another device", text);
    ck_assert_str_eq(taken(text, &p, &measured), "");
    ck_assert_uint_eq(p.k_block, 384);
    ck_assert(measured);
}
END_TEST

START_TEST(absurd_lines_are_refused)
{
    static const char *const bad[] = { "0",    "31",   "8193", "99999999999999999999999",
                                       "-512", "512x", "0x80", " 512",
                                       "5e2",  "nan",  "" };
    const char *value = bad[_i];
    struct yoke_profile p, untouched;
    char text[1024] = "";
    bool measured;

    taken("", &untouched, &measured);
    ck_assert(!measured);
    line_of("k_block", value, me.device, text);
    ck_assert_str_ne(taken(text, &p, &measured), "");
    ck_assert(!measured);
    ck_assert_mem_eq(&p, &untouched, sizeof p);
    line_of("k_block", "320", "class:cpu", text); /* which is as good as ever */
    taken(text, &p, &measured);
    ck_assert_uint_eq(p.k_block, 320);
    ck_assert(!measured);
}
END_TEST

START_TEST(fields_of_others_count_for_nothing)
{
    struct yoke_profile p, untouched;
    char text[1024] = "";
    bool measured;

    taken("", &untouched, &measured);
    line_of("a_later_field", "7", me.device, text);
    strcat(text, "yoke-tune/2\tgemm\tf32\tk_block\t1.000\t64\t*\tmy device\n");
    strcat(text, "yoke-tune/2\tprofile\tf64\tk_block\t1.000\t64\t*\tmy device\n");
    ck_assert_str_eq(taken(text, &p, &measured), "");
    ck_assert_mem_eq(&p, &untouched, sizeof p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("profile");
    TCase *tc = tcase_create("profile");

    tcase_add_loop_test(tc, sizes_follow_from_caches, 0, N_PROCESSORS);
    tcase_add_test(tc, zen_4_is_as_it_was);
    tcase_add_test(tc, absurd_caches_give_a_profile);
    tcase_add_test(tc, folder_of_caches_is_read);
    tcase_add_test(tc, lines_come_back);
    tcase_add_test(tc, own_entries_come_before_those_of_classes);
    tcase_add_loop_test(tc, absurd_lines_are_refused, 0, 11);
    tcase_add_test(tc, fields_of_others_count_for_nothing);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
