/* plan.h - who gets how much: a pure function of a model of the devices.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_PLAN_H
#define YOKE_SCHED_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "yoke/team.h"

/* A device as the plan sees it: it finishes m rows after fixed_ms + m * row_ms. */
struct yoke_plan_device {
    size_t hardware; /* devices of equal hardware ... */
    size_t side;     /* ... and different side are alternatives: at most one side works */
    bool able;       /* it can do the operation at all */
    double fixed_ms; /* launch, synchronisation, what every participant needs moved */
    double row_ms;   /* > 0 */
};

/* Split rows over the devices so that the last to finish does so soonest: on each piece of hardware
 * the side that would be faster alone, then the closed form of "max (fixed + row m), sum m = rows",
 * in which a device that does not pay gets nothing. All shares but one are multiples of
 * tile; they sum to rows. Returns when the last finishes, in ms; 0 when none is able. */
double yoke_plan_split(const struct yoke_plan_device *devices, size_t n, size_t rows, size_t tile,
                       size_t shares[YOKE_TEAM_MAX]);

#endif /* YOKE_SCHED_PLAN_H */
