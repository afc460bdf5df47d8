/* gemm_copy.cl - a matrix without gaps.
 *
 * Arrays   from: (rows, cols), element (i, j) at offset + b * batch + i * row + j * step for matrix b
 *          of the batch; to: the same, dense, row-major.
 * Launch   global (cols, rows, matrices) rounded up to any local size.
 * Memory   reads nothing outside the matrix.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA  see yoke.clh
 * Uses     yoke
 */
#ifndef COMPLEX
#error "gemm_copy.cl: define COMPLEX"
#endif

struct gemm_copy_shape {
    ulong row, step, batch, offset;
    uint rows, cols;
};

__kernel void gemm_copy(__global T *to, __global const T *from, const struct gemm_copy_shape s)
{
    const size_t j = get_global_id(0), i = get_global_id(1), b = get_global_id(2);
    if (j >= s.cols || i >= s.rows) return;

    const size_t at = s.offset + b * s.batch + i * s.row + j * s.step;
    const size_t dense = (b * s.rows + i) * s.cols + j;
    for (uint part = 0; part <= COMPLEX; part++)
        to[dense * (1 + COMPLEX) + part] = from[at * (1 + COMPLEX) + part];
}
