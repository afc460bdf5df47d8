/* yoke/conv.h - convolution of images with a bank of filters, forward.
 * SPDX-License-Identifier: MIT
 *
 *   Y[n,k,p,q] = bias[k] + sum_{c,r,s} X[n, g C/groups + c, p stride - pad + r dilation,
 *                                        q stride - pad + s dilation] * W[k,c,r,s]
 *
 * with g the group of k and X zero outside the image: cross-correlation, what deep learning (and
 * ONNX's Conv) calls convolution. With true_convolution each filter is turned by 180 degrees
 * (W[k, c, R-1-r, S-1-s]), which gives C(i,j) = sum A(i-k, j-l) B(k,l).
 *
 *   X     N x C x H x W              Y  N x K x P x Q     in the order of the layout, dense
 *   W     K x (C / groups) x R x S   (NHWC: K x R x S x (C / groups))
 *   bias  K
 *   P = (H + pad_h[0] + pad_h[1] - dilation_h (R - 1) - 1) / stride_h + 1, rounded down; Q alike
 *
 * Accuracy: as in yoke/gemm.h with gamma(C / groups R S + 2) (|X| * |W| + |bias|). */
#ifndef YOKE_CONV_H
#define YOKE_CONV_H

#include <stdbool.h>
#include <stddef.h>

#include "yoke/queue.h"
#include "yoke/team.h"
#include "yoke/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All-zero is a valid default for every field marked optional. */
struct yoke_conv {
    size_t N, C, H, W;             /* required: images, channels, rows, columns; N = 0: nothing
                                    * to do, the others at least 1                           */
    size_t K, R, S;                /* required: filters, their rows, their columns; >= 1     */
    enum yoke_type type;           /* optional, of all arrays: YOKE_F32 (or YOKE_F64)        */
    enum yoke_layout layout;       /* optional, of X, W and Y: YOKE_NCHW                     */
    size_t stride_h, stride_w;     /* optional: 0 is 1                                       */
    size_t dilation_h, dilation_w; /* optional: 0 is 1                                       */
    size_t pad_h[2], pad_w[2];     /* optional: absent rows and columns before and after: they
                                    * add nothing, also where a weight is infinite or NaN    */
    size_t groups;                 /* optional: 0 is 1; divides C and K                      */
    bool true_convolution;         /* optional: turn each filter by 180 degrees              */
    const char *variant;           /* optional: use this one (yoke_op_variant_name)          */
};

/* Rows P and columns Q of the output images.
 *
 *   YOKE_ERR_INVALID  a NULL argument, a dimension of 0, groups that do not divide, a filter
 *                     larger than the padded image, or sizes whose product overflows
 *   YOKE_ERR_LIMIT    a dimension above 2^31 - 1
 *   YOKE_ERR_UNSUPPORTED  a type other than f32 and f64
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_conv_output(const struct yoke_conv *conv, size_t *P,
                                                      size_t *Q);

/* Host arrays in, host arrays out: split over the team, returns when Y is complete. Y may not
 * overlap the others. bias (K elements) and report may be NULL.
 *
 *   YOKE_ERR_INVALID      as above
 *   YOKE_ERR_LIMIT        as above, or arrays or sums past a device's limits
 *   YOKE_ERR_UNSUPPORTED  as above, no device of the team has the type, or the variant asked for
 *                         does not take this convolution there
 *   YOKE_ERR_NO_MEMORY    the host or a device is out of memory
 *   YOKE_ERR_BUILD        no variant compiles on a device
 *   YOKE_ERR_DEVICE       a device failed
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_conv_run(yoke_team *team, const struct yoke_conv *conv,
                                                   void *Y, const void *X, const void *W,
                                                   const void *bias, struct yoke_report *report);

/* The same on device buffers of q's device; returns when the work is queued. Y must differ from
 * the others; bias may be NULL. event may be NULL; otherwise the caller owns *event on success, and
 * on failure it is NULL. Statuses as above; YOKE_ERR_INVALID also for a buffer that is too small or
 * of another device. */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_conv_enqueue(yoke_queue *q, const struct yoke_conv *conv,
                                                       yoke_buffer *Y, const yoke_buffer *X,
                                                       const yoke_buffer *W,
                                                       const yoke_buffer *bias, yoke_event **event);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_CONV_H */
