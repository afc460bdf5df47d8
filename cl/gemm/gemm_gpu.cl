/* gemm_gpu.cl - matrix product on devices whose work-items share local memory and have many
 * registers.
 *
 * Arrays   see gemm.clh; no complex numbers.
 * Launch   a work-group of ITEMS for each block of BM x BN results: x counts them, along N first;
 *          y counts the matrices of the batch. K >= 1.
 * Memory   see gemm_gpu.clh
 * Numerics see gemm_gpu.clh
 *
 * Defines  BM, BN, BK, and others  see gemm_gpu.clh
 *          SUB_GROUP               work-items that Intel's compiler takes together; 0: as it likes
 * Uses     yoke, gemm, gemm_gpu, abi/gemm
 */
#if !defined(BM) || !defined(BN) || !defined(BK) || !defined(SUB_GROUP)
#error "gemm_gpu.cl: define BM, BN, BK and SUB_GROUP"
#endif

#if SUB_GROUP != 0
__attribute__((intel_reqd_sub_group_size(SUB_GROUP)))
#endif
__kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1)))
void gemm_gpu(__global TC *C, __global const T *A, __global const T *B, __global const TC *bias,
              __global const TC *residual, const struct yoke_gemm_shape shape,
              const struct gemm_scalars scalars)
{
    __local V blocks[BK * (BM + BN) / VW];
    const struct gemm_args args = { C, A, B, bias, residual, &shape, &scalars };

    gemm_gpu_block(&args, get_global_offset(1) + get_group_id(1), get_group_id(0), blocks);
}
