/* gemm_general.cl - matrix product that takes anything, one result per work-item.
 *
 * Arrays   see gemm.clh
 * Launch   global (N, M, batch) rounded up to any local size.
 * Memory   reads K elements of A and B per result; nothing outside the arrays.
 * Numerics sums in R, one product after another. K = 0 is a sum of 0.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA  see yoke.clh
 *          EPILOGUE                  see gemm.clh
 * Uses     yoke, gemm, abi/gemm
 */
__kernel void gemm_general(__global TC *C, __global const T *A, __global const T *B,
                           __global const TC *bias, __global const TC *residual,
                           const struct yoke_gemm_shape s, const struct gemm_scalars x)
{
    const size_t n = get_global_id(0), m = get_global_id(1), batch = get_global_id(2);
    if (n >= s.N || m >= s.M) return;

    size_t a = s.a_offset + batch * s.a_batch_stride + m * s.a_row_stride;
    size_t b = s.b_offset + batch * s.b_batch_stride + n * s.b_col_stride;
    NUM sum = (NUM)(0);
    for (uint k = 0; k < s.K; k++, a += s.a_col_stride, b += s.b_row_stride)
        sum = num_mul_add(num_conj(num_load(A, a), s.conj_a), num_conj(num_load(B, b), s.conj_b),
                          sum);
    gemm_store(C, bias, residual, &s, &x, batch, m, n, sum);
}
