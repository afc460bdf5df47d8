/* report.h - what an operation tells of itself, for struct yoke_report.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_REPORT_H
#define YOKE_SCHED_REPORT_H

#include "yoke/team.h"

/* List the team's devices with share 0. The only function here that allocates, and only for a team
 * larger than any that the report has seen: call it before the work. report may be NULL. */
yoke_status yoke_report_clear(const yoke_team *team, struct yoke_report *report);

/* What the team's i-th device did: all of *did but its id. */
void yoke_report_set(struct yoke_report *report, size_t i, const struct yoke_share *did);

#endif /* YOKE_SCHED_REPORT_H */
