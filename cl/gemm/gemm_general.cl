/* gemm_general.cl - matrix product that takes anything, one result per work-item.
 *
 * Arrays   see gemm.clh
 * Launch   global (N, M, batch) rounded up to any local size.
 * Memory   see gemm_general.clh
 * Numerics see gemm_general.clh
 *
 * Defines  see gemm_general.clh
 * Uses     yoke, gemm, gemm_general, abi/gemm
 */
__kernel void gemm_general(__global TC *C, __global const T *A, __global const T *B,
                           __global const TC *bias, __global const TC *residual,
                           const struct yoke_gemm_shape shape, const struct gemm_scalars scalars)
{
    const struct gemm_args args = { C, A, B, bias, residual, &shape, &scalars };

    gemm_general_element(&args, get_global_id(2), get_global_id(1), get_global_id(0));
}
