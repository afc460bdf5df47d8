/* gemm_check_data.h - what a check computes with: arrays, a reference, the verdict on a result.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TUNE_GEMM_CHECK_DATA_H
#define YOKE_TUNE_GEMM_CHECK_DATA_H

#include <stdint.h>

#include "tune/gemm_check.h"

/* Elements before and behind C that nobody may touch. */
enum { YOKE_GEMM_GUARD = 1024 };

/* Whole numbers, whose sums are exact, and numbers in [-1, 1). */
enum yoke_gemm_data { YOKE_GEMM_WHOLE, YOKE_GEMM_REAL, YOKE_GEMM_DATA };

struct yoke_gemm_check {
    yoke_queue *q;
    struct yoke_gemm_problem p;
    void *host[YOKE_GEMM_DATA][YOKE_GEMM_B + 1]; /* C's is where results are read to */
    yoke_buffer *buf[YOKE_GEMM_DATA][YOKE_GEMM_B + 1];
    double *weights; /* N of them, of columns                                       */
    double *sums;    /* batch x M x parts: A (B weights), of the whole numbers       */
};

size_t yoke_gemm_check_bytes(const struct yoke_gemm_check *c, size_t operand);

/* A number of an operand: element (i, j) of matrix b, its real or imaginary part. */
double yoke_gemm_check_at(const struct yoke_gemm_check *c, enum yoke_gemm_data data, size_t operand,
                          size_t b, size_t i, size_t j, size_t part);

/* The next of a row of seeded numbers. */
uint64_t yoke_gemm_check_next(uint64_t *state);

#endif /* YOKE_TUNE_GEMM_CHECK_DATA_H */
