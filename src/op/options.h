/* options.h - what all operators share before they plan: checks, compiler options, units.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_OPTIONS_H
#define YOKE_OP_OPTIONS_H

#include <stdbool.h>

#include "base/text.h"
#include "kernel/kernel.h"
#include "op/tile.h"
#include "yoke/kernel.h"
#include "yoke/types.h"

/* YOKE_ERR_INVALID where a buffer is too small for that many elements. */
yoke_status yoke_check_buffer(const yoke_buffer *buf, const char *name, size_t elements,
                              enum yoke_type type);

/* YOKE_ERR_LIMIT where dev does not go so many times round a loop. */
yoke_status yoke_check_rounds(const yoke_device *dev, double rounds);

/* A compiler's options: those of yoke.clh for the type, then what is added. Lack of memory shows
 * where they are used. */
void yoke_options_begin(struct yoke_text *o, bool fma, enum yoke_type type);

/* The defines of tile.clh. */
void yoke_options_add_tile(struct yoke_text *o, const struct yoke_tile *tile);

/* yoke_kernel_get with these options, which are freed, also on failure. */
yoke_status yoke_kernel_get_with(yoke_device *dev, const char *name, struct yoke_text *options,
                                 yoke_kernel **out);

/* How many of the device's units pay for an operation that does so many flops on so many bytes:
 * one where another would take longer to wake up than to help. */
size_t yoke_units_for(const yoke_device *dev, enum yoke_type type, double flops, double bytes);

/* Of the host's caches, which tile kernels are cut for: rows BAD_STRIDE bytes apart share too few
 * sets of the nearest one. */
enum { YOKE_LINE_BYTES = 64, YOKE_BAD_STRIDE = 2048 };

#endif /* YOKE_OP_OPTIONS_H */
