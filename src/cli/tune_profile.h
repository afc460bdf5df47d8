/* tune_profile.h - `yoke tune --device-profile`. SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_TUNE_PROFILE_H
#define YOKE_CLI_TUNE_PROFILE_H

#include "cli/cli.h"

/* Measure the profile of a device within budget_s (0: the library's) and print it, or add it to
 * entries where that is not NULL. An exit status. */
int tune_profile(yoke_device *dev, double budget_s, json_t *entries);

/* The same for all devices of a team; one that fails leaves the others. */
int tune_profiles(yoke_team *team, double budget_s, json_t *entries);

/* Of a device that has none, first, where a shape's budget is ample: as long as both together. */
int tune_profile_first(yoke_device *dev, double budget_s, bool json);

#endif /* YOKE_CLI_TUNE_PROFILE_H */
