/* tune_run.h - tune or explain one shape on one device, and tell of it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_TUNE_RUN_H
#define YOKE_CLI_TUNE_RUN_H

#include "cli/tune_shapes.h"

/* For yoke_tune_params: a progress bar; user is whether it is to be seen, a bool. */
void tune_show_progress(void *user, const struct yoke_tune_progress *progress);

/* Text to stdout, or with `json` what is added to the entry. An exit status; a failure is printed
 * first. */
int tune_one(yoke_device *dev, const struct tune_shape *shape, double budget_s, bool json,
             json_t *entry);
int explain_one(yoke_device *dev, const struct tune_shape *shape, bool json, json_t *entry);

#endif /* YOKE_CLI_TUNE_RUN_H */
