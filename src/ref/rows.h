/* rows.h - sums over the rows of a result instead of its elements.
 * SPDX-License-Identifier: MIT
 *
 * After BLIS: C x against A (B x), a power of n less work than the elements of C = A B. x holds
 * integers of -4 .. 4 without 0, so that no element is left out and integers stay exact; the bound
 * of a row is the sum of its elements' bounds times |x|. NaN would hide what is beside it. */
#ifndef YOKE_REF_ROWS_H
#define YOKE_REF_ROWS_H

#include "ref/ref.h"

struct yoke_ref_rows {
    const struct yoke_ref *ref;
    size_t n, parts;               /* rows, and numbers in an element                      */
    double *x;                     /* a weight for each element of a row, and a 0          */
    struct yoke_ref_value *values; /* n x parts sums; each row begins at `at` in the array */
};

/* Of a reference that has rows (ref->rows.sum), which must outlive them; NULL without memory. */
struct yoke_ref_rows *yoke_ref_rows_create(const struct yoke_ref *ref);

/* As yoke_ref_check; an element is a row, of as many as there are. */
void yoke_ref_rows_check(const struct yoke_ref_rows *rows, const void *array,
                         struct yoke_ref_result *r);

void yoke_ref_rows_destroy(struct yoke_ref_rows **rows);

#endif /* YOKE_REF_ROWS_H */
