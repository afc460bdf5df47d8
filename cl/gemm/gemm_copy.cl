/* gemm_copy.cl - a matrix without gaps.
 *
 * Arrays   from: (rows, cols), element (i, j) at offset + b * batch_stride + i * row_stride + j *
 *          col_stride for matrix b of the batch; to: the same, dense, row-major.
 * Launch   global (cols, rows, matrices) rounded up to any local size.
 * Memory   reads nothing outside the matrix.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA  see yoke.clh
 * Uses     yoke, abi/gemm_pack
 */
#ifndef COMPLEX
#error "gemm_copy.cl: define COMPLEX"
#endif

__kernel void gemm_copy(__global T *to, __global const T *from, const struct yoke_gemm_copy_shape s)
{
    const size_t j = get_global_id(0), i = get_global_id(1), b = get_global_id(2);
    if (j >= s.cols || i >= s.rows) return;

    const size_t at = s.offset + b * s.batch_stride + i * s.row_stride + j * s.col_stride;
    const size_t dense = (b * s.rows + i) * s.cols + j;
    for (uint part = 0; part <= COMPLEX; part++)
        to[dense * (1 + COMPLEX) + part] = from[at * (1 + COMPLEX) + part];
}
