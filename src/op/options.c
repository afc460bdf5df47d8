/* options.c - what all operators share before they plan: checks, compiler options, units.
 * SPDX-License-Identifier: MIT */
#include "op/options.h"

#include "base/element.h"
#include "base/error.h"
#include "base/size.h"
#include "device/open.h"
#include "op/profile.h"

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

size_t yoke_units_for(const yoke_device *dev, enum yoke_type type, double flops, double bytes)
{
    const struct yoke_profile *own = yoke_profile_of(dev);
    /* A register holds half as many doubles. */
    const double unit_flops = (double)own->flops_per_us / (yoke_type_is_double(type) ? 2 : 1);
    const double us = flops / unit_flops + bytes / (double)own->bytes_per_us;
    const size_t units = yoke_device_get_info(dev)->units;

    return us - us / (double)units < (double)own->wake_ns * 1e-3 ? 1 : units;
}
