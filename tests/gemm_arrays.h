/* gemm_arrays.h - the arrays of a product of a test's shape.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_GEMM_ARRAYS_H
#define YOKE_TESTS_GEMM_ARRAYS_H

#include "cases.h"
#include "ref/gemm.h"

/* R is the residual. */
enum {
    GEMM_C = YOKE_REF_GEMM_C,
    GEMM_A = YOKE_REF_GEMM_A,
    GEMM_B = YOKE_REF_GEMM_B,
    GEMM_R = YOKE_REF_GEMM_R,
    GEMM_BIAS = YOKE_REF_GEMM_BIAS,
    GEMM_ARRAYS = YOKE_REF_GEMM_OPERANDS,
};

struct yoke_ref_place gemm_place_of(const struct op_shape *s, size_t array);

/* Elements to the last one that counts; 0 when the array is not passed. */
size_t gemm_length(const struct op_shape *s, size_t array);

bool gemm_has(const struct op_shape *s, size_t array);
bool gemm_reads_output(const struct op_shape *s);

#endif /* YOKE_TESTS_GEMM_ARRAYS_H */
