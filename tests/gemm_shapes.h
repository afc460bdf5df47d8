/* gemm_shapes.h - which products are tested. SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_GEMM_SHAPES_H
#define YOKE_TESTS_GEMM_SHAPES_H

#include "cases.h"

/* As in struct op_case. */
bool gemm_edge(size_t i, struct op_shape *s);
void gemm_random(struct rng *r, struct op_shape *s);
void gemm_fit(struct op_shape *s, enum yoke_type type);
void gemm_cap(struct op_shape *s, size_t max_dim);

#endif /* YOKE_TESTS_GEMM_SHAPES_H */
