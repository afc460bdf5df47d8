/* common.c - what all operators share: checks, defines, scalars, work-group sizes.
 * SPDX-License-Identifier: MIT */
#include "ops/common.h"

#include <stdio.h>

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

void yoke_options_plain(char options[YOKE_OPTIONS_ROOM], const yoke_device *dev,
                        enum yoke_type type)
{
    snprintf(options, YOKE_OPTIONS_ROOM, "-cl-std=CL1.2 -DDTYPE=%d -DHAVE_FMA=%d",
             type == YOKE_F64 ? 64 : 32, yoke_device_get_info(dev)->fma);
}

void yoke_options_tile(char options[YOKE_OPTIONS_ROOM], const yoke_device *dev, enum yoke_type type,
                       const struct yoke_tile *tile)
{
    snprintf(options, YOKE_OPTIONS_ROOM,
             "-cl-std=CL1.2 -DDTYPE=%d -DHAVE_FMA=%d -DVW=%zu -DNV=%zu -DMR=%zu",
             type == YOKE_F64 ? 64 : 32, yoke_device_get_info(dev)->fma, tile->VW, tile->NV,
             tile->MR);
}

struct yoke_scalar yoke_scalar(enum yoke_type type, double value)
{
    struct yoke_scalar s = { .size_bytes = yoke_type_size(type) };

    if (type == YOKE_F64)
        s.value.f64 = value;
    else
        s.value.f32 = (float)value;
    return s;
}

struct yoke_arg yoke_scalar_arg(const struct yoke_scalar *scalar)
{
    return YOKE_ARG_MAKE(NULL, &scalar->value, scalar->size_bytes);
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
