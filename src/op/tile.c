/* tile.c - how large a register tile suits a device.
 * SPDX-License-Identifier: MIT */
#include "op/tile.h"

#include "base/element.h"
#include "base/size.h"
#include "device/open.h"

/* Heights that were tried for a vector width, the best for long runs of rows first: MR * NV sums,
 * NV columns and a row element fill the 32 registers of AVX-512 and the 16 of AVX2 and SSE. */
static const size_t tall[] = { 12, 14, 8, 7, 0 };
static const size_t low[] = { 6, 4, 0 };

bool yoke_tile_runs(const yoke_device *dev)
{
    return (yoke_device_quirks(dev) & YOKE_QUIRK_SLOW_COMPILER) == 0;
}

bool yoke_tile_suits(const yoke_device *dev)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    const uint32_t quirks = yoke_device_quirks(dev);

    if (quirks & (YOKE_QUIRK_SLOW_COMPILER | YOKE_QUIRK_INTERPRETER)) return false;
    return (info->type == YOKE_DEVICE_CPU || (quirks & YOKE_QUIRK_HOST_CORES)) &&
           info->vector_f32 >= 4;
}

/* Useful part of the multiplications, times what a tile of that height keeps of the peak: NV + MR
 * loads for MR * NV multiplications. */
static double efficiency(size_t rows, size_t height)
{
    const double used = (double)rows / (double)yoke_round_up(rows, height);

    return used * (double)height / ((double)height + 2.0);
}

struct yoke_tile yoke_tile_for_width(size_t native, enum yoke_type type, size_t rows, size_t cols)
{
    const size_t bytes = yoke_type_is_double(type) ? 8 : 4, least = 16 / bytes;
    struct yoke_tile tile = { .NV = 2, .VW = least };

    while (2 * tile.VW <= native && tile.VW < 16)
        tile.VW *= 2;
    const size_t *heights = tile.VW * bytes >= 64 ? tall : low;
    if (cols <= tile.VW) tile.NV = 1;
    while (tile.VW > least && cols <= tile.VW / 2)
        tile.VW /= 2;

    tile.MR = heights[0];
    for (const size_t *h = heights + 1; *h && rows > 0; h++)
        if (efficiency(rows, *h) > efficiency(rows, tile.MR)) tile.MR = *h;
    return tile;
}

struct yoke_tile yoke_tile_for(const yoke_device *dev, enum yoke_type type, size_t rows,
                               size_t cols)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);

    struct yoke_tile tile = yoke_tile_for_width(
        yoke_type_is_double(type) ? info->vector_f64 : info->vector_f32, type, rows, cols);

    tile.no_prefetch = yoke_device_quirks(dev) & YOKE_QUIRK_INTERPRETER;
    return tile;
}
