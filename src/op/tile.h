/* tile.h - how large a register tile suits a device (cl/lib/tile.clh).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_TILE_H
#define YOKE_OP_TILE_H

#include "yoke/device.h"
#include "yoke/types.h"

/* MR rows of NV vectors of VW elements. */
struct yoke_tile {
    size_t MR, NV, VW;
    bool no_prefetch; /* the device's checks do not know the compiler's prefetch */
};

/* Whether one work-item of the device is a thread with a vector unit, and its compiler can take
 * large kernels: what tile kernels are made for. */
bool yoke_tile_suits(const yoke_device *dev);

/* Whether the device runs tile kernels at all, however slowly. */
bool yoke_tile_runs(const yoke_device *dev);

/* The tile for runs of `rows` rows (0: long ones) and `cols` columns: of the height that wastes
 * least of a run, no wider than the columns need. */
struct yoke_tile yoke_tile_for_width(size_t native, enum yoke_type type, size_t rows, size_t cols);

/* The same for a device, whose registers hold `native` elements. */
struct yoke_tile yoke_tile_for(const yoke_device *dev, enum yoke_type type, size_t rows,
                               size_t cols);

#endif /* YOKE_OP_TILE_H */
