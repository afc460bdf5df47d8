/* drivers.h - what drivers do not survive: two threads that open devices at once, and a fork.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_DRIVERS_H
#define YOKE_DEVICE_DRIVERS_H

#include <stdbool.h>

#include "base/error.h"

/* Around all that lists devices, opens one or closes it. */
void yoke_drivers_lock(void);
void yoke_drivers_unlock(void);

/* Before the first use of a driver: children that are forked from now on cannot use one. */
void yoke_drivers_begin(void);

/* Whether this process was forked from one that had used a driver. Drivers' threads do not live in
 * it, and their locks may be held for good. */
bool yoke_drivers_are_lost(void);

/* YOKE_ERR_DEVICE in such a process: what every public function asks before it comes to a driver,
 * or to a lock that another thread may have held. */
yoke_status yoke_drivers_check(void);

#endif /* YOKE_DEVICE_DRIVERS_H */
