/* yoke/epilogue.h - what happens to a result before it is stored, at no cost in memory traffic.
 * SPDX-License-Identifier: MIT
 *
 *   C := act(v + bias + R)
 *
 * where v is what the operator would have stored without an epilogue (for a matrix product
 * alpha op(A) op(B) + beta C), bias has one element per row or column of a matrix, or per channel
 * of images, and the residual R is an array of C's shape. C is the result: of a convolution Y. Each
 * part is optional. */
#ifndef YOKE_EPILOGUE_H
#define YOKE_EPILOGUE_H

#include <stddef.h>

#include "yoke/api.h"
#include "yoke/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Which elements share an element of the bias. */
enum yoke_bias {
    YOKE_BIAS_NONE = 0,
    YOKE_BIAS_ROW,     /* of a matrix product: M elements, one for each row of C    */
    YOKE_BIAS_COLUMN,  /* of a matrix product: N elements, one for each column of C */
    YOKE_BIAS_CHANNEL, /* of a convolution: K elements, one for each filter, which makes a
                        * channel of Y                                              */
};

/* act(x), named and defined as in ONNX. NaN stays NaN. */
enum yoke_activation {
    YOKE_ACT_NONE = 0,
    YOKE_ACT_RELU,    /* max(x, 0)                                                    */
    YOKE_ACT_CLAMP,   /* min(max(x, clamp_min), clamp_max)                            */
    YOKE_ACT_SIGMOID, /* 1 / (1 + exp(-x))                                            */
    YOKE_ACT_TANH,    /* tanh(x)                                                      */
    YOKE_ACT_GELU,    /* x (1 + erf(x / sqrt(2))) / 2, the exact one                  */
};

/* "none", "row", "column", "channel"; "?" for a value that is not a yoke_bias. */
YOKE_API const char *yoke_bias_name(enum yoke_bias bias);

/* "none", "relu", "clamp", "sigmoid", "tanh", "gelu"; "?" for a value that is not a
 * yoke_activation. */
YOKE_API const char *yoke_activation_name(enum yoke_activation activation);

/* For stride_r, and for the strides of a matrix product's inputs: the same matrix or image for the
 * whole batch. */
#define YOKE_STRIDE_SHARED ((size_t)-1)

/* All-zero is a valid default: nothing is done. Complex types take no activation, integers take
 * RELU and CLAMP. Neither R nor the bias may overlap C.
 *
 * Accuracy: x = v + bias + R obeys the operator's bound with K + 2 for K, two rounded terms more
 * than v, and |bias| + |R| added to the magnitudes. With e that bound, before storage rounds,
 * |got - want| <= L e + 24 u max(|x|, 1), where L is 1 (GELU: 1.13); 24 u only where act is
 * SIGMOID, TANH or GELU (OpenCL 1.2, section 7.4: exp, tanh and erf). GELU of -infinity is NaN, as
 * the formula makes it. */
struct yoke_epilogue {
    enum yoke_bias bias;               /* optional                                         */
    enum yoke_activation activation;   /* optional                                         */
    double clamp_min, clamp_max;       /* of YOKE_ACT_CLAMP: required, min <= max; rounded to
                                        * the type of the arithmetic                       */
    const void *bias_array;            /* for _run: the bias, in the type of C             */
    const yoke_buffer *bias_buffer;    /* for _enqueue: the bias                           */
    size_t offset_bias;                /* optional, in elements                            */
    const void *residual_array;        /* for _run, optional: R, in the type of C          */
    const yoke_buffer *residual_buffer; /* for _enqueue, optional: R                        */
    size_t ldr, stride_r, offset_r;    /* optional, of R, in elements: from one line to the
                                        * next, from one matrix or image of the batch to the
                                        * next (which may be YOKE_STRIDE_SHARED), and to the
                                        * first; 0 is dense. A line is what lies side by side:
                                        * of a matrix a row (a column for YOKE_COL_MAJOR), of
                                        * images the K channels of a pixel (YOKE_NHWC) or the Q
                                        * pixels of a row of a channel (YOKE_NCHW)          */
};

#ifdef __cplusplus
}
#endif
#endif /* YOKE_EPILOGUE_H */
