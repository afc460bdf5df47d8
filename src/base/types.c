/* types.c - sizes of element types; names of what is enumerated.
 * SPDX-License-Identifier: MIT */
#include "yoke/types.h"

#include <stdbool.h>

#include "yoke/epilogue.h"

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

#define NAME_OF(names, i) ((size_t)(i) < sizeof(names) / sizeof *(names) ? (names)[i] : "?")

const char *yoke_order_name(enum yoke_order order)
{
    static const char *const names[] = {
        [YOKE_ROW_MAJOR] = "row-major", [YOKE_COL_MAJOR] = "column-major"
    };

    return NAME_OF(names, order);
}

const char *yoke_layout_name(enum yoke_layout layout)
{
    static const char *const names[] = { [YOKE_NCHW] = "nchw", [YOKE_NHWC] = "nhwc" };

    return NAME_OF(names, layout);
}

const char *yoke_bias_name(enum yoke_bias bias)
{
    static const char *const names[] = { [YOKE_BIAS_NONE] = "none",
                                         [YOKE_BIAS_ROW] = "row",
                                         [YOKE_BIAS_COLUMN] = "column",
                                         [YOKE_BIAS_CHANNEL] = "channel" };

    return NAME_OF(names, bias);
}

const char *yoke_activation_name(enum yoke_activation activation)
{
    static const char *const names[] = {
        [YOKE_ACT_NONE] = "none",       [YOKE_ACT_RELU] = "relu", [YOKE_ACT_CLAMP] = "clamp",
        [YOKE_ACT_SIGMOID] = "sigmoid", [YOKE_ACT_TANH] = "tanh", [YOKE_ACT_GELU] = "gelu",
    };

    return NAME_OF(names, activation);
}
