/* test_old_caller.c - a program compiled against an older Yoke, run with this one.
 * SPDX-License-Identifier: MIT
 *
 * What the library fills grows at the end alone, and the library allocates it: an older caller
 * reads the fields that it knows, and none of its own memory changes but the pointers that it hands
 * over. Below are the structs as an older version had them, without the last fields: a field put
 * between two of these, an array of structs where there are pointers to them, or a struct that is
 * filled in the caller's memory makes these tests fail. */
#define yoke_cache_info    present_cache_info
#define yoke_device_info   present_device_info
#define yoke_platform_info present_platform_info
#define yoke_report        present_report
#define yoke_share         present_share
#include "harness.h"
#undef yoke_cache_info
#undef yoke_device_info
#undef yoke_platform_info
#undef yoke_report
#undef yoke_share

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Never to be changed; structs that are new to this list come without their last fields. */
struct yoke_share {
    const char *id;
    const char *variant;
    double share;
};

struct yoke_report {
    double time_ms;
    size_t n_devices;
    const struct yoke_share *const *devices;
};

struct yoke_cache_info {
    const char *path;
    const char *reason;
};

struct yoke_device_info {
    const char *id;
    const char *name;
    const char *vendor;
    const char *driver;
    const char *version;
    const char *reason;
    const char *quirks;
    enum yoke_device_type type;
    bool usable;
    bool compiler;
};

struct yoke_platform_info {
    const char *name;
    const char *vendor;
    const char *version;
    const char *reason;
    size_t n_devices;
    const struct yoke_device_info *const *devices;
};

_Static_assert(sizeof(struct yoke_share) < sizeof(struct present_share), "");
_Static_assert(sizeof(struct yoke_report) <= sizeof(struct present_report), "");
_Static_assert(sizeof(struct yoke_cache_info) < sizeof(struct present_cache_info), "");
_Static_assert(sizeof(struct yoke_device_info) < sizeof(struct present_device_info), "");
_Static_assert(sizeof(struct yoke_platform_info) <= sizeof(struct present_platform_info), "");

enum { GUARD = 8192, PATTERN = 0xA5 };

/* What the caller hands over, as large as it believes, and its other memory around that. */
static struct {
    unsigned char before[GUARD];
    union {
        void *pointer;
        struct yoke_report *report;
        struct yoke_cache_info *cache;
    } out;
    unsigned char after[GUARD];
} frame;

static void set_guards(void)
{
    memset(&frame, PATTERN, sizeof frame);
    frame.out.pointer = NULL;
}

static void expect_guards(void)
{
    for (size_t i = 0; i < GUARD; i++)
        if (frame.before[GUARD - 1 - i] != PATTERN || frame.after[i] != PATTERN)
            ck_abort_msg("the library wrote %zu bytes beside what it was handed", i + 1);
}

static void open_team(void)
{
    harness_open_device();
    set_guards();
}

static const struct yoke_device_info *device_info(size_t i)
{
    return (const void *)yoke_device_get_info(yoke_team_device(test_team, i));
}

static void run(size_t n)
{
    const struct yoke_gemm g = { .M = n, .N = n, .K = n };
    float *x = calloc(3 * n * n + 1, sizeof *x);

    ck_assert_ptr_nonnull(x);
    EXPECT_OK(yoke_gemm_run(test_team, &g, x, x + n * n, x + 2 * n * n, frame.out.pointer));
    free(x);
}

static void expect_report(size_t n)
{
    const struct yoke_report *r = frame.out.report;
    double sum = 0;

    ck_assert_double_gt(r->time_ms, n ? 0 : -1);
    ck_assert_uint_eq(r->n_devices, yoke_team_device_count(test_team));
    for (size_t i = 0; i < r->n_devices; i++) {
        const struct yoke_share *s = r->devices[i];
        ck_assert_str_eq(s->id, device_info(i)->id);
        ck_assert_int_eq(s->variant[0] != '\0', s->share > 0);
        sum += s->share;
    }
    ck_assert_double_eq_tol(sum, n ? 1 : 0, 1e-9);
}

/* Large, small and empty products; the second run and those after it need no new memory. */
START_TEST(report_is_read)
{
    static const size_t sizes[] = { 300, 1, 0, 300 };
    const void *devices = NULL;

    EXPECT_OK(yoke_report_create((void *)&frame.out.report));
    expect_guards();
    ck_assert_uint_eq(frame.out.report->n_devices, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        run(sizes[i]);
        expect_report(sizes[i]);
        if (devices) ck_assert_ptr_eq(frame.out.report->devices, devices);
        devices = frame.out.report->devices;
    }
    yoke_report_destroy((void *)&frame.out.report);
    ck_assert_ptr_null(frame.out.pointer);
    expect_guards();
}
END_TEST

/* The strings are the report's own. */
START_TEST(report_outlives_the_team)
{
    char id[16];

    EXPECT_OK(yoke_report_create((void *)&frame.out.report));
    expect_guards();
    run(64);
    strncpy(id, device_info(0)->id, sizeof id - 1);
    id[sizeof id - 1] = '\0';
    harness_close_device();
    ck_assert_str_eq(frame.out.report->devices[0]->id, id);
    harness_open_device();
    yoke_report_destroy((void *)&frame.out.report);
    expect_guards();
}
END_TEST

START_TEST(cache_info_is_read)
{
    char folder[] = "/tmp/yoke-old-caller-XXXXXX";

    ck_assert_ptr_nonnull(mkdtemp(folder));
    unsetenv("YOKE_CACHE");
    setenv("YOKE_CACHE_DIR", folder, 1);
    EXPECT_OK(yoke_cache_info_create((void *)&frame.out.cache));
    expect_guards();
    ck_assert_str_eq(frame.out.cache->path, folder);
    ck_assert_str_eq(frame.out.cache->reason, "");
    yoke_cache_info_destroy((void *)&frame.out.cache);
    ck_assert_ptr_null(frame.out.pointer);
    setenv("YOKE_CACHE", "0", 1);
    EXPECT_OK(yoke_cache_info_create((void *)&frame.out.cache));
    expect_guards();
    ck_assert_str_eq(frame.out.cache->path, "");
    ck_assert_str_eq(frame.out.cache->reason, "YOKE_CACHE=0");
    yoke_cache_info_destroy((void *)&frame.out.cache);
    expect_guards();
    rmdir(folder);
}
END_TEST

/* Field by field beside the present headers' reader. */
static void expect_device(const void *info)
{
    const struct yoke_device_info *old = info;
    const struct present_device_info *now = info;

    ck_assert_ptr_eq(old->id, now->id);
    ck_assert_ptr_eq(old->name, now->name);
    ck_assert_ptr_eq(old->vendor, now->vendor);
    ck_assert_ptr_eq(old->driver, now->driver);
    ck_assert_ptr_eq(old->version, now->version);
    ck_assert_ptr_eq(old->reason, now->reason);
    ck_assert_ptr_eq(old->quirks, now->quirks);
    ck_assert_int_eq(old->type, now->type);
    ck_assert_int_eq(old->usable, now->usable);
    ck_assert_int_eq(old->compiler, now->compiler);
    ck_assert_int_eq(old->usable, old->reason[0] == '\0');
}

START_TEST(system_is_read)
{
    yoke_system *sys;
    size_t n = 0;

    EXPECT_OK(yoke_system_create(&sys));
    for (size_t i = 0; i < yoke_system_platform_count(sys); i++) {
        const struct yoke_platform_info *p = (const void *)yoke_system_platform(sys, i);
        ck_assert_int_eq(p->reason[0] == '\0', p->n_devices > 0);
        for (size_t d = 0; d < p->n_devices; d++, n++)
            expect_device(p->devices[d]);
    }
    ck_assert_uint_ge(n, yoke_team_device_count(test_team));
    yoke_system_destroy(&sys);
    for (size_t i = 0; i < yoke_team_device_count(test_team); i++)
        expect_device(device_info(i));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("old-caller");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, open_team, harness_close_device);
    tcase_add_test(tc, report_is_read);
    tcase_add_test(tc, report_outlives_the_team);
    tcase_add_test(tc, cache_info_is_read);
    tcase_add_test(tc, system_is_read);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
