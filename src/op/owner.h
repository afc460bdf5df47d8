/* owner.h - whose entries of a tuning database a device takes.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_OWNER_H
#define YOKE_OP_OWNER_H

#include "base/caches.h"
#include "op/db.h"
#include "yoke/device.h"

/* The device's own, with these kernels, and those of its classes, of which one is for the host's
 * caches. False where memory is short. */
bool yoke_db_owner_of(const yoke_device *dev, const struct yoke_caches *caches,
                      struct yoke_db_owner *out);

#endif /* YOKE_OP_OWNER_H */
