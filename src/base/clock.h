/* clock.h - monotonic time.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_CLOCK_H
#define YOKE_BASE_CLOCK_H

/* Milliseconds since some fixed moment. */
double yoke_now_ms(void);

#endif /* YOKE_BASE_CLOCK_H */
