/* types.c - sizes and names of element types.
 * SPDX-License-Identifier: MIT */
#include "yoke/types.h"

#include <stdbool.h>

static const struct {
    size_t size_bytes;
    const char *name;
} types[] = {
    [YOKE_F32] = { 4, "f32" },   [YOKE_F64] = { 8, "f64" }, [YOKE_F16] = { 2, "f16" },
    [YOKE_BF16] = { 2, "bf16" }, [YOKE_C64] = { 8, "c64" }, [YOKE_C128] = { 16, "c128" },
    [YOKE_S8] = { 1, "s8" },     [YOKE_S32] = { 4, "s32" },
};

static bool is_type(enum yoke_type type)
{
    return (size_t)type < sizeof types / sizeof *types;
}

size_t yoke_type_size(enum yoke_type type)
{
    return is_type(type) ? types[type].size_bytes : 0;
}

const char *yoke_type_name(enum yoke_type type)
{
    return is_type(type) ? types[type].name : "?";
}

enum yoke_type yoke_type_result(enum yoke_type type)
{
    return type == YOKE_S8 ? YOKE_S32 : type;
}
