/* check.h - results of GEMM and convolution against plain loops in double precision.
 * SPDX-License-Identifier: MIT
 *
 * Each number must be within the bound that yoke/gemm.h, yoke/epilogue.h or yoke/conv.h gives, plus
 * gamma(k + 2) of double for the reference's own rounding; integers must be equal. Past 2e9
 * operations a seeded sample of the elements is checked, its first and last always. */
#ifndef YOKE_CLI_CHECK_H
#define YOKE_CLI_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "yoke/conv.h"
#include "yoke/gemm.h"

struct check {
    size_t elements;    /* looked at                                         */
    size_t total;       /* that there are                                    */
    double worst_ratio; /* of error to bound; infinity for a stray NaN       */
    bool passed;        /* worst_ratio <= 1                                  */
};

/* Row-major, offsets 0; leading dimensions and strides as in yoke/gemm.h, the epilogue's arrays
 * those of yoke_gemm_run. C0 is what C was before, or NULL where beta is 0. */
void check_gemm(struct check *check, const struct yoke_gemm *gemm, const void *C, const void *A,
                const void *B, const void *C0, uint64_t seed);

/* bias may be NULL. */
void check_conv(struct check *check, const struct yoke_conv *conv, const void *Y, const void *X,
                const void *W, const void *bias, uint64_t seed);

#endif /* YOKE_CLI_CHECK_H */
