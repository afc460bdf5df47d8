/* yoke/types.h - what several operators share: element types, orders and layouts.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TYPES_H
#define YOKE_TYPES_H

#include <stddef.h>

#include "yoke/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The type of the elements of an operation's arrays, in host byte order. */
enum yoke_type {
    YOKE_F32 = 0, /* IEEE 754 binary32, C's float                                         */
    YOKE_F64,     /* binary64, C's double; needs a device with fp64                       */
    YOKE_F16,     /* binary16; stored so, computed in f32; works on every device          */
    YOKE_BF16,    /* bfloat16, the upper half of a binary32; stored so, computed in f32   */
    YOKE_C64,     /* complex64: real and imaginary part in f32, side by side              */
    YOKE_C128,    /* complex128: the same in f64; needs a device with fp64                */
    YOKE_S8,      /* 8-bit signed integers, whose products are summed in YOKE_S32         */
    YOKE_S32,     /* 32-bit signed integers: only as the result of an operation on s8     */
};

/* How a matrix lies in memory. */
enum yoke_order {
    YOKE_ROW_MAJOR = 0, /* element (i, j) at i * ld + j */
    YOKE_COL_MAJOR,     /* element (i, j) at j * ld + i */
};

/* How a batch of images, and a bank of filters, lies in memory. */
enum yoke_layout {
    YOKE_NCHW = 0, /* channel planes one after another (ONNX, PyTorch); filters K C R S */
    YOKE_NHWC,     /* channels innermost (TensorFlow);                  filters K R S C */
};

/* Size of one element in bytes; 0 for a value that is not a yoke_type. */
YOKE_API size_t yoke_type_size(enum yoke_type type);

/* "f32", "f64", "f16", "bf16", "c64", "c128", "s8", "s32"; "?" for a value that is not a
 * yoke_type. */
YOKE_API const char *yoke_type_name(enum yoke_type type);

/* "row-major", "column-major"; "?" for a value that is not a yoke_order. */
YOKE_API const char *yoke_order_name(enum yoke_order order);

/* "nchw", "nhwc"; "?" for a value that is not a yoke_layout. */
YOKE_API const char *yoke_layout_name(enum yoke_layout layout);

/* The type of the results of an operation on arrays of that type: s32 for s8, else the same. */
YOKE_API enum yoke_type yoke_type_result(enum yoke_type type);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_TYPES_H */
