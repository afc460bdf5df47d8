/* test_team.c - the selection language.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness.h"

/* The usable devices of this machine, as the snapshot lists them. */
static struct {
    yoke_system *sys;
    const struct yoke_device_info *devices[YOKE_TEAM_MAX];
    size_t n;
} all;

static void setup(void)
{
    const struct yoke_platform_info *platform;

    unsetenv("YOKE_DEVICES");
    EXPECT_OK(yoke_system_create(&all.sys));
    for (size_t p = 0; (platform = yoke_system_platform(all.sys, p)); p++)
        for (size_t d = 0; d < platform->n_devices && all.n < YOKE_TEAM_MAX; d++)
            if (platform->devices[d]->usable) all.devices[all.n++] = platform->devices[d];
    ck_assert_uint_gt(all.n, 0);
}

static void teardown(void)
{
    yoke_system_destroy(&all.sys);
    ck_assert_ptr_null(all.sys);
}

static yoke_status try_select(const char *select, yoke_team **team)
{
    const struct yoke_team_params params = { .select = select };

    return yoke_team_create(&params, team);
}

/* The team of this selection has every device that `wanted` names, in order, and no other. */
static void expect_team(const char *select, const bool *wanted)
{
    yoke_team *team = NULL;
    size_t n = 0;

    EXPECT_OK(try_select(select, &team));
    for (size_t i = 0; i < all.n; i++) {
        if (!wanted[i]) continue;
        ck_assert_msg(n < yoke_team_device_count(team), "\"%s\" leaves out %s", select,
                      all.devices[i]->id);
        ck_assert_str_eq(yoke_device_get_info(yoke_team_device(team, n))->id, all.devices[i]->id);
        n++;
    }
    ck_assert_uint_eq(yoke_team_device_count(team), n);
    ck_assert_ptr_null(yoke_team_device(team, n));
    yoke_team_destroy(&team);
    ck_assert_ptr_null(team);
}

static void expect_no_team(const char *select, yoke_status want, const char *word)
{
    yoke_team *team = (yoke_team *)&all; /* to be overwritten */

    EXPECT_FAILURE(try_select(select, &team), want);
    ck_assert_ptr_null(team);
    (void)try_select(select, &team);
    ck_assert_msg(strstr(yoke_last_error(), word) != NULL, "\"%s\" does not name %s",
                  yoke_last_error(), word);
}

START_TEST(no_selection_takes_all)
{
    bool wanted[YOKE_TEAM_MAX];

    for (size_t i = 0; i < all.n; i++)
        wanted[i] = true;
    expect_team(NULL, wanted);
}
END_TEST

START_TEST(ids_select)
{
    bool wanted[YOKE_TEAM_MAX] = { false };
    char text[64];

    wanted[all.n - 1] = true;
    expect_team(all.devices[all.n - 1]->id, wanted);
    wanted[0] = true;
    snprintf(text, sizeof text, "%s,%s", all.devices[all.n - 1]->id, all.devices[0]->id);
    expect_team(text, wanted);
}
END_TEST

START_TEST(types_select)
{
    for (size_t t = 0; t < all.n; t++) {
        bool wanted[YOKE_TEAM_MAX] = { false };
        for (size_t i = 0; i < all.n; i++)
            wanted[i] = all.devices[i]->type == all.devices[t]->type;
        expect_team(yoke_device_type_name(all.devices[t]->type), wanted);
    }
}
END_TEST

static bool contains(const char *text, const char *part)
{
    for (; *text; text++)
        if (strncasecmp(text, part, strlen(part)) == 0) return true;
    return false;
}

START_TEST(parts_of_names_select)
{
    bool wanted[YOKE_TEAM_MAX] = { false };
    char part[9];

    snprintf(part, sizeof part, "%s", all.devices[0]->name);
    part[strcspn(part, ",!")] = '\0';
    for (size_t i = 0; i < all.n; i++)
        wanted[i] = contains(all.devices[i]->name, part) || contains(all.devices[i]->vendor, part);
    expect_team(part, wanted);
}
END_TEST

START_TEST(exclusion_takes_out)
{
    bool wanted[YOKE_TEAM_MAX] = { false };
    char text[64];

    snprintf(text, sizeof text, "!%s", all.devices[0]->id);
    for (size_t i = 1; i < all.n; i++)
        wanted[i] = true;
    if (all.n > 1)
        expect_team(text, wanted);
    else
        expect_no_team(text, YOKE_ERR_UNSUPPORTED, "");
    snprintf(text, sizeof text, "%s,!%s", all.devices[0]->id, all.devices[0]->id);
    expect_no_team(text, YOKE_ERR_UNSUPPORTED, "");
}
END_TEST

START_TEST(term_without_a_match_is_refused)
{
    expect_no_team("no-such-device", YOKE_ERR_INVALID, "no-such-device");
    expect_no_team("999:0", YOKE_ERR_INVALID, "999:0");
    expect_no_team("!no-such-device", YOKE_ERR_INVALID, "no-such-device");
    expect_no_team("no-such-device", YOKE_ERR_INVALID, all.devices[0]->id); /* what there is */
}
END_TEST

START_TEST(environment_selects)
{
    bool wanted[YOKE_TEAM_MAX] = { true };

    setenv("YOKE_DEVICES", all.devices[0]->id, 1);
    expect_team(NULL, wanted);
    setenv("YOKE_DEVICES", "no-such-device", 1);
    expect_no_team(NULL, YOKE_ERR_INVALID, "no-such-device");
    expect_team(all.devices[0]->id, wanted);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("selection");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, no_selection_takes_all);
    tcase_add_test(tc, ids_select);
    tcase_add_test(tc, types_select);
    tcase_add_test(tc, parts_of_names_select);
    tcase_add_test(tc, exclusion_takes_out);
    tcase_add_test(tc, term_without_a_match_is_refused);
    tcase_add_test(tc, environment_selects);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
