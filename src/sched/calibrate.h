/* calibrate.h - measure the devices that were never measured.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_CALIBRATE_H
#define YOKE_SCHED_CALIBRATE_H

#include "sched/job.h"

/* Let every able member without a rate for this class of job do small problems with known answers,
 * larger ones as long as that takes next to no time. One that fails or answers wrongly is logged
 * and not used for the class again. */
void yoke_calibrate(yoke_team *team, const struct yoke_job *job);

/* Measure a member once more, if its rate is within reach of `rival`, so that a comparison does not
 * stand on one moment's noise. */
void yoke_recalibrate(yoke_team *team, struct yoke_member *m, const struct yoke_job *job,
                      double rival);

#endif /* YOKE_SCHED_CALIBRATE_H */
