/* report.c - what an operation tells of itself.
 * SPDX-License-Identifier: MIT
 *
 * Callers may be older than the library and know less of the structs: they get pointers to shares,
 * since an array of shares would be counted in steps of the caller's size. */
#include "sched/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "sched/team.h"

/* A share with its strings, which outlive the team. */
struct held_share {
    struct yoke_share share;
    char id[16], variant[64];
};

/* What stands behind a struct yoke_report. */
struct held_report {
    struct yoke_report report; /* the caller's: first */
    struct held_share *shares;
    const struct yoke_share **pointers; /* to them */
    size_t room;
};

yoke_status yoke_report_create(struct yoke_report **out)
{
    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_report_create: out is NULL");
    struct held_report *held = calloc(1, sizeof *held);
    *out = held ? &held->report : NULL;
    return held ? YOKE_OK : yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a report");
}

static yoke_status make_room(struct held_report *held, size_t n)
{
    if (n <= held->room) return YOKE_OK;
    struct held_share *shares = calloc(n, sizeof *shares);
    const struct yoke_share **pointers = calloc(n, sizeof *pointers);
    if (!shares || !pointers) {
        free(shares);
        free((void *)pointers);
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a report of %zu devices", n);
    }
    free(held->shares);
    free((void *)held->pointers);
    held->shares = shares;
    held->pointers = pointers;
    held->room = n;
    for (size_t i = 0; i < n; i++)
        pointers[i] = &shares[i].share;
    held->report.devices = pointers;
    return YOKE_OK;
}

yoke_status yoke_report_clear(const yoke_team *team, struct yoke_report *report)
{
    struct held_report *held = (struct held_report *)report;
    yoke_status st = YOKE_OK;

    if (!report) return YOKE_OK;
    report->time_ms = 0;
    report->n_devices = 0;
    TRY(make_room(held, team->n));
    report->n_devices = team->n;
    for (size_t i = 0; i < team->n; i++) {
        struct held_share *to = &held->shares[i];
        snprintf(to->id, sizeof to->id, "%s", yoke_device_get_info(team->members[i].dev)->id);
        to->variant[0] = '\0';
        to->share = (struct yoke_share){ .id = to->id, .variant = to->variant };
    }
out:
    return st;
}

void yoke_report_set(struct yoke_report *report, size_t i, const struct yoke_share *did)
{
    struct held_share *to = &((struct held_report *)report)->shares[i];

    snprintf(to->variant, sizeof to->variant, "%s", did->variant);
    to->share = *did;
    to->share.id = to->id;
    to->share.variant = to->variant;
}

void yoke_report_destroy(struct yoke_report **report)
{
    if (!report || !*report) return;
    struct held_report *held = (struct held_report *)*report;
    free(held->shares);
    free((void *)held->pointers);
    free(held);
    *report = NULL;
}
