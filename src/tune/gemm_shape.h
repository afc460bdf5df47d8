/* gemm_shape.h - the sizes of a matrix product, for those who make one to be checked or timed.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TUNE_GEMM_SHAPE_H
#define YOKE_TUNE_GEMM_SHAPE_H

#include "ops/gemm/gemm.h"

enum { YOKE_TUNE_DIMS = 4 };

/* M, N, K and batch after it was turned row-major. */
struct yoke_tune_shape {
    enum yoke_type type;
    unsigned trans; /* 2 when A lies transposed, plus 1 when B does */
    size_t dim[YOKE_TUNE_DIMS];
};

struct yoke_tune_shape yoke_gemm_tune_shape(const struct yoke_gemm_problem *p);

/* The plain product of that shape: dense, without scalars. */
struct yoke_gemm yoke_gemm_of_shape(const struct yoke_tune_shape *shape);

/* From its key (op/key.h); false where it is none of a product. */
bool yoke_gemm_shape_of_key(enum yoke_type type, const char *key, struct yoke_tune_shape *out);

/* The plain product of the same type, transposition and size as the caller's. Statuses as of
 * yoke_gemm_tune. */
yoke_status yoke_gemm_tune_plain(const struct yoke_gemm *gemm, struct yoke_gemm_problem *p);

#endif /* YOKE_TUNE_GEMM_SHAPE_H */
