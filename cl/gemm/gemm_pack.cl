/* gemm_pack.cl - an operand of many products, packed once and whole.
 *
 * Arrays   see gemm_pack.clh
 * Launch   global (chunks, matrices), local (1, 1).
 * Memory   see gemm_pack.clh
 *
 * Defines  see gemm_pack.clh
 * Uses     yoke, gemm_pack, abi/gemm_pack
 */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_pack(__global R *to, __global const T *from, const struct yoke_gemm_pack_shape shape)
{
    const struct gemm_pack_args args = { to, from, &shape };

    gemm_pack_chunk(&args, get_global_id(1), get_global_id(0));
}
