/* yoke/types.h - what several operators share: element types, orders and layouts.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TYPES_H
#define YOKE_TYPES_H

#include <stddef.h>

#include "yoke/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The type of the elements of every array of one operation (IEEE 754, host byte order). */
enum yoke_type {
    YOKE_F32 = 0, /* binary32, C's float                                  */
    YOKE_F64,     /* binary64, C's double; needs a device with fp64       */
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

/* "f32", "f64"; "?" for a value that is not a yoke_type. */
YOKE_API const char *yoke_type_name(enum yoke_type type);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_TYPES_H */
