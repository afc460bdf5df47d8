/* conv_shapes.h - which convolutions are tested. SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_CONV_SHAPES_H
#define YOKE_TESTS_CONV_SHAPES_H

#include "cases.h"
#include "ref/conv.h"

/* The functions of struct op_case. */
bool conv_edge(size_t i, struct op_shape *s);
void conv_random(struct rng *r, struct op_shape *s);
void conv_cap(struct op_shape *s, size_t max_dim);

#endif /* YOKE_TESTS_CONV_SHAPES_H */
