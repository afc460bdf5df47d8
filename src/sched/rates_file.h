/* rates_file.h - what devices delivered, from one process to the next.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_SCHED_RATES_FILE_H
#define YOKE_SCHED_RATES_FILE_H

#include "base/text.h"
#include "sched/team.h"

/* Give a member that has no rates those that an earlier process noted for the same device, driver
 * and kernels, if that was not long ago. */
void yoke_rates_load(struct yoke_member *m);

/* Note a member's rates, if any were measured since. */
void yoke_rates_save(struct yoke_member *m);

/* The note's text. */
void yoke_rates_print(struct yoke_text *text, const struct yoke_rates *rates);

/* Read it back, each rate being a sample; false, with what was read until then, where it is no such
 * text. */
bool yoke_rates_parse(const char *text, struct yoke_rates *rates);

#endif /* YOKE_SCHED_RATES_FILE_H */
