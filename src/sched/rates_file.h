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

/* The note's text: n rates, in whole numbers per millisecond. */
void yoke_rates_print(struct yoke_text *text, const double *rates, size_t n);

/* Read it back; false where it is no such text, or not of n rates. */
bool yoke_rates_parse(const char *text, double *rates, size_t n);

#endif /* YOKE_SCHED_RATES_FILE_H */
