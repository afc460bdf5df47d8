/* gemm_gpu.cl - matrix product on devices whose work-items share local memory and have many
 * registers.
 *
 * Arrays   see gemm.clh; no complex numbers.
 * Launch   a work-group of ITEMS for each tile of BM x BN results: x counts them, along N first;
 *          y counts the matrices of the batch. K >= 1.
 * Memory   blocks of BM x BK of A and BK x BN of B go through local memory, which holds one of each;
 *          those of the next step are on their way in registers meanwhile. Items take pieces of WIDE
 *          numbers that lie side by side; rows past the last are read from the last instead, and
 *          the first block of K has the odd part, with zeros for what lacks. Nothing outside the
 *          arrays is touched.
 * Numerics sums in R, one product after another.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA   see yoke.clh; COMPLEX must be 0
 *          EPILOGUE                   see gemm.clh
 *          BM, BN, BK                 results of a work-group, and the steps of K
 *          TM, TN                     results of an item, multiples of VW. BM / TM, BN / TN: of 8
 *          A_ALONG_K, B_ALONG_K       1 = the array's steps in K are 1; 0 = its steps in M, or N
 *          WIDE                       VW = the other stride, all offsets and the size that goes in
 *                                     steps of 1 are multiples of VW; else 1
 *          SUB_GROUP                  items that Intel's compiler takes together; 0: as it likes
 * Uses     yoke, gemm, abi/gemm
 */
#if !defined(DTYPE) || !defined(BM) || !defined(BN) || !defined(BK) || !defined(TM) ||             \
    !defined(TN)
#error "gemm_gpu.cl: define DTYPE, BM, BN, BK, TM and TN"
#endif
#if !defined(A_ALONG_K) || !defined(B_ALONG_K) || !defined(WIDE) || !defined(SUB_GROUP)
#error "gemm_gpu.cl: define A_ALONG_K, B_ALONG_K, WIDE and SUB_GROUP"
#endif
#if !defined(COMPLEX) || COMPLEX != 0
#error "gemm_gpu.cl: define COMPLEX as 0"
#endif

#define VW (DTYPE == F64 ? 2 : 4) /* numbers in 16 bytes of local memory */
#if DTYPE == F64
typedef double2 V;
typedef double2 WIDE_T;
#define STORE_V vstore2
#else
typedef PASTE(R_NAME, 4) V;
#define STORE_V vstore4
#if DTYPE == F32
typedef float4 WIDE_T;
#elif DTYPE == S8
typedef char4 WIDE_T;
#else
typedef ushort4 WIDE_T;
#endif
#endif

#define GX (BN / TN) /* items along N, */
#define GY (BM / TM) /* along M        */
#define ITEMS (GX * GY)
#define LANES_K (2 * VW / WIDE) /* neighbours that take pieces of one row: 2 VW numbers of it */

/* An item's pieces, those of A first. Of piece p: */
#define A_PIECES (BM * BK / WIDE / ITEMS)
#define PIECES (A_PIECES + BN * BK / WIDE / ITEMS)
#define OF_A(p) ((p) < A_PIECES)
#define ALONG_K(p) (OF_A(p) ? A_ALONG_K : B_ALONG_K)
#define ROWS(p) (OF_A(p) ? BM : BN) /* of the block in M, or N */

/* A piece as it lies in memory, and as numbers of the arithmetic. */
#if WIDE == 1
typedef T PIECE;
typedef R NUMBERS;
#else
typedef WIDE_T PIECE;
typedef V NUMBERS;
#endif
INLINE NUMBERS numbers_of(const PIECE piece)
{
#if DTYPE == F16 && WIDE == 1
    return vload_half(0, (const half *)&piece);
#elif DTYPE == F16
    return vload_half4(0, (const half *)&piece);
#elif DTYPE == BF16 && WIDE == 1
    return as_float((uint)piece << 16);
#elif DTYPE == BF16
    return as_float4(convert_uint4(piece) << 16);
#elif DTYPE == S8 && WIDE != 1
    return convert_int4(piece);
#else
    return piece;
#endif
}

/* Where piece p of an item begins in its block: k is ITEM_K + PIECE_K, the latter being constant.
 * Pieces are counted along K first within LANES_K neighbours, else along the row; LINE(p) of them,
 * a multiple or a part of ITEMS, fill what those have in common. */
#define LINE(p) (ALONG_K(p) ? LANES_K * ROWS(p) : ROWS(p) / WIDE)
#define NTH(p) ((OF_A(p) ? p : p - A_PIECES) * ITEMS)
#define PIECE_K(p) (NTH(p) / LINE(p) * (ALONG_K(p) ? LANES_K * WIDE : 1))
INLINE uint item_k(const uint p)
{
    const uint lid = get_local_id(0), line = lid / LINE(p);
    return ALONG_K(p) ? (line * LANES_K + lid % LANES_K) * WIDE : line;
}
INLINE uint piece_row(const uint p)
{
    const uint lid = get_local_id(0);
    return ALONG_K(p) ? lid / LANES_K % ROWS(p) + NTH(p) / LANES_K % ROWS(p)
                      : (lid % LINE(p) + NTH(p) % LINE(p)) * WIDE;
}

/* Number (k, row) of a block in local memory is at k * rows + (row ^ SWAP(k, along_k)): what
 * neighbours store at a time then falls into different banks, for any way that pieces lie. */
#define SWAP(k, along_k) ((along_k) ? (k) / VW % 2 * 4 * VW : 0)

/* Operands from their blocks on, and the distance of what is not side by side. */
struct operands {
    __global const T *A, *B;
    size_t a_stride, b_stride;
};

/* Piece p. The offset has 32 bits and is the same for most pieces; what differs and what moves on is
 * a pointer that all items share. */
INLINE PIECE piece_at(const struct operands *o, const uint p, const uint offset_bytes)
{
    const size_t stride = ALONG_K(p) ? 1 : OF_A(p) ? o->a_stride : o->b_stride;
    __global const T *x = (OF_A(p) ? o->A : o->B) + PIECE_K(p) * stride;
    return *(__global const PIECE *)((__global const char *)x + offset_bytes);
}

INLINE void move_on(struct operands *o, const uint k)
{
    o->A += k * (A_ALONG_K ? 1 : o->a_stride);
    o->B += k * (B_ALONG_K ? 1 : o->b_stride);
}

/* The pieces of the first blocks, of which k < n_k and so many rows exist, and their offsets. */
INLINE void blocks_first(PIECE pieces[PIECES], uint offsets[PIECES], const struct operands *o,
                         const uint a_rows, const uint b_rows, const uint n_k)
{
#pragma unroll
    for (uint p = 0; p < PIECES; p++) {
        const uint stride = OF_A(p) ? o->a_stride : o->b_stride, k = item_k(p);
        const uint last = (OF_A(p) ? a_rows : b_rows) - (ALONG_K(p) ? 1 : WIDE);
        const uint row = min(piece_row(p), last);

        offsets[p] = (ALONG_K(p) ? row * stride + k : k * stride + row) * (uint)sizeof(T);
        pieces[p] = (PIECE)(0);
        if (k + PIECE_K(p) < n_k) pieces[p] = piece_at(o, p, offsets[p]);
    }
}

INLINE void blocks_next(PIECE pieces[PIECES], const uint offsets[PIECES], const struct operands *o)
{
#pragma unroll
    for (uint p = 0; p < PIECES; p++)
        pieces[p] = piece_at(o, p, offsets[p]);
}

INLINE void blocks_put(__local R *blocks, const PIECE pieces[PIECES])
{
#pragma unroll
    for (uint p = 0; p < PIECES; p++) {
        const uint k = item_k(p) + PIECE_K(p), row = piece_row(p) ^ SWAP(k, ALONG_K(p));
        __local R *to = blocks + (OF_A(p) ? 0 : BK * BM) + k * ROWS(p) + row;
        const NUMBERS numbers = numbers_of(pieces[p]);
#if WIDE == 1
        *to = numbers;
#else
        R r[VW];
        STORE_V(numbers, 0, r);
        if (!ALONG_K(p)) *(__local V *)to = numbers;
#pragma unroll
        for (uint i = 0; i < VW; i++)
            if (ALONG_K(p)) to[i * ROWS(p)] = r[i];
#endif
    }
}

/* An item's numbers of A and B for one k: vectors GY, or GX, apart. */
INLINE void fetch(R a[TM], V b[TN / VW], __local const V *blocks, const uint k, const uint x,
                  const uint y)
{
    /* In this order compilers find that most of the address is constant. */
    __local const V *from_a = blocks + (y ^ SWAP(k, A_ALONG_K) / VW);
    __local const V *from_b = blocks + (x ^ SWAP(k, B_ALONG_K) / VW);
#pragma unroll
    for (uint i = 0; i < TM / VW; i++)
        STORE_V(from_a[k * (BM / VW) + i * GY], i, a);
#pragma unroll
    for (uint j = 0; j < TN / VW; j++)
        b[j] = from_b[(BK * BM + k * BN) / VW + j * GX];
}

/* acc += the blocks' product. The numbers for the next k are fetched after half of the rows: early
 * enough to arrive in time, late enough to take few registers. */
INLINE void multiply(V acc[TM][TN / VW], __local const V *blocks, const uint x, const uint y)
{
    R a[2][TM];
    V b[2][TN / VW];

    fetch(a[0], b[0], blocks, 0, x, y);
#pragma unroll
    for (uint k = 0; k < BK; k++)
#pragma unroll
        for (uint i = 0; i < TM; i++) {
            if (i == TM / 2 && k + 1 < BK)
                fetch(a[(k + 1) % 2], b[(k + 1) % 2], blocks, k + 1, x, y);
#pragma unroll
            for (uint j = 0; j < TN / VW; j++)
                acc[i][j] = MUL_ADD((V)(a[k % 2][i]), b[k % 2][j], acc[i][j]);
        }
}

#if SUB_GROUP != 0
__attribute__((intel_reqd_sub_group_size(SUB_GROUP)))
#endif
__kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1)))
void gemm_gpu(__global TC *C, __global const T *A, __global const T *B, __global const TC *bias,
              __global const TC *residual, const struct yoke_gemm_shape s,
              const struct gemm_scalars scalars)
{
    const struct gemm_args args = { C, A, B, bias, residual, &s, &scalars };
    __local V blocks[BK * (BM + BN) / VW];
    const uint tiles_n = (s.N + BN - 1) / BN, tile = get_group_id(0);
    const uint m0 = tile / tiles_n * BM, n0 = tile % tiles_n * BN;
    const size_t batch = get_global_offset(1) + get_group_id(1);
    /* 32 neighbours are 8 x 4 items: they read few different numbers at a time. */
    const uint lane = get_local_id(0) % 32, lanes = get_local_id(0) / 32;
    const uint x = lane / 2 % 8 + lanes % (GX / 8) * 8;
    const uint y = lane % 2 + lane / 16 * 2 + lanes / (GX / 8) * 4;

    uint k = (s.K - 1) % BK + 1; /* the end of the blocks that are on their way */
    PIECE pieces[PIECES];
    uint offsets[PIECES];
    V acc[TM][TN / VW];

    struct operands o = {
        A + s.a_offset + batch * s.a_batch_stride + m0 * (A_ALONG_K ? s.a_row_stride : 1),
        B + s.b_offset + batch * s.b_batch_stride + n0 * (B_ALONG_K ? s.b_col_stride : 1),
        A_ALONG_K ? s.a_row_stride : s.a_col_stride, B_ALONG_K ? s.b_col_stride : s.b_row_stride,
    };
    blocks_first(pieces, offsets, &o, s.M - m0, s.N - n0, k);
    move_on(&o, k);
#pragma unroll
    for (uint i = 0; i < TM; i++)
#pragma unroll
        for (uint j = 0; j < TN / VW; j++)
            acc[i][j] = (V)(0);

    bool more;
    do {
        blocks_put((__local R *)blocks, pieces);
        barrier(CLK_LOCAL_MEM_FENCE);
        more = k < s.K;
        if (more) {
            blocks_next(pieces, offsets, &o);
            move_on(&o, BK);
            k += BK;
        }
        multiply(acc, blocks, x, y);
        barrier(CLK_LOCAL_MEM_FENCE);
    } while (more);

    /* The epilogue is long, so there is one for all rows, which move up. */
#pragma unroll 1
    for (uint i = 0; i < TM; i++) {
        const uint m = m0 + (i / VW * GY + y) * VW + i % VW;
        R row[TN];
#pragma unroll
        for (uint j = 0; j < TN / VW; j++)
            STORE_V(acc[0][j], j, row);
#pragma unroll
        for (uint j = 0; j < TN; j++) {
            const uint n = n0 + (j / VW * GX + x) * VW + j % VW;
            if (m < s.M && n < s.N)
                gemm_store(&args, batch, m, n, row[j]);
        }
#pragma unroll
        for (uint r = 1; r < TM; r++)
#pragma unroll
            for (uint j = 0; j < TN / VW; j++)
                acc[r - 1][j] = acc[r][j];
    }
}
