/* rows.c - sums over the rows of a result instead of its elements.
 * SPDX-License-Identifier: MIT */
#include "ref/rows.h"

#include <assert.h>
#include <stdlib.h>

#include "base/element.h"
#include "base/random.h"

static void draw_weights(struct yoke_ref_rows *rows)
{
    uint64_t random = rows->n + rows->ref->rows.length;

    for (size_t i = 0; i < rows->ref->rows.length; i++) {
        const double size = 1.0 + (double)yoke_random_below(&random, 4);
        rows->x[i] = yoke_random_below(&random, 2) ? size : -size;
    }
}

struct yoke_ref_rows *yoke_ref_rows_create(const struct yoke_ref *ref)
{
    struct yoke_ref_rows *rows = calloc(1, sizeof *rows);

    assert(ref->rows.sum);
    if (!rows) return NULL;
    rows->ref = ref;
    rows->parts = yoke_type_parts(ref->type);
    rows->n = 1;
    for (size_t d = 0; d < ref->rows.n_dims; d++)
        rows->n *= ref->rows.dims[d];
    rows->x = calloc(ref->rows.length + 1, sizeof *rows->x);
    rows->values = calloc(rows->n * rows->parts + 1, sizeof *rows->values);
    if (rows->x) draw_weights(rows);
    if (!rows->x || !rows->values || !ref->rows.sum(rows)) yoke_ref_rows_destroy(&rows);
    return rows;
}

/* Sums that no type stores. */
void yoke_ref_rows_check(const struct yoke_ref_rows *rows, const void *array,
                         struct yoke_ref_result *r)
{
    const struct yoke_ref *ref = rows->ref;
    const size_t parts = rows->parts, step = ref->rows.step * parts;

    *r = (struct yoke_ref_result){ .passed = true };
    for (size_t i = 0; i < rows->n * parts; i++) {
        const struct yoke_ref_value *value = &rows->values[i];
        long double got = 0.0L;
        for (size_t k = 0; k < ref->rows.length; k++)
            got += rows->x[k] *
                   (long double)yoke_element_get(ref->result, array, value->at + k * step);
        yoke_ref_judge(r, YOKE_F64, i / parts, value, got);
    }
    r->elements = r->total = rows->n;
}

void yoke_ref_rows_destroy(struct yoke_ref_rows **rows)
{
    if (!*rows) return;
    free((*rows)->x);
    free((*rows)->values);
    free(*rows);
    *rows = NULL;
}
