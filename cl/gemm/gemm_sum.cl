/* gemm_sum.cl - a product from partial sums, each over a part of K.
 *
 * Arrays   see gemm_sum.clh
 * Launch   global (N, M) rounded up to any local size.
 * Memory   see gemm_sum.clh
 * Numerics see gemm_sum.clh
 *
 * Defines  see gemm_sum.clh
 * Uses     yoke, gemm, gemm_sum, abi/gemm
 */
__kernel void gemm_sum(__global TC *C, __global const TC *P, __global const TC *bias,
                       __global const TC *residual, const struct yoke_gemm_shape shape,
                       const struct gemm_scalars scalars, const uint parts)
{
    const struct gemm_sum_args args = { { C, 0, 0, bias, residual, &shape, &scalars }, P, parts };

    gemm_sum_element(&args, get_global_id(1), get_global_id(0));
}
