/* gemm.h - a checked matrix product, as the variants and the scheduler see it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_GEMM_H
#define YOKE_OPS_GEMM_GEMM_H

#include "op/choice.h"
#include "op/plan.h"
#include "op/tile.h"
#include "yoke/gemm.h"

/* How an operand is stored: element (i, j) of matrix b of the batch at
 * offset + b * batch + i * row + j * step. */
struct yoke_matrix {
    size_t row, step, batch, offset;
    size_t extent; /* elements from the first to the last, offset included; 0 when empty */
};

/* What a product writes and reads, in the order of a kernel's arguments. R is the residual; the
 * bias is a matrix of C's shape with stride 0 along rows or columns. */
enum yoke_gemm_operand { YOKE_GEMM_C, YOKE_GEMM_A, YOKE_GEMM_B, YOKE_GEMM_BIAS, YOKE_GEMM_R };
enum { YOKE_GEMM_OPERANDS = YOKE_GEMM_R + 1 };

/* C := act(alpha A B + beta C + bias + R) with every default filled in, transpositions and orders
 * turned into strides, and C row-major: C.step is 1. */
struct yoke_gemm_problem {
    enum yoke_type type;
    size_t M, N, K, batch;
    struct yoke_matrix at[YOKE_GEMM_OPERANDS];
    bool conj_a, conj_b, has_bias, has_residual;
    bool allow_tf32;          /* only of f32 */
    double alpha[2], beta[2]; /* real and imaginary part; as the arithmetic holds them */
    enum yoke_activation activation;
    double clamp_min, clamp_max;
    size_t max_workspace_bytes; /* 0: no cap */
    /* Of A and B: packed beforehand (ops/gemm/packed.h), or NULL; and once the device is known,
     * whether in tiles and panels, and of what size. */
    const yoke_gemm_packed *packed[YOKE_GEMM_OPERANDS];
    bool in_panels[YOKE_GEMM_OPERANDS];
    struct yoke_tile tile;
    /* Once the arrays are known: each begins at a multiple of so many bytes, a power of two, at
     * most YOKE_GEMM_ALIGNED, to which OpenCL aligns memory of its own. */
    size_t alignment_bytes[YOKE_GEMM_OPERANDS];
    bool swapped; /* column-major: A is the caller's B and the reverse */
    const char *variant;
};

enum { YOKE_GEMM_ALIGNED = 128 };

/* Rows, columns and type of an operand. The bias counts as it lies in memory: a
 * column, or a row. */
size_t yoke_gemm_rows(const struct yoke_gemm_problem *p, size_t operand);
size_t yoke_gemm_cols(const struct yoke_gemm_problem *p, size_t operand);
enum yoke_type yoke_gemm_type(const struct yoke_gemm_problem *p, size_t operand);

/* Whether the problem has the operand. */
bool yoke_gemm_has(const struct yoke_gemm_problem *p, size_t operand);

/* Whether the problem has the operand and reads it. */
bool yoke_gemm_reads(const struct yoke_gemm_problem *p, size_t operand);

/* Whether the operand is there as an array, and not packed. */
bool yoke_gemm_is_array(const struct yoke_gemm_problem *p, size_t operand);

/* Whether one of them is packed in tiles and panels, which only one row reads. */
bool yoke_gemm_in_panels(const struct yoke_gemm_problem *p);

/* Whether anything is left to do with a sum but alpha and beta. */
bool yoke_gemm_has_epilogue(const struct yoke_gemm_problem *p);

/* Check a descriptor (struct yoke_gemm) and fill in the problem; statuses as of yoke_gemm_run. */
yoke_status yoke_gemm_prepare(const void *descriptor, void *problem);

/* Nothing to compute: C is empty, or stays as it is. */
bool yoke_gemm_is_nothing(const void *problem);

/* YOKE_ERR_UNSUPPORTED where dev lacks what the type needs. */
yoke_status yoke_gemm_check_type(const yoke_device *dev, enum yoke_type type);

/* How many units of dev pay for it: yoke_units_for. */
size_t yoke_gemm_units(const yoke_device *dev, const struct yoke_gemm_problem *problem);

/* For the class (op/class.h): what its functions of these names do. */
yoke_status yoke_gemm_resolve(const yoke_device *dev, void *problem,
                              struct yoke_bindings *bindings);
void yoke_gemm_operand(const void *problem, size_t i, struct yoke_operand *out);
void yoke_gemm_put(void *problem, size_t i, const struct yoke_tensor *tensor, size_t offset);
size_t yoke_gemm_cuts(const void *problem, struct yoke_cut cuts[YOKE_CUTS_MAX]);
void yoke_gemm_part(void *problem, size_t cut, size_t first, size_t n);
void yoke_gemm_key(const void *problem, char key[YOKE_KEY_MAX]);
bool yoke_gemm_describe(enum yoke_type type, const char *key, void *descriptor);
void yoke_gemm_shrink(void *descriptor);
void yoke_gemm_sample(enum yoke_type type, int level, void *descriptor);
double yoke_gemm_known(const void *descriptor, size_t operand, size_t i);

/* The operator: ops/gemm/class.c. Its problems are struct yoke_gemm_problem, whose operands are
 * resolved (ops/gemm/packed.h). */
extern const struct yoke_op_class yoke_gemm_class;

#endif /* YOKE_OPS_GEMM_GEMM_H */
