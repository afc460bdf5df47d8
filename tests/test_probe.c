/* test_probe.c - what is concluded from children that ask drivers.
 * SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "device/probe.h"
#include "unit.h"
#include "yoke/cache.h"
#include "yoke/device.h"

static char folder[64], path[128];

/* Directories of a test's own for .icd files and for what is remembered. */
static void setup(void)
{
    strcpy(folder, "/tmp/yoke-probe-XXXXXX");
    ck_assert(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/cache", folder);
    setenv("YOKE_CACHE_DIR", path, 1);
    snprintf(path, sizeof path, "%s/vendors", folder);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    setenv("OCL_ICD_VENDORS", path, 1);
    unsetenv("OCL_ICD_PLATFORM_SORT");
    unsetenv("OPENCL_VENDOR_PATH");
}

static void teardown(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

/* Put a driver of bad_icd.c there. */
static void add(const char *driver)
{
    char icd[256];

    snprintf(icd, sizeof icd, "%s/%s.icd", path, driver);
    FILE *f = fopen(icd, "we");
    ck_assert_ptr_nonnull(f);
    fprintf(f, "%s/%s.so\n", BAD_ICDS, driver);
    ck_assert_int_eq(fclose(f), 0);
}

static void expect_same(const struct yoke_probe *a, const struct yoke_probe *b)
{
    ck_assert(a->ran == b->ran && a->loader_ok == b->loader_ok);
    ck_assert(a->unsorted_ok == b->unsorted_ok);
    for (size_t i = 0; i < YOKE_PROBE_MAX; i++)
        ck_assert((a->verdict[i] == '-') == (b->verdict[i] == '-'));
}

static bool is_bad(const struct yoke_probe *probe)
{
    return probe->ran && (!probe->loader_ok || memchr(probe->verdict, '-', YOKE_PROBE_MAX));
}

/* A hang costs its time once. */
START_TEST(bad_result_is_remembered)
{
    static const char *const drivers[] = { "bad-devices", "bad-load", "bad-hang", "bad-sleep" };
    struct yoke_probe first, second;

    add(drivers[_i]);
    yoke_probe_run(1, &first);
    ck_assert(is_bad(&first));
    ck_assert_str_ne(first.how, "");

    const double begin = yoke_now_ms();
    yoke_probe_run(1, &second);
    ck_assert_double_lt(yoke_now_ms() - begin, 100);
    expect_same(&first, &second);
    ck_assert_int_eq(strncmp(first.how, second.how, 20), 0);

    size_t n;
    ck_assert_int_eq(yoke_cache_clear(&n), YOKE_OK);
    yoke_probe_run(1, &second);
    expect_same(&first, &second);
}
END_TEST

/* One that exits may be short of something, and is asked anew the next time. */
START_TEST(doubtful_result_is_not_remembered)
{
    struct yoke_probe first, second;

    add("bad-exit");
    yoke_probe_run(5, &first);
    ck_assert(is_bad(&first));
    ck_assert_int_eq(remove(strcat(path, "/bad-exit.icd")), 0);
    path[strlen(path) - strlen("/bad-exit.icd")] = '\0';
    add("slow");
    yoke_probe_run(5, &second);
    ck_assert(second.ran && !is_bad(&second));
}
END_TEST

/* Of several platforms the loader asks each for devices, to sort them. The environment is the
 * program's: it stays as it is, and the sentence says what to set; then the other platform works.
 */
START_TEST(sorting_loader_is_told)
{
    struct yoke_probe first, second;
    yoke_system *sys = NULL;

    add("bad-devices");
    add("slow");
    yoke_probe_run(5, &first);
    ck_assert(first.ran && !first.loader_ok && first.unsorted_ok);
    yoke_probe_run(5, &second);
    expect_same(&first, &second);
    ck_assert_int_eq(yoke_system_create(&sys), YOKE_ERR_DEVICE);
    ck_assert_ptr_nonnull(strstr(yoke_last_error(), "OCL_ICD_PLATFORM_SORT=none"));
    ck_assert_ptr_null(getenv("OCL_ICD_PLATFORM_SORT"));

    setenv("OCL_ICD_PLATFORM_SORT", "none", 1);
    const double begin = yoke_now_ms();
    yoke_probe_run(5, &second); /* was asked in children of the first */
    ck_assert_double_lt(yoke_now_ms() - begin, 100);
    ck_assert(second.ran && second.loader_ok && is_bad(&second));
    ck_assert_int_eq(yoke_system_create(&sys), YOKE_OK);
    ck_assert_uint_eq(yoke_system_platform_count(sys), 2);
    yoke_system_destroy(&sys);
}
END_TEST

/* What is wrong before the platforms are sorted is not mended by that. */
START_TEST(loader_that_falls_anyway_is_told)
{
    yoke_system *sys;

    add("bad-load");
    add("slow");
    ck_assert_int_eq(yoke_system_create(&sys), YOKE_ERR_DEVICE);
    ck_assert_ptr_null(strstr(yoke_last_error(), "OCL_ICD_PLATFORM_SORT"));
}
END_TEST

/* A child that was killed knows nothing. */
START_TEST(killed_child_says_nothing)
{
    struct yoke_probe probe;

    add("bad-killed");
    yoke_probe_run(5, &probe);
    ck_assert(!probe.ran);
    yoke_probe_run(5, &probe); /* nor is it remembered */
    ck_assert(!probe.ran);
}
END_TEST

static void do_nothing(int signal)
{
    (void)signal;
}

static size_t list(char names[1024])
{
    yoke_system *sys;

    ck_assert_int_eq(yoke_system_create(&sys), YOKE_OK);
    const size_t n = yoke_system_platform_count(sys);
    names[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const struct yoke_platform_info *info = yoke_system_platform(sys, i);
        const size_t used = strlen(names);
        snprintf(names + used, 1024 - used, "%s (%s); ", info->name, info->reason);
    }
    yoke_system_destroy(&sys);
    return n;
}

/* Ctrl-C while drivers are asked, in a program that handles it: early, while the loader is at work
 * (one driver takes its time), and later. */
START_TEST(interrupt_changes_nothing)
{
    const struct sigaction action = { .sa_handler = do_nothing, .sa_flags = SA_RESTART };
    char before[1024], after[1024];

    add("slow");
    add("slow-too");
    setenv("YOKE_CACHE", "0", 1);
    ck_assert_uint_eq(list(before), 2);
    setpgid(0, 0);
    sigaction(SIGINT, &action, NULL);
    const pid_t all = getpgrp(), other = fork();
    if (other == 0) {
        setpgid(0, 0);
        for (int i = 0; i < 2; i++) {
            nanosleep(&(struct timespec){ 0, 20000000 + 100000000 * _i }, NULL);
            kill(-all, SIGINT);
        }
        _exit(0);
    }
    ck_assert_uint_eq(list(after), 2);
    ck_assert_str_eq(before, after);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("probe");
    TCase *tc = tcase_create("probe");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, bad_result_is_remembered, 0, 4);
    tcase_add_test(tc, doubtful_result_is_not_remembered);
    tcase_add_test(tc, sorting_loader_is_told);
    tcase_add_test(tc, loader_that_falls_anyway_is_told);
    tcase_add_test(tc, killed_child_says_nothing);
    tcase_add_loop_test(tc, interrupt_changes_nothing, 0, 3);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
