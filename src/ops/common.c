/* common.c - what all operators share: checks, defines, work-group sizes.
 * SPDX-License-Identifier: MIT */
#include "ops/common.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/element.h"
#include "base/error.h"
#include "device/scratch.h"

yoke_status yoke_check_buffer(const yoke_buffer *buf, const char *name, size_t elements,
                              enum yoke_type type)
{
    const size_t needed = elements * yoke_type_size(type);

    if (yoke_buffer_size_bytes(buf) >= needed) return YOKE_OK;
    return yoke_fail(YOKE_ERR_INVALID, "buffer of %s has %zu bytes; the array needs %zu", name,
                     yoke_buffer_size_bytes(buf), needed);
}

void yoke_options_begin(struct yoke_options *o, bool fma, enum yoke_type type)
{
    static const char *const names[] = {
        [YOKE_F32] = "F32",   [YOKE_F64] = "F64", [YOKE_F16] = "F16",
        [YOKE_BF16] = "BF16", [YOKE_S8] = "S8",   [YOKE_S32] = "no input",
    };

    snprintf(o->text, sizeof o->text, "-cl-std=CL1.2 -DDTYPE=%s -DCOMPLEX=%d -DHAVE_FMA=%d",
             names[yoke_type_part(type)], yoke_type_is_complex(type), fma);
}

void yoke_options_add(struct yoke_options *o, const char *format, ...)
{
    const size_t used = strlen(o->text);
    va_list args;

    va_start(args, format);
    const int n = vsnprintf(o->text + used, sizeof o->text - used, format, args);
    va_end(args);
    assert(n >= 0 && (size_t)n < sizeof o->text - used);
    (void)n;
}

void yoke_options_add_tile(struct yoke_options *o, const struct yoke_tile *tile)
{
    yoke_options_add(o, " -DVW=%zu -DNV=%zu -DMR=%zu -DHAVE_PREFETCH=%d", tile->VW, tile->NV,
                     tile->MR, !tile->no_prefetch);
}

struct yoke_launch yoke_launch_3d(const yoke_kernel *kernel, size_t x, size_t y, size_t z)
{
    const size_t max_group = yoke_kernel_max_group(kernel);
    struct yoke_launch launch = { .global = { x, y, z }, .local = { 16, 4, 1 } };

    while (launch.local[1] > 1 && launch.local[0] * launch.local[1] > max_group)
        launch.local[1] /= 2;
    while (launch.local[0] > 1 && launch.local[0] > max_group)
        launch.local[0] /= 2;
    return launch;
}

size_t yoke_units_for(const yoke_device *dev, enum yoke_type type, double flops, double bytes)
{
    /* Of one unit, roughly, in a microsecond, and what waking another costs. */
    const double unit_flops = yoke_type_is_double(type) ? 5e4 : 1e5, unit_bytes = 2e4, wake_us = 25;
    const double us = flops / unit_flops + bytes / unit_bytes;
    const size_t units = yoke_device_get_info(dev)->units;

    return us - us / (double)units < wake_us ? 1 : units;
}

yoke_status yoke_enqueue_items(yoke_queue *q, yoke_kernel *kernel, size_t groups, size_t n_items,
                               const struct yoke_arg *args, size_t n_args, yoke_event **event)
{
    const struct yoke_launch launch = { .global = { groups }, .local = { 1 } };
    const yoke_status st = yoke_kernel_enqueue(q, kernel, &launch, args, n_args, event);

    /* Each group draws one ticket more than it finds items. After a failure nobody knows. */
    if (st == YOKE_OK)
        yoke_queue_tickets_drawn(q, (uint32_t)(n_items + groups));
    else
        yoke_queue_tickets_lost(q);
    return st;
}
