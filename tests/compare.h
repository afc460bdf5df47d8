/* compare.h - is a result right?
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_COMPARE_H
#define YOKE_TESTS_COMPARE_H

#include "cases.h"

/* The first point that is wrong, or n when none is. type: of the operation. */
size_t compare_points(const struct op_point *points, size_t n, size_t terms, enum yoke_type type,
                      enum op_values values);

/* The largest difference allowed at a point whose wanted value is finite. */
long double compare_bound(const struct op_point *p, size_t terms, enum yoke_type type,
                          enum op_values values);

#endif /* YOKE_TESTS_COMPARE_H */
