/* common.h - what all operators share: checks, defines, scalars, work-group sizes.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_COMMON_H
#define YOKE_OPS_COMMON_H

#include "kernel/kernel.h"
#include "tune/tile.h"
#include "yoke/kernel.h"
#include "yoke/types.h"

/* YOKE_ERR_INVALID where a buffer is too small for that many elements. */
yoke_status yoke_check_buffer(const yoke_buffer *buf, const char *name, size_t elements,
                              enum yoke_type type);

enum { YOKE_OPTIONS_ROOM = 160 };

/* The defines of yoke.clh, and of tile.clh as well. */
void yoke_options_plain(char options[YOKE_OPTIONS_ROOM], const yoke_device *dev,
                        enum yoke_type type);
void yoke_options_tile(char options[YOKE_OPTIONS_ROOM], const yoke_device *dev, enum yoke_type type,
                       const struct yoke_tile *tile);

/* A number in an operation's own type. */
struct yoke_scalar {
    union {
        float f32;
        double f64;
    } value;
    size_t size_bytes;
};
struct yoke_scalar yoke_scalar(enum yoke_type type, double value);
struct yoke_arg yoke_scalar_arg(const struct yoke_scalar *scalar);

/* A launch of x * y * z work-items with a work-group size that the kernel allows there. */
struct yoke_launch yoke_launch_3d(const yoke_kernel *kernel, size_t x, size_t y, size_t z);

/* Launch `groups` work-groups of one work-item that draw n_items items by tickets of the queue. */
yoke_status yoke_enqueue_items(yoke_queue *q, yoke_kernel *kernel, size_t groups, size_t n_items,
                               const struct yoke_arg *args, size_t n_args, yoke_event **event);

/* Of the host's caches, which tile kernels are cut for: rows BAD_STRIDE bytes apart share too few
 * sets of the nearest one. */
enum { YOKE_LINE_BYTES = 64, YOKE_BAD_STRIDE = 2048 };

#endif /* YOKE_OPS_COMMON_H */
