/* gemm_sum.cl - the sum of the products of parts of K.
 *
 *   C[m,n] = sum_p P[p,m,n] and what gemm.clh makes of it
 *
 * Arrays   P: (parts, M, N), dense, from a_offset on; the others as in gemm.clh.
 * Launch   global (N, M) rounded up to any local size.
 * Memory   reads P once; nothing outside the arrays is touched.
 * Numerics adds the parts in their order: the same in each run. beta 0 does not read C.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA  see yoke.clh
 *          EPILOGUE                  see gemm.clh
 * Uses     yoke, gemm, abi/gemm
 */
__kernel void gemm_sum(__global TC *C, __global const TC *P, __global const TC *bias,
                       __global const TC *residual, const struct yoke_gemm_shape s,
                       const struct gemm_scalars x, const uint parts)
{
    const size_t n = get_global_id(0), m = get_global_id(1);
    if (n >= s.N || m >= s.M) return;

    NUM sum = (NUM)(0);
    for (uint p = 0; p < parts; p++)
        sum += num_load_result(P, s.a_offset + ((size_t)p * s.M + m) * s.N + n);
    gemm_store(C, bias, residual, &s, &x, 0, m, n, sum);
}
