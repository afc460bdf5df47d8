/* gemm_mma.cl - matrix product by matrix units (mma.clh).
 *
 * Arrays   as in gemm.clh.
 * Launch   work-groups of WG = 32 * BM / WM * BN / WN work-items, one for each block of BM x BN
 *          results: batch * ceil(M / BM) * ceil(N / BN) of them. K >= 1.
 * Memory   a slab of BM rows of A and one of BN columns of B lie in local memory, 64 bytes of each
 *          row and column; the next ones are fetched to registers meanwhile and go to a second pair
 *          of slabs. A warp sums WM x WN results. 128 (BM + BN) bytes of local memory.
 * Numerics sums as in mma.clh, the rest as in gemm.clh: within gamma(3 K + 39) (|alpha| |A| |B| +
 *          |beta| |C|) by NVIDIA's units, gamma(K + 2) by emulation; integers are exact. Floats are
 *          first rounded to tf32, which adds 2^-10 |alpha| |A| |B|.
 *
 * Defines  DTYPE, HAVE_FMA, COMPLEX  see yoke.clh; COMPLEX is 0
 *          EPILOGUE        see gemm.clh
 *          MMA             see mma.clh
 *          WG, WIDE        see slab.clh
 *          BM, BN, WM, WN  tiles of a work-group and of a warp. WM and WN are multiples of 16, BM
 *                          and BN of WG / 2
 *          A_BY_K, B_BY_K  1 = a_col_stride, b_row_stride are 1; 0 = a_row_stride, b_col_stride are
 * Uses     yoke, gemm, mma, slab, abi/gemm
 */
#if !defined(BM) || !defined(BN) || !defined(WM) || !defined(WN) || !defined(WG)
#error "gemm_mma.cl: define BM, BN, WM, WN and WG"
#endif
#if !defined(A_BY_K) || !defined(B_BY_K) || !defined(WIDE) || !defined(MMA)
#error "gemm_mma.cl: define A_BY_K, B_BY_K, WIDE and MMA"
#endif

#if WG != 32 * (BM / WM) * (BN / WN)
#error "gemm_mma.cl: WG is 32 for each warp"
#endif
#define PITCH (WN + 8) /* of results in local memory: pairs of rows use different banks */
#define STRIP 8 /* rows of blocks whose slabs of B are in the cache together */

#if A_BY_K == 1 || WIDE == 0
typedef uint4 held_a[4 * BM / WG];
#define FETCH_A(held, x, k) fetch_rows(held, x, BM, A_BY_K, k)
#define STASH_A(slab, held) stash_rows(slab, held, BM, A_BY_K, true)
#else
typedef pair held_a[2 * BM / WG * CHUNK];
#define FETCH_A(held, x, k) fetch_pairs(held, x, BM, k)
#define STASH_A(slab, held) stash_pairs(slab, held, BM, true)
#endif
#if B_BY_K == 1 || WIDE == 0
typedef uint4 held_b[4 * BN / WG];
#define FETCH_B(held, x, k) fetch_rows(held, x, BN, B_BY_K, k)
#define STASH_B(slab, held) stash_rows(slab, held, BN, B_BY_K, false)
#else
typedef pair held_b[2 * BN / WG * CHUNK];
#define FETCH_B(held, x, k) fetch_pairs(held, x, BN, k)
#define STASH_B(slab, held) stash_pairs(slab, held, BN, false)
#endif

/* Where block i of the batch's matrix begins: strips of STRIP rows of blocks, column by column. */
INLINE uint2 block_at(const uint i, const uint M, const uint N)
{
    const uint high = (M - 1) / BM + 1, wide = (N - 1) / BN + 1;
    const uint strip = i / (STRIP * wide), rest = i % (STRIP * wide);
    const uint rows = min((uint)STRIP, high - strip * STRIP);

    return (uint2)((strip * STRIP + rest % rows) * BM, rest / rows * BN);
}

/* The warp's tile += its rows of slab a times its columns of slab b, both from pair 0 on.
 *
 * Row g of a tile of mma.clh is row 2 g of 16, row g + 8 is row 2 g + 1; column g of an even tile
 * is column 2 g of 16, of an odd one column 2 g + 1. Words t and t + 4 of a tile are the first two
 * words of unit t, then the other two: another order of k, the same for A and B. */
INLINE void multiply(mma_acc acc[WM / 16][WN / 8], __local const uint4 *a, __local const uint4 *b,
                     const uint lane, __local uint *scratch)
{
    const uint g = lane / 4, t = lane % 4;

    UNROLL
    for (uint quad = 0; quad < 2; quad++) {
        uint4 x[WM / 16];
        UNROLL
        for (uint i = 0; i < WM / 16; i++)
            x[i] = a[slab_at(8 * i + g, t, quad)];
        UNROLL
        for (uint j = 0; j < WN / 16; j++) {
            const uint4 y = b[slab_at(8 * j + g, t, quad)];
            UNROLL
            for (uint i = 0; i < WM / 16; i++) {
                tile_mma(&acc[i][2 * j], x[i], y.xy, lane, scratch);
                tile_mma(&acc[i][2 * j + 1], x[i], y.zw, lane, scratch);
            }
        }
    }
}

/* 16 rows of the warp's results, from tile row i of acc, to the warp's part of local memory. */
INLINE void spread(__local mma_acc *to, mma_acc acc[WN / 8], const uint lane)
{
    to += lane / 4 * 2 * (PITCH / 4) + lane % 4;
    UNROLL
    for (uint j = 0; j < WN / 8; j += 2) {
        const mma_acc even = acc[j], odd = acc[j + 1];
        to[j * 2] = (mma_acc)(even.x, odd.x, even.y, odd.y);
        to[j * 2 + PITCH / 4] = (mma_acc)(even.z, odd.z, even.w, odd.w);
    }
}

__kernel __attribute__((reqd_work_group_size(WG, 1, 1)))
void gemm_mma(__global TC *C, __global const T *A, __global const T *B,
              __global const TC *bias, __global const TC *residual, const struct yoke_gemm_shape s,
              const struct gemm_scalars scalars)
{
    const struct gemm_args args = { C, A, B, bias, residual, &s, &scalars };
    __local uint4 slabs[2][4 * BM + 4 * BN];
#if MMA == 0
    __local uint scratch[WG / 32 * MMA_SCRATCH];
#else
    __local uint *const scratch = 0;
#endif
    const uint lane = get_local_id(0) % 32, warp = get_local_id(0) / 32;
    const uint m_warp = warp / (BN / WN) * WM, n_warp = warp % (BN / WN) * WN;
    const uint n_blocks = ((s.M - 1) / BM + 1) * ((s.N - 1) / BN + 1);
    const ulong batch = get_group_id(0) / n_blocks;
    const uint2 block = block_at(get_group_id(0) % n_blocks, s.M, s.N);
    const struct operand a = { (__global const element *)A + s.a_offset + batch * s.a_batch_stride +
                                   block.x * s.a_row_stride,
                               A_BY_K ? s.a_row_stride : 1, A_BY_K ? 1 : s.a_col_stride,
                               min((uint)BM, s.M - block.x) - 1, s.K };
    const struct operand b = { (__global const element *)B + s.b_offset + batch * s.b_batch_stride +
                                   block.y * s.b_col_stride,
                               B_BY_K ? s.b_col_stride : 1, B_BY_K ? 1 : s.b_row_stride,
                               min((uint)BN, s.N - block.y) - 1, s.K };
    mma_acc acc[WM / 16][WN / 8];
    held_a next_a;
    held_b next_b;
    uint now = 0;

    UNROLL
    for (uint i = 0; i < WM / 16; i++)
        UNROLL
        for (uint j = 0; j < WN / 8; j++)
            acc[i][j] = (mma_acc)(0);

    FETCH_A(next_a, &a, 0);
    FETCH_B(next_b, &b, 0);
    for (uint k = SLAB_K;; k += SLAB_K, now ^= 1) {
        STASH_A(slabs[now], next_a);
        STASH_B(slabs[now] + 4 * BM, next_b);
        barrier(CLK_LOCAL_MEM_FENCE);
        if (k < s.K) {
            FETCH_A(next_a, &a, k);
            FETCH_B(next_b, &b, k);
        }
        multiply(acc, slabs[now] + 4 * m_warp, slabs[now] + 4 * BM + 4 * n_warp, lane,
                 scratch + warp * MMA_SCRATCH);
        if (k >= s.K) break;
    }

    __local mma_acc *sums = (__local mma_acc *)slabs + warp * (16 * PITCH / 4);
    UNROLL
    for (uint i = 0; i < WM / 16; i++) {
        barrier(CLK_LOCAL_MEM_FENCE);
        spread(sums, acc[i], lane);
        barrier(CLK_LOCAL_MEM_FENCE);
        for (uint r = 0; r < 16; r++) {
            const uint m = block.x + m_warp + 16 * i + r;
            if (m >= s.M) break;
            for (uint c = lane; c < WN; c += 32) {
                const uint n = block.y + n_warp + c;
                if (n < s.N)
                    gemm_store(&args, batch, m, n,
                               ((__local const NUM *)sums)[r * PITCH + c]);
            }
        }
    }
}
