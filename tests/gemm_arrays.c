/* gemm_arrays.c - the arrays of a product of a test's shape. SPDX-License-Identifier: MIT */
#include "gemm_arrays.h"

struct yoke_ref_place gemm_place_of(const struct op_shape *s, size_t array)
{
    struct yoke_gemm g = s->gemm;

    g.epilogue = &s->epilogue;
    return yoke_ref_gemm_place(&g, array);
}

bool gemm_has(const struct op_shape *s, size_t array)
{
    if (array == GEMM_R) return s->has_epilogue && s->has_residual;
    return array != GEMM_BIAS || (s->has_epilogue && s->epilogue.bias != YOKE_BIAS_NONE);
}

/* The bias is as long as the rows or columns it belongs to, even where C is empty. */
size_t gemm_length(const struct op_shape *s, size_t array)
{
    const struct yoke_ref_place p = gemm_place_of(s, array);

    if (!gemm_has(s, array)) return 0;
    if (array == GEMM_BIAS) return p.offset + (p.row_stride ? p.rows : p.cols);
    if (p.rows == 0 || p.cols == 0) return p.offset;
    return yoke_ref_place_at(&p, p.batch - 1, p.rows - 1, p.cols - 1) + 1;
}

bool gemm_reads_output(const struct op_shape *s)
{
    return s->has_beta && (s->beta[0] != 0.0 || s->beta[1] != 0.0);
}
