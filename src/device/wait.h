/* wait.h - how long a thread looks before it sleeps: the one policy of all that waits.
 * SPDX-License-Identifier: MIT
 *
 * Being woken up takes 25 to 50 us, as long as a small product does. */
#ifndef YOKE_DEVICE_WAIT_H
#define YOKE_DEVICE_WAIT_H

#include <stdbool.h>

/* What yoke_team_params.spin_us asks for: 0 where a thread is to sleep at once. */
double yoke_wait_ms(double spin_us);

/* Look so long whether it is done, leaving the processor to whoever wants it; at least once.
 * Whether it is. */
bool yoke_wait_look(double look_ms, bool (*is_done)(const void *arg), const void *arg);

#endif /* YOKE_DEVICE_WAIT_H */
