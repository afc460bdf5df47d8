/* gemm_tile.cl - matrix product on devices whose work-item is a thread with a vector unit.
 *
 *   C[m,n] = alpha sum_k A[m,k] B[k,n] + beta C[m,n]
 *
 * Arrays   A: (M, K), element (m, k) at m * a_row + k * a_step, one of which is 1; B: (K, N) alike
 *          with b_row, b_step; C: (M, N), row-major with c_row. batch of each.
 *          scratch: scratch_size elements for each work-group.
 * Launch   any number of work-groups of one work-item, as many as the device has units. They draw
 *          items from `counter`: col_items of `panels` panels, of row_items of rows_per_item rows,
 *          of batch. n_items + work-groups tickets are drawn, the first being first_ticket.
 * Memory   a work-group packs its panels of B, kc rows at a time, into its scratch, where they stay
 *          in its cache; A is read in place, or copied MB rows at a time, with rows a_pitch apart,
 *          where its rows are not dense (a_step), end with a part of a tile, or would all fall into
 *          one set of the nearest cache (copy_a). Nothing outside the three matrices is touched.
 * Numerics blocks of kc products are summed in registers and added to C one after another: each
 *          product is rounded at most kc + K / kc + 2 times. beta 0 does not read C.
 *
 * Defines  DTYPE, HAVE_FMA  see yoke.clh
 *          VW, NV, MR       see tile.clh
 */
#define MB (4 * MR) /* rows of A that stay in the nearest cache while panels pass by */

struct gemm_shape {
    ulong a_row, a_step, b_row, b_step, c_row;
    ulong a_batch, b_batch, c_batch;
    ulong a_offset, b_offset, c_offset;
    ulong scratch_size;
    uint M, N, K, kc;
    uint rows_per_item, panels, row_items, col_items, n_items, first_ticket;
    uint a_pitch, copy_a;
};

/* C = alpha acc + beta C, for the rows and columns of the tile that C has. */
INLINE void store_tile(__global T *c, const ulong c_row, V acc[MR][NV], __global T *spare,
                       const uint rows, const uint cols, const T alpha, const T beta)
{
    if (rows == MR && cols == NR) {
#pragma unroll
        for (uint r = 0; r < MR; r++)
#pragma unroll
            for (uint j = 0; j < NV; j++) {
                const V v = alpha * acc[r][j];
                __global T *to = c + r * c_row;
                VSTORE(beta == 0 ? v : MUL_ADD((V)(beta), VLOAD(j, to), v), j, to);
            }
        return;
    }
    tile_spill(spare, acc);
    for (uint r = 0; r < rows; r++, c += c_row, spare += NR)
        for (uint n = 0; n < cols; n++) {
            const T v = alpha * spare[n];
            c[n] = beta == 0 ? v : MUL_ADD(beta, c[n], v);
        }
}

/* Up to MB rows of C, from row m on, against the packed panels of one block of k. */
INLINE void multiply_rows(__global T *C, __global const T *A, __global const T *panels,
                          __global T *packed, const struct gemm_shape *s, const uint rows,
                          const uint cols, const uint kc, const T alpha, const T beta)
{
    __global T *spare = packed + MB * s->a_pitch;
    const bool by_rows = s->a_step == 1;
    const uint in_place = by_rows && !s->copy_a ? rows / MR * MR : 0;

    if (by_rows)
        tile_copy_rows(packed, s->a_pitch, A + in_place * s->a_row, s->a_row, rows - in_place, kc);
    else
        tile_pack_columns(packed, A, s->a_step, rows, kc);

    for (uint n = 0; n < cols; n += NR) {
        for (uint r = 0; r < rows; r += MR) {
            V acc[MR][NV];

            tile_clear(acc);
            if (by_rows)
                tile_mul(acc, r < in_place ? A + r * s->a_row : packed + (r - in_place) * s->a_pitch,
                         r < in_place ? s->a_row : s->a_pitch, 1, panels + n * kc, kc);
            else
                tile_mul(acc, packed + r * kc, 1, MR, panels + n * kc, kc);
            store_tile(C + r * s->c_row + n, s->c_row, acc, spare, min((uint)MR, rows - r),
                       min((uint)NR, cols - n), alpha, beta);
        }
    }
}

/* rows x cols of C, all of K. */
INLINE void multiply_item(__global T *C, __global const T *A, __global const T *B,
                          __global T *scratch, const struct gemm_shape *s, const uint rows,
                          const uint cols, const T alpha, const T beta)
{
    __global T *packed = scratch + s->panels * NR * s->kc;

    for (uint k = 0; k < s->K; k += s->kc) {
        const uint kc = min(s->kc, s->K - k);

        for (uint n = 0; n < cols; n += NR)
            tile_pack_panel(scratch + n * kc, B + k * s->b_row + n * s->b_step, s->b_row,
                            s->b_step, kc, min((uint)NR, cols - n));
        for (uint m = 0; m < rows; m += MB)
            multiply_rows(C + m * s->c_row, A + m * s->a_row + k * s->a_step, scratch, packed, s,
                          min((uint)MB, rows - m), cols, kc, alpha, k == 0 ? beta : (T)1);
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_tile(__global T *C, __global const T *A, __global const T *B, __global T *scratch,
               volatile __global uint *counter, const struct gemm_shape s, const T alpha,
               const T beta)
{
    scratch += get_group_id(0) * s.scratch_size;
    for (;;) {
        const uint item = atomic_inc(counter) - s.first_ticket;
        if (item >= s.n_items) return;

        const uint n = item % s.col_items * s.panels * NR;
        const uint m = item / s.col_items % s.row_items * s.rows_per_item;
        const ulong batch = item / s.col_items / s.row_items;
        multiply_item(C + s.c_offset + batch * s.c_batch + m * s.c_row + n,
                      A + s.a_offset + batch * s.a_batch + m * s.a_row,
                      B + s.b_offset + batch * s.b_batch + n * s.b_step, scratch, &s,
                      min(s.rows_per_item, s.M - m), min(s.panels * NR, s.N - n), alpha, beta);
    }
}
