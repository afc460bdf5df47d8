/* test_report.c - a report's memory.
 * SPDX-License-Identifier: MIT
 *
 * Linked with short_memory_args. */
#include <stdlib.h>
#include <string.h>

#include "device/device.h"
#include "sched/report.h"
#include "sched/team.h"
#include "short_memory.h"
#include "unit.h"

enum { DEVICES = 3 };

static struct yoke_team *team;
static struct yoke_report *report;

/* Devices that nothing is asked of but their ids, "0:0" and so on. */
static void make_team(void)
{
    static struct yoke_device devices[DEVICES];
    static char ids[DEVICES][4] = { "0:0", "0:1", "1:0" };

    team = calloc(1, sizeof *team);
    ck_assert_ptr_nonnull(team);
    team->n = DEVICES;
    for (size_t i = 0; i < DEVICES; i++) {
        devices[i].rec.info.id = ids[i];
        team->members[i].dev = &devices[i];
    }
    ck_assert_int_eq(yoke_report_create(&report), YOKE_OK);
}

static void free_team(void)
{
    yoke_report_destroy(&report);
    ck_assert_ptr_null(report);
    yoke_report_destroy(&report);
    yoke_report_destroy(NULL);
    free(team);
}

START_TEST(shares_are_listed)
{
    char variant[] = "gemm_tile";

    ck_assert_uint_eq(report->n_devices, 0);
    ck_assert_int_eq(yoke_report_clear(team, report), YOKE_OK);
    ck_assert_uint_eq(report->n_devices, DEVICES);
    yoke_report_set(
        report, 1,
        &(struct yoke_share){ .variant = variant, .share = 0.5, .time_ms = 2.5, .bytes = 7 });
    variant[0] = 'x'; /* the report has a copy */
    ck_assert_str_eq(report->devices[0]->id, "0:0");
    ck_assert_str_eq(report->devices[0]->variant, "");
    ck_assert_double_eq(report->devices[0]->share, 0);
    ck_assert_str_eq(report->devices[1]->id, "0:1");
    ck_assert_str_eq(report->devices[1]->variant, "gemm_tile");
    ck_assert_double_eq(report->devices[1]->share, 0.5);
    ck_assert_double_eq(report->devices[1]->time_ms, 2.5);
    ck_assert_uint_eq(report->devices[1]->bytes, 7);
    ck_assert_str_eq(report->devices[2]->id, "1:0");
    ck_assert_int_eq(yoke_report_clear(team, report), YOKE_OK);
    ck_assert_str_eq(report->devices[1]->variant, "");
    ck_assert_double_eq(report->devices[1]->share, 0);
    ck_assert_int_eq(yoke_report_clear(team, NULL), YOKE_OK);
    ck_assert_int_eq(yoke_report_create(NULL), YOKE_ERR_INVALID);
}
END_TEST

/* With no memory left, a team no larger than those before is listed, and a larger one is not. */
START_TEST(only_a_larger_team_takes_memory)
{
    team->n = 2;
    ck_assert_int_eq(yoke_report_clear(team, report), YOKE_OK);
    for (size_t n = 0; n <= DEVICES; n++) {
        team->n = n;
        short_memory_after(0);
        const yoke_status st = yoke_report_clear(team, report);
        short_memory_after(-1);
        ck_assert_int_eq(st, n > 2 ? YOKE_ERR_NO_MEMORY : YOKE_OK);
        ck_assert_uint_eq(report->n_devices, n > 2 ? 0 : n);
    }
    ck_assert_int_eq(yoke_report_clear(team, report), YOKE_OK);
    ck_assert_uint_eq(report->n_devices, DEVICES);
    ck_assert_str_eq(report->devices[2]->id, "1:0");
}
END_TEST

/* Each allocation fails in its turn; afterwards the report is as good as before. */
START_TEST(short_memory_is_told)
{
    struct yoke_report *other = report;

    short_memory_after(0);
    const yoke_status st = yoke_report_create(&other);
    short_memory_after(-1);
    ck_assert_int_eq(st, YOKE_ERR_NO_MEMORY);
    ck_assert_ptr_null(other);
    for (long n = 0; n < 2; n++) {
        short_memory_after(n);
        const yoke_status short_of = yoke_report_clear(team, report);
        ck_assert_int_eq(short_memory_after(-1), n == 0 ? 2 : 1);
        ck_assert_int_eq(short_of, YOKE_ERR_NO_MEMORY);
        ck_assert_uint_eq(report->n_devices, 0);
    }
    ck_assert_int_eq(yoke_report_clear(team, report), YOKE_OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("report");
    TCase *tc = tcase_create("report");

    tcase_add_checked_fixture(tc, make_team, free_team);
    tcase_add_test(tc, shares_are_listed);
    tcase_add_test(tc, only_a_larger_team_takes_memory);
    tcase_add_test(tc, short_memory_is_told);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
