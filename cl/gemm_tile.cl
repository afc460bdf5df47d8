/* gemm_tile.cl - matrix product on devices whose work-item is a thread with a vector unit.
 *
 * Arrays   see gemm.clh; scratch: scratch_size numbers for each work-group.
 * Launch   any number of work-groups of one work-item, as many as the device has units. They draw
 *          items from `counter`: col_items of `panels` panels, of row_items of rows_per_item rows,
 *          of batch. n_items + work-groups tickets are drawn, the first being first_ticket.
 * Memory   a work-group packs its panels of B, kc rows at a time, into its scratch, where they stay
 *          in its cache; A is read in place, or copied MB rows at a time, with rows a_pitch apart,
 *          where its rows are not dense (a_step), end with a part of a tile, or would all fall into
 *          one set of the nearest cache (copy_a). Nothing outside the arrays is touched.
 * Numerics blocks of kc products are summed in registers and added to C one after another: each
 *          product is rounded at most kc + K / kc + 2 times. beta 0 does not read C.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA  see yoke.clh
 *          EPILOGUE                  see gemm.clh
 *          VW, NV, MR                see tile.clh
 */
#define MB (4 * MR) /* rows of A that stay in the nearest cache while panels pass by */

struct gemm_plan {
    ulong scratch_size;
    uint kc, rows_per_item, panels, row_items, col_items, n_items, first_ticket;
    uint a_pitch, copy_a;
    uint gap; /* no padding that a compiler could count differently */
};
#if EPILOGUE == 1
DEFINE_ACTIVATE(activate_v, V)
#endif

/* What an item works on. A and B: at its first row and column. */
struct gemm_item {
    __global TC *C;
    __global const T *A, *B;
    __global const TC *bias, *residual;
    __global R *scratch;
    const struct gemm_shape *s;
    const struct gemm_plan *plan;
    const struct gemm_scalars *x;
    size_t batch;
    uint m, n, rows, cols;
};

#if EPILOGUE == 1
/* The epilogue of vector j of row r of the tile at (m, n). */
INLINE V finish(const struct gemm_item *i, V v, const uint m, const uint n)
{
    const struct gemm_shape *s = i->s;

    if (s->has_bias)
        v += s->bias_step ? VLOAD(0, i->bias + s->bias_offset + n)
                          : (V)(i->bias[s->bias_offset + m]);
    if (s->has_residual)
        v += VLOAD(0, i->residual + s->r_offset + i->batch * s->r_batch + m * s->r_row + n);
    return activate_v(v, s->activation, i->x->clamp_min, i->x->clamp_max);
}
#endif

/* C = alpha acc + beta C for the whole tile at (m, n); after the last block of k the epilogue. */
INLINE void store_whole(const struct gemm_item *i, V acc[MR][NV], const uint m, const uint n,
                        const bool first, const bool last)
{
    __global TC *c = i->C + m * i->s->c_row + n;
    const R beta = first ? i->x->beta : (R)1;

#pragma unroll
    for (uint r = 0; r < MR; r++)
#pragma unroll
        for (uint j = 0; j < NV; j++) {
            __global TC *to = c + r * i->s->c_row;
            V v = i->x->alpha * acc[r][j];

            if (beta != 0) v = MUL_ADD((V)(beta), VLOAD(j, to), v);
#if EPILOGUE == 1
            if (last) v = finish(i, v, i->m + m + r, i->n + n + j * VW);
#endif
            VSTORE(v, j, to);
        }
}

/* The same for the rows and columns that C has, through memory. */
INLINE void store_part(const struct gemm_item *i, V acc[MR][NV], __global R *spare, const uint m,
                       const uint n, const uint rows, const uint cols, const bool first,
                       const bool last)
{
    const R beta = first ? i->x->beta : (R)1;

    tile_spill(spare, acc);
    for (uint r = 0; r < rows; r++)
        for (uint j = 0; j < cols; j++) {
            __global TC *to = i->C + (m + r) * i->s->c_row + n + j;
            R v = i->x->alpha * spare[r * NR + j];

            if (beta != 0) v = MUL_ADD(beta, *to, v);
            if (last)
                v = gemm_epilogue(v, i->bias, i->residual, i->s, i->x, i->batch, i->m + m + r,
                                  i->n + n + j);
            *to = v;
        }
}

/* Rows m to m + rows - 1 (at most MB) of the item against the packed panels of the kc products
 * from k on. */
INLINE void multiply_rows(const struct gemm_item *i, const uint m, const uint rows, const uint k,
                          const uint kc)
{
    const struct gemm_shape *s = i->s;
    const uint pitch = i->plan->a_pitch;
    __global R *packed = i->scratch + i->plan->panels * NR * i->plan->kc;
    __global R *spare = packed + MB * pitch;
    __global const T *A = i->A + m * s->a_row + k * s->a_step;
    const bool by_rows = s->a_step == 1, first = k == 0, last = k + kc == s->K;
    const uint in_place = by_rows && !i->plan->copy_a ? rows / MR * MR : 0;

    if (by_rows)
        tile_copy_rows(packed, pitch, A + in_place * s->a_row, s->a_row, rows - in_place, kc);
    else
        tile_pack_columns(packed, A, s->a_step, rows, kc);

    for (uint n = 0; n < i->cols; n += NR) {
        for (uint r = 0; r < rows; r += MR) {
            __global const R *panel = i->scratch + n * kc;
            V acc[MR][NV];

            tile_clear(acc);
            if (!by_rows)
                tile_mul(acc, packed + r * kc, 1, MR, panel, kc);
            else if (r < in_place)
                tile_mul(acc, A + r * s->a_row, s->a_row, 1, panel, kc);
            else
                tile_mul(acc, packed + (r - in_place) * pitch, pitch, 1, panel, kc);
            if (rows - r >= MR && i->cols - n >= NR)
                store_whole(i, acc, m + r, n, first, last);
            else
                store_part(i, acc, spare, m + r, n, min((uint)MR, rows - r),
                           min((uint)NR, i->cols - n), first, last);
        }
    }
}

/* All of the item, all of K. */
INLINE void multiply_item(const struct gemm_item *i)
{
    const struct gemm_shape *s = i->s;

    for (uint k = 0; k < s->K; k += i->plan->kc) {
        const uint kc = min(i->plan->kc, s->K - k);

        for (uint n = 0; n < i->cols; n += NR)
            tile_pack_panel(i->scratch + n * kc, i->B + k * s->b_row + n * s->b_step, s->b_row,
                            s->b_step, kc, min((uint)NR, i->cols - n));
        for (uint m = 0; m < i->rows; m += MB)
            multiply_rows(i, m, min((uint)MB, i->rows - m), k, kc);
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_tile(__global TC *C, __global const T *A, __global const T *B, __global const TC *bias,
               __global const TC *residual, const struct gemm_shape s, const struct gemm_scalars x,
               __global R *scratch, volatile __global uint *counter, const struct gemm_plan plan)
{
    scratch += get_group_id(0) * plan.scratch_size;
    for (;;) {
        const uint item = atomic_inc(counter) - plan.first_ticket;
        if (item >= plan.n_items) return;

        const uint n = item % plan.col_items * plan.panels * NR;
        const uint m = item / plan.col_items % plan.row_items * plan.rows_per_item;
        const size_t batch = item / plan.col_items / plan.row_items;
        const struct gemm_item i = {
            .C = C + s.c_offset + batch * s.c_batch + m * s.c_row + n,
            .A = A + s.a_offset + batch * s.a_batch + m * s.a_row,
            .B = B + s.b_offset + batch * s.b_batch + n * s.b_step,
            .bias = bias,
            .residual = residual,
            .scratch = scratch,
            .s = &s,
            .plan = &plan,
            .x = &x,
            .batch = batch,
            .m = m,
            .n = n,
            .rows = min(plan.rows_per_item, s.M - m),
            .cols = min(plan.panels * NR, s.N - n),
        };
        multiply_item(&i);
    }
}
