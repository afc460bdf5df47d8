/* lock.h - one writer of a file at a time.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_LOCK_H
#define YOKE_BASE_LOCK_H

#include "yoke/status.h"

/* Lock NAME.lock in a directory, a file of this user's that is made where it lacks and stays;
 * others are waited for, so long and no longer. close(*lock) unlocks, and so does the end of the
 * process.
 *
 *   YOKE_ERR_IO  somebody holds it; or what lies there is no file of this user's
 */
yoke_status yoke_lock_take(int dir, const char *name, double wait_ms, int *lock);

#endif /* YOKE_BASE_LOCK_H */
