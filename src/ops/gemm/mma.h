/* mma.h - the matrix product by matrix units, as tests and tools see it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_MMA_H
#define YOKE_OPS_GEMM_MMA_H

#include "op/options.h"
#include "op/self_test.h"
#include "op/variant.h"
#include "ops/gemm/gemm.h"

/* A variant's config: the block of C of a work-group, and that of a warp. */
struct yoke_mma_tile {
    unsigned BM, BN, WM, WN;
};

/* What a program of cl/gemm/gemm_mma.clh is compiled for, beside type and tiles. */
struct yoke_mma_form {
    bool units;          /* MMA: the device's matrix units, not their emulation         */
    bool a_by_k, b_by_k; /* elements of A and B lie side by side along k                */
    bool wide;           /* both can be loaded in whole chunks                          */
    bool epilogue;
};

void yoke_mma_options(struct yoke_text *o, bool fma, enum yoke_type type,
                      const struct yoke_variant *row, const struct yoke_mma_form *form);

/* Append a product to the plan, by its variant, by the units or their emulation. */
yoke_status yoke_mma_append(struct yoke_plan *plan, bool units,
                            const struct yoke_gemm_problem *problem);

/* The row of the smallest tiles. */
const struct yoke_variant *yoke_mma_smallest(void);

/* *right: the kernel, by units or their emulation, multiplies small integers without an error.
 * Statuses as of yoke_gemm_run. */
yoke_status yoke_mma_known_answer(yoke_device *dev, enum yoke_type type, bool units, bool *right);

/* Whether dev has matrix units for the type that Yoke can program, and the kernel that uses them
 * compiles and gives a known answer, by a self-test. */
bool yoke_mma_probe(const yoke_device *dev, enum yoke_type type);

/* One for each type of yoke_gemm_mma_takes. */
enum { YOKE_N_MMA_QUESTIONS = 4 };
extern const struct yoke_question yoke_mma_questions[YOKE_N_MMA_QUESTIONS];

#endif /* YOKE_OPS_GEMM_MMA_H */
