/* harness.c - what every test of a device shares. SPDX-License-Identifier: MIT */
#include "harness.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

yoke_team *test_team;
yoke_device *test_device;
yoke_queue *test_queue;

bool harness_is_pocl(const yoke_device *dev)
{
    const char *version = yoke_device_get_info(dev)->version;
    return strstr(version, "PoCL") || strstr(version, "pocl");
}

void harness_spare_binaries(const yoke_device *dev)
{
    if (harness_is_pocl(dev)) setenv("YOKE_CACHE", "0", 0);
}

void harness_open_device(void)
{
    EXPECT_OK(yoke_team_create(NULL, &test_team));
    ck_assert_uint_ge(yoke_team_device_count(test_team), harness_env("YOKE_TEST_TEAM", 1));
    test_device = yoke_team_device(test_team, 0);
    ck_assert_ptr_nonnull(test_device);
    EXPECT_OK(yoke_queue_create(test_device, &test_queue));
    harness_spare_binaries(test_device);
}

void harness_close_device(void)
{
    yoke_queue_destroy(&test_queue);
    yoke_team_destroy(&test_team);
}

static int look_for_device(void)
{
    yoke_team *team = NULL;
    const yoke_status st = yoke_team_create(NULL, &team);

    if (st != YOKE_OK) fprintf(stderr, "no device to test on: %s\n", yoke_last_error());
    yoke_team_destroy(&team);
    return st == YOKE_OK ? 0 : 1;
}

bool harness_device_exists(void)
{
    int status = 0;
    const pid_t child = fork();

    if (child == 0) _exit(look_for_device());
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

int harness_main(struct Suite *const *suites, size_t n)
{
    SRunner *sr;
    int failed;

    if (!harness_device_exists()) return HARNESS_SKIP;
    sr = srunner_create(NULL);
    for (size_t i = 0; i < n; i++)
        srunner_add_suite(sr, suites[i]);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}

/* Leaves a sentence behind that the call under test has to replace. */
void harness_before_failure(void)
{
    const yoke_status st = yoke_cache_info_create(NULL);
    ck_assert_int_eq(st, YOKE_ERR_INVALID);
}

void harness_after_failure(yoke_status got, yoke_status want, const char *call, const char *file,
                           int line)
{
    char said[1024];

    snprintf(said, sizeof said, "%s", yoke_last_error());
    if (got != want)
        ck_abort_msg("%s:%d: %s gave %s, not %s (%s)", file, line, call, yoke_status_name(got),
                     yoke_status_name(want), said);
    harness_before_failure();
    if (said[0] == '\0' || strchr(said, '\n') || strcmp(said, yoke_last_error()) == 0)
        ck_abort_msg("%s:%d: %s gave %s without a sentence of its own: \"%s\"", file, line, call,
                     yoke_status_name(got), said);
}

void harness_expect_ok(yoke_status got, const char *call, const char *file, int line)
{
    if (got != YOKE_OK)
        ck_abort_msg("%s:%d: %s gave %s: %s", file, line, call, yoke_status_name(got),
                     yoke_last_error());
}

uint64_t harness_env(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    char *end = NULL;
    uint64_t value;

    if (!text || !text[0]) return otherwise;
    value = strtoull(text, &end, 0);
    if (*end != '\0') {
        fprintf(stderr, "%s=%s is not a number\n", name, text);
        exit(2);
    }
    return value;
}
