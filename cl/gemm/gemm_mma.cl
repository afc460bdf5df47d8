/* gemm_mma.cl - matrix product by matrix units (mma.clh).
 *
 * Arrays   as in gemm.clh.
 * Launch   work-groups of WG work-items, one for each block of BM x BN results: batch * ceil(M / BM)
 *          * ceil(N / BN) of them. K >= 1.
 * Memory   see gemm_mma.clh
 * Numerics see gemm_mma.clh
 *
 * Defines  BM, BN, WG, MMA, and others  see gemm_mma.clh
 * Uses     yoke, gemm, mma, gemm_mma, abi/gemm
 */
#if !defined(BM) || !defined(BN) || !defined(WG) || !defined(MMA)
#error "gemm_mma.cl: define BM, BN, WG and MMA"
#endif

__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void gemm_mma(__global TC *C, __global const T *A, __global const T *B, __global const TC *bias,
              __global const TC *residual, const struct yoke_gemm_shape shape,
              const struct gemm_scalars scalars)
{
    __local uint4 tiles[2][4 * BM + 4 * BN];
#if MMA == 0
    __local uint emulation[WG / 32 * MMA_SCRATCH];
#else
    __local uint *const emulation = 0;
#endif
    const struct gemm_args args = { C, A, B, bias, residual, &shape, &scalars };

    gemm_mma_block(&args, get_group_id(0), tiles, emulation);
}
