/* gemm_copy.cl - a matrix without gaps.
 *
 * Arrays   see gemm_copy.clh
 * Launch   global (cols, rows, matrices) rounded up to any local size.
 * Memory   see gemm_copy.clh
 *
 * Defines  see gemm_copy.clh
 * Uses     yoke, gemm_copy, abi/gemm_pack
 */
__kernel void gemm_copy(__global T *to, __global const T *from,
                        const struct yoke_gemm_copy_shape shape)
{
    const struct gemm_copy_args args = { to, from, &shape };

    gemm_copy_element(&args, get_global_id(2), get_global_id(1), get_global_id(0));
}
