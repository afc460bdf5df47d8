/* gemm_general.cl - matrix product that takes anything, one result per work-item.
 *
 *   C[m,n] = alpha sum_k A[m,k] B[k,n] + beta C[m,n]
 *
 * Arrays   A: (M, K), element (m, k) at m * a_row + k * a_step; B: (K, N) alike with b_row, b_step;
 *          C: (M, N), row-major with c_row. batch of each.
 * Launch   global (N, M, batch) rounded up to any local size.
 * Memory   reads K elements of A and B per result; nothing outside the three matrices.
 * Numerics sums in T, one product after another. beta 0 does not read C, K = 0 is a sum of 0.
 *
 * Defines  DTYPE, HAVE_FMA  see yoke.clh
 */
struct gemm_shape {
    ulong a_row, a_step, b_row, b_step, c_row;
    ulong a_batch, b_batch, c_batch;
    ulong a_offset, b_offset, c_offset;
    uint M, N, K, gap; /* no padding that a compiler could count differently */
};

__kernel void gemm_general(__global T *C, __global const T *A, __global const T *B,
                           const struct gemm_shape s, const T alpha, const T beta)
{
    const size_t n = get_global_id(0), m = get_global_id(1), batch = get_global_id(2);
    if (n >= s.N || m >= s.M) return;

    C += s.c_offset + batch * s.c_batch + m * s.c_row + n;
    A += s.a_offset + batch * s.a_batch + m * s.a_row;
    B += s.b_offset + batch * s.b_batch + n * s.b_step;

    T sum = 0;
    for (uint k = 0; k < s.K; k++)
        sum = MUL_ADD(A[k * s.a_step], B[k * s.b_row], sum);
    sum *= alpha;
    *C = beta == 0 ? sum : MUL_ADD(beta, *C, sum);
}
