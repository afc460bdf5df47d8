/* enqueue.c - what all operators share: checks, defines, work-group sizes.
 * SPDX-License-Identifier: MIT */
#include "op/enqueue.h"

#include "base/element.h"
#include "base/error.h"
#include "base/size.h"
#include "device/open.h"
#include "device/scratch.h"

yoke_status yoke_check_buffer(const yoke_buffer *buf, const char *name, size_t elements,
                              enum yoke_type type)
{
    const size_t needed = elements * yoke_type_size(type);

    if (yoke_buffer_size_bytes(buf) >= needed) return YOKE_OK;
    return yoke_fail(YOKE_ERR_INVALID, "buffer of %s has %zu bytes; the array needs %zu", name,
                     yoke_buffer_size_bytes(buf), needed);
}

yoke_status yoke_check_rounds(const yoke_device *dev, double rounds)
{
    if (!(yoke_device_quirks(dev) & YOKE_QUIRK_SHORT_LOOPS) || rounds <= YOKE_SHORT_LOOP)
        return YOKE_OK;
    return yoke_fail(YOKE_ERR_LIMIT, "%s adds up %d products, not %.0f",
                     yoke_device_get_info(dev)->name, YOKE_SHORT_LOOP, rounds);
}

void yoke_options_begin(struct yoke_text *o, bool fma, enum yoke_type type)
{
    static const char *const names[] = {
        [YOKE_F32] = "F32",   [YOKE_F64] = "F64", [YOKE_F16] = "F16",
        [YOKE_BF16] = "BF16", [YOKE_S8] = "S8",   [YOKE_S32] = "no input",
    };

    *o = (struct yoke_text){ 0 };
    yoke_text_add(o, "-cl-std=CL1.2 -DDTYPE=%s -DCOMPLEX=%d -DHAVE_FMA=%d",
                  names[yoke_type_part(type)], yoke_type_is_complex(type), fma);
}

void yoke_options_add_tile(struct yoke_text *o, const struct yoke_tile *tile)
{
    yoke_text_add(o, " -DVW=%zu -DNV=%zu -DMR=%zu -DHAVE_PREFETCH=%d", tile->VW, tile->NV, tile->MR,
                  !tile->no_prefetch);
}

yoke_status yoke_kernel_get_with(yoke_device *dev, const char *name, struct yoke_text *options,
                                 yoke_kernel **out)
{
    const char *text = yoke_text_get(options);
    const yoke_status st =
        text ? yoke_kernel_get(dev, name, text, out)
             : yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a compiler's options");

    yoke_text_deinit(options);
    return st;
}

static void choose_group(const yoke_kernel *kernel, size_t local[3])
{
    const size_t max_group = yoke_kernel_max_group(kernel);

    local[0] = 16;
    local[1] = 4;
    local[2] = 1;
    while (local[1] > 1 && local[0] * local[1] > max_group)
        local[1] /= 2;
    while (local[0] > 1 && local[0] > max_group)
        local[0] /= 2;
}

yoke_status yoke_enqueue_3d(yoke_queue *q, yoke_kernel *kernel, const size_t size[3],
                            const struct yoke_arg *args, size_t n_args, yoke_event **event)
{
    struct yoke_launch part = { .global = { size[0] } };
    yoke_status st = YOKE_OK;

    choose_group(kernel, part.local);
    const size_t most[3] = { 0, YOKE_MAX_GROUPS * part.local[1], YOKE_MAX_GROUPS };
    for (size_t z = 0; z < size[2]; z += most[2])
        for (size_t y = 0; y < size[1]; y += most[1]) {
            const bool last = z + most[2] >= size[2] && y + most[1] >= size[1];
            part.offset[1] = y;
            part.offset[2] = z;
            part.global[1] = yoke_size_min(size[1] - y, most[1]);
            part.global[2] = yoke_size_min(size[2] - z, most[2]);
            TRY(yoke_kernel_enqueue(q, kernel, &part, args, n_args, last ? event : NULL));
        }
out:
    return st;
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
