/* gpu.h - the programs of gemm_gpu.cl.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_GPU_H
#define YOKE_OPS_GEMM_GPU_H

#include "op/options.h"
#include "ops/gemm/gemm.h"

/* Makers of GPUs, as far as they want different tiles or options. CDNA: AMD's gfx90a and its heirs,
 * which multiply pairs. MAX: Intel's Data Center GPU Max. */
enum yoke_gpu_maker {
    YOKE_GPU_OTHER,
    YOKE_GPU_NVIDIA,
    YOKE_GPU_AMD,
    YOKE_GPU_CDNA,
    YOKE_GPU_INTEL,
    YOKE_GPU_MAX,
};
enum { YOKE_GPU_MAKERS = YOKE_GPU_MAX + 1 };

/* A variant's config: a tile of f32. Tiles of doubles are half as wide, and so are their steps. */
struct yoke_gpu_tile {
    unsigned BM, BN, BK, TM, TN;
    unsigned registers; /* of a work-item on NVIDIA, or 0        */
    unsigned rates;     /* its line in the table of rates: gpu.c */
};

/* What a program of a row depends on beside type and epilogue. */
struct yoke_gemm_gpu_form {
    bool a_along_k, b_along_k; /* the operand's steps in K are 1 */
    bool wide;                 /* pieces of 16 bytes of arithmetic can be loaded */
};

void yoke_gemm_gpu_add_options(struct yoke_text *o, const struct yoke_variant *row,
                               enum yoke_type type, const struct yoke_gemm_gpu_form *form,
                               enum yoke_gpu_maker maker);

/* How much of a maker's device a row fills with work, in per cent of the best; 0: not for it. */
unsigned yoke_gemm_gpu_rate(const struct yoke_variant *row, enum yoke_gpu_maker maker);

#endif /* YOKE_OPS_GEMM_GPU_H */
