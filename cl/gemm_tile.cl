/* gemm_tile.cl - matrix product on devices whose work-item is a thread with a vector unit.
 *
 * Arrays   see gemm.clh; A or B may be packed beforehand, whole (pack.clh, gemm_pack.cl): a_packed,
 *          b_packed. scratch: scratch_size numbers for each work-group.
 * Launch   any number of work-groups of one work-item, as many as the device has units. They draw
 *          items from `counter`: rows_per_item x cols_per_item of C, col_items x row_items of them
 *          for each matrix of the batch. n_items + work-groups tickets are drawn, the first being
 *          first_ticket.
 * Memory   for each block of kc products an item packs its rows of A, and `panels` panels of B at a
 *          time, into its scratch, where they stay in its caches. Nothing outside the arrays is
 *          touched.
 * Numerics blocks of kc products are summed in registers, and the blocks one after another: in C
 *          where C holds numbers of the arithmetic's type, else in scratch. Each product is rounded
 *          at most kc + K / kc + 2 times. beta 0 does not read C.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA  see yoke.clh; not S8
 *          EPILOGUE                  see gemm.clh
 *          VW, NV, MR                see tile.clh
 */
#define MB (4 * MR)             /* rows of A that are packed at once */
#define AHEAD (1024 / sizeof(R)) /* numbers of packed A that are fetched before they are used */
#define SUMS_IN_C (DTYPE == F32 || DTYPE == F64)

struct gemm_plan {
    ulong scratch_size, tiles_size; /* of packed A in it */
    uint kc, panels, rows_per_item, cols_per_item, row_items, col_items, n_items, first_ticket;
    uint a_packed, b_packed; /* no padding that a compiler could count differently */
};

/* What an item works on; m and n: its first row and column. */
struct gemm_item {
    __global TC *C; /* there */
    __global const T *A, *B;
    __global const TC *bias, *residual;
    __global R *panels, *tiles, *spare, *sums; /* in scratch */
    const struct gemm_shape *s;
    const struct gemm_plan *plan;
    const struct gemm_scalars *x;
    size_t batch;
    uint m, n, rows, cols;
};

/* The sums of one block of k go to C from row m and column n of the item on. */
struct gemm_tile {
    uint m, n;
    bool first, last; /* of the blocks */
};

#if DTYPE == F16
#define STORE(v, p) PASTE(PASTE(vstore_half, VW), _rte)(v, 0, (__global half *)(p))
#elif DTYPE == BF16
#define STORE(v, p) vstore_bf16(v, p)
INLINE void vstore_bf16(const V v, __global TC *p)
{
    typedef PASTE(uint, VW) U;
    const U bits = PASTE(as_uint, VW)(v), even = bits + 0x7fff + (bits >> 16 & 1);
    VSTORE(PASTE(convert_ushort, VW)((isnan(v) ? bits | 0x400000 : even) >> 16), 0, p);
}
#else
#define STORE(v, p) VSTORE(v, 0, p)
#endif

/* a v + b, where a complex v holds pairs. */
INLINE V scale_add(const NUM a, const V v, const V b)
{
#if COMPLEX
    V turned;
    turned.even = -v.odd;
    turned.odd = v.even;
    return MUL_ADD((V)(a.y), turned, MUL_ADD((V)(a.x), v, b));
#else
    return MUL_ADD((V)(a), v, b);
#endif
}

#if EPILOGUE == 1
#if COMPLEX == 0
DEFINE_ACTIVATE(activate_v, V)
#endif

/* The epilogue of a vector at (m, n) of C. */
INLINE V finish(const struct gemm_item *i, V v, const size_t m, const size_t n)
{
    const struct gemm_shape *s = i->s;

    if (s->has_bias && s->bias_step) {
        v += LOAD(VW, i->bias + (s->bias_offset + n) * PARTS);
    } else if (s->has_bias) {
#if COMPLEX
        const NUM x = num_load_result(i->bias, s->bias_offset + m);
        v.even += x.x;
        v.odd += x.y;
#else
        v += load_result(i->bias, s->bias_offset + m);
#endif
    }
    if (s->has_residual)
        v += LOAD(VW, i->residual +
                          (s->r_offset + i->batch * s->r_batch + m * s->r_row + n) * PARTS);
#if COMPLEX == 0
    v = activate_v(v, s->activation, i->x->clamp_min, i->x->clamp_max);
#endif
    return v;
}
#endif

/* C of a vector of sums of the tile's row r and column n: what there is so far and alpha; after the
 * last block of k, beta. */
INLINE V add_up(const struct gemm_item *i, const V acc, const struct gemm_tile t, const uint r,
                const uint n)
{
    const struct gemm_scalars *x = i->x;
    __global const TC *c = i->C + ((t.m + r) * i->s->c_row + t.n) * PARTS + n;
#if SUMS_IN_C
    V v = scale_add(x->alpha, acc, t.first ? (V)(0) : LOAD(VW, c));
    const bool read = t.first && !num_is_zero(x->beta);
#else
    __global const R *sum = i->sums + (t.m + r) * i->plan->cols_per_item + t.n + n;
    V v = t.first ? acc : acc + VLOAD(0, sum);
    if (!t.last) return v;
    v *= x->alpha;
    const bool read = !num_is_zero(x->beta);
#endif
    return read ? scale_add(x->beta, LOAD(VW, c), v) : v;
}

INLINE void put(const struct gemm_item *i, const V v, const struct gemm_tile t, const uint r,
                const uint n)
{
    if (SUMS_IN_C || t.last)
        STORE(v, i->C + ((t.m + r) * i->s->c_row + t.n) * PARTS + n);
    else
        VSTORE(v, 0, i->sums + (t.m + r) * i->plan->cols_per_item + t.n + n);
}

/* Add a whole tile to what there is of C's sums, and after the last block make them C. The epilogue
 * is one copy of code, in a loop that reads the tile from the nearest cache. */
INLINE void store_whole(const struct gemm_item *i, V acc[MR][NV], const struct gemm_tile t)
{
#if EPILOGUE == 1
    if (t.last) {
        tile_spill(i->spare, acc);
#pragma nounroll
        for (uint at = 0; at < MR * NR; at += VW) {
            const uint r = at / NR, n = at % NR;
            const V v = add_up(i, VLOAD(0, i->spare + at), t, r, n);
            put(i, finish(i, v, i->m + t.m + r, i->n + t.n + n / PARTS), t, r, n);
        }
        return;
    }
#endif
#pragma unroll
    for (uint r = 0; r < MR; r++)
#pragma unroll
        for (uint j = 0; j < NV; j++)
            put(i, add_up(i, acc[r][j], t, r, j * VW), t, r, j * VW);
}

/* The same for the rows and columns that C has, through memory. */
INLINE void store_part(const struct gemm_item *i, V acc[MR][NV], const struct gemm_tile t,
                       const uint rows, const uint cols)
{
    const struct gemm_scalars *x = i->x;

    tile_spill(i->spare, acc);
    for (uint r = 0; r < rows; r++)
        for (uint j = 0; j < cols; j++) {
            const size_t at = (t.m + r) * i->s->c_row + t.n + j;
            const NUM sum = ((__global const NUM *)i->spare)[r * (NR / PARTS) + j];
#if SUMS_IN_C
            NUM v = num_mul_add(x->alpha, sum, t.first ? (NUM)(0) : num_load_result(i->C, at));
            if (t.first && !num_is_zero(x->beta))
                v = num_mul_add(x->beta, num_load_result(i->C, at), v);
#else
            __global R *so_far = i->sums + (t.m + r) * i->plan->cols_per_item + t.n + j;
            NUM v = t.first ? sum : sum + *so_far;
            if (!t.last) {
                *so_far = v;
                continue;
            }
            v *= x->alpha;
            if (!num_is_zero(x->beta)) v = num_mul_add(x->beta, num_load_result(i->C, at), v);
#endif
            if (t.last)
                v = gemm_epilogue(v, i->bias, i->residual, i->s, x, i->batch, i->m + t.m + r,
                                  i->n + t.n + j);
            num_store(i->C, at, v);
        }
}

/* Up to MB rows of packed A against packed panels of B, kc elements of both: tiles of MR rows
 * a_pitch * MR numbers apart, panels b_pitch * NR. t: their first row and column of C. */
INLINE void multiply_rows(const struct gemm_item *i, __global const R *A, const uint a_pitch,
                          __global const R *B, const uint b_pitch, const struct gemm_tile t,
                          const uint rows, const uint cols, const uint kc)
{
    for (uint m = 0; m < rows; m += MR)
        for (uint n = 0; n < cols; n += NR / PARTS) {
            const struct gemm_tile here = { t.m + m, t.n + n, t.first, t.last };
            V acc[MR][NV];

            tile_clear(acc);
#if SUMS_IN_C
            __global const R *to = i->C + (here.m * i->s->c_row + here.n) * PARTS;
            const size_t to_row = i->s->c_row * PARTS;
#else
            __global const R *to = i->sums + here.m * i->plan->cols_per_item + here.n;
            const size_t to_row = i->plan->cols_per_item;
#endif
            tile_mul(acc, A + (size_t)m * a_pitch, 1, MR, B + (size_t)n * PARTS * b_pitch,
                     kc * PARTS, AHEAD, to, to_row);
            if (rows - m >= MR && cols - n >= NR / PARTS)
                store_whole(i, acc, here);
            else
                store_part(i, acc, here, min((uint)MR, rows - m), min((uint)(NR / PARTS), cols - n));
        }
}

/* The products from k to k + kc - 1 of the item. */
INLINE void multiply_block(const struct gemm_item *i, const uint k, const uint kc)
{
    const struct gemm_shape *s = i->s;
    const struct gemm_plan *plan = i->plan;
    const uint a_pitch = (plan->a_packed ? s->K : kc) * PARTS;
    const uint b_pitch = (plan->b_packed ? s->K : kc) * PARTS;
    const uint block = plan->panels * (NR / PARTS);
    const uint keep = i->cols > block; /* packed A is needed again, for the next block of panels */

    for (uint n = 0; n < i->cols; n += block) {
        const uint cols = min(block, i->cols - n);
        __global const R *panels = i->panels;

        if (plan->b_packed)
            panels = (__global const R *)i->B + ((size_t)n * b_pitch + k * NR) * PARTS;
        else
            pack_b(i->panels, kc * PARTS * NR, i->B + (k * s->b_row + n * s->b_step) * PARTS,
                   s->b_row, s->b_step, cols, kc, s->conj_b);
        for (uint m = 0; m < i->rows; m += MB) {
            const struct gemm_tile t = { m, n, k == 0, k + kc == s->K };
            const uint rows = min((uint)MB, i->rows - m);
            __global R *tiles = i->tiles + (size_t)keep * m * a_pitch;

            if (plan->a_packed)
                tiles = (__global R *)i->A + (size_t)m * a_pitch + k * PARTS * MR;
            else if (n == 0)
                pack_a(tiles, kc * PARTS * MR, i->A + (m * s->a_row + k * s->a_step) * PARTS,
                       s->a_row, s->a_step, rows, kc, s->conj_a);
            multiply_rows(i, tiles, a_pitch, panels, b_pitch, t, rows, cols, kc);
        }
    }
}

/* Where a matrix of the batch begins: in numbers of T, or packed beforehand in numbers of R. */
#define BEGIN(p, offset) ((p) + (offset) * PARTS)
#define BEGIN_PACKED(p, offset) ((__global const T *)((__global const R *)(p) + (offset)))

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_tile(__global TC *C, __global const T *A, __global const T *B, __global const TC *bias,
               __global const TC *residual, const struct gemm_shape s, const struct gemm_scalars x,
               __global R *scratch, volatile __global uint *counter, const struct gemm_plan plan)
{
    scratch += get_group_id(0) * plan.scratch_size;
    for (;;) {
        const uint item = atomic_inc(counter) - plan.first_ticket;
        if (item >= plan.n_items) return;

        const uint n = item % plan.col_items * plan.cols_per_item;
        const uint m = item / plan.col_items % plan.row_items * plan.rows_per_item;
        const size_t batch = item / plan.col_items / plan.row_items;
        const size_t a = s.a_offset + batch * s.a_batch, b = s.b_offset + batch * s.b_batch;
        struct gemm_item i = {
            .C = BEGIN(C, s.c_offset + batch * s.c_batch + m * s.c_row + n),
            .bias = bias,
            .residual = residual,
            .panels = scratch,
            .s = &s,
            .plan = &plan,
            .x = &x,
            .batch = batch,
            .m = m,
            .n = n,
            .rows = min(plan.rows_per_item, s.M - m),
            .cols = min(plan.cols_per_item, s.N - n),
        };

        i.A = plan.a_packed ? BEGIN_PACKED(A, a + m * (size_t)s.K * PARTS)
                            : BEGIN(A, a + m * s.a_row);
        i.B = plan.b_packed ? BEGIN_PACKED(B, b + n * (size_t)s.K * PARTS * PARTS)
                            : BEGIN(B, b + n * s.b_step);
        i.spare = i.panels + (plan.b_packed ? 0 : plan.panels * NR * plan.kc * PARTS);
        i.tiles = i.spare + MR * NR;
        i.sums = i.tiles + plan.tiles_size;
        for (uint k = 0; k < s.K; k += plan.kc)
            multiply_block(&i, k, min(plan.kc, s.K - k));
    }
}
