/* conv.h - convolution in plain loops.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_REF_CONV_H
#define YOKE_REF_CONV_H

#include "base/size.h"
#include "ref/ref.h"
#include "yoke/conv.h"

/* Length of a filter's side of so many taps on the image. */
static inline size_t yoke_ref_conv_reach(size_t n_taps, size_t dilation)
{
    return yoke_size_or_one(dilation) * (n_taps - 1) + 1;
}

/* P and Q; 0 for a filter larger than the padded image. */
size_t yoke_ref_conv_rows(const struct yoke_conv *conv);
size_t yoke_ref_conv_cols(const struct yoke_conv *conv);

/* Where an element of the residual lies: element (n, k, p, q) at offset + n * image + k * channel +
 * p * row + q * col. */
struct yoke_ref_conv_residual {
    size_t offset, image, channel, row, col;
};

/* Of a descriptor that has one. */
struct yoke_ref_conv_residual yoke_ref_conv_residual(const struct yoke_conv *conv);

/* The convolution of a descriptor that the library takes: its arrays as in yoke_conv_run, those of
 * the epilogue in the epilogue. The arrays may be NULL where only sizes are asked for. The result
 * is N x K x P x Q in the order of the layout. */
void yoke_ref_conv(struct yoke_ref *ref, const struct yoke_conv *conv, enum yoke_ref_data data,
                   const void *X, const void *W);

#endif /* YOKE_REF_CONV_H */
