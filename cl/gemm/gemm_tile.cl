/* gemm_tile.cl - matrix product on devices whose work-item is a thread with a vector unit.
 *
 * Arrays   see gemm.clh and gemm_operand.clh. scratch: scratch_size numbers for each work-group.
 * Launch   any number of work-groups of one work-item, as many as the device has units. They draw
 *          items from `counter`: rows_per_item x cols_per_item of C, col_items x row_items of them
 *          for each matrix of the batch. n_items + work-groups tickets are drawn, the first being
 *          first_ticket.
 * Memory   for each block of kc products an item packs its rows of A, and `panels` panels of B at a
 *          time, into its scratch, where they stay in its caches, or reads them in place where that
 *          is faster. Nothing outside the arrays is touched.
 * Numerics blocks of kc products are summed in registers, and the blocks one after another: in C
 *          where C holds numbers of the arithmetic's type, else in scratch. Each product is rounded
 *          at most kc + K / kc + 2 times. beta 0 does not read C.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA  see yoke.clh; not S8
 *          EPILOGUE                  see gemm.clh
 *          VW, NV, MR                see tile.clh
 * Uses     yoke, gemm, tile, gemm_item, gemm_operand, gemm_sums, abi/gemm, abi/gemm_tile
 */
#if !defined(NV) || !defined(MR)
#error "gemm_tile.cl: define NV and MR"
#endif
#define AHEAD (1024 / sizeof(R)) /* numbers of packed A that are fetched before they are used */
#define B_AHEAD (AHEAD / NR)     /* rows of a panel that are */

/* acc += rows m.. of A times columns n.. of B, for a tile at `to` in C. */
INLINE void multiply_tile(V acc[MR][NV], const struct yoke_gemm_shape *s,
                          const struct gemm_operand *a, const struct gemm_operand *b, const uint m,
                          const uint n, const uint kc, __global const R *to, const size_t to_row)
{
    __global const R *b_at = b->packed + (size_t)(n - b->from) * PARTS * b->pitch;
    size_t b_row = NR;

#if CAN_BE_IN_PLACE
    if (n < b->from) {
        b_at = b->array + n;
        b_row = s->b_row_stride;
    }
    if (m < a->from)
        tile_mul(acc, a->array + m * s->a_row_stride, s->a_row_stride, s->a_col_stride, b_at, b_row,
                 B_AHEAD, kc, 0, to, to_row);
    else
#endif
        tile_mul(acc, a->packed + (size_t)(m - a->from) * a->pitch, 1, MR, b_at, b_row, B_AHEAD,
                 kc * PARTS, AHEAD, to, to_row);
}

/* Up to MB rows of A against columns of B, kc elements of both. t: their first row and column of
 * C. */
INLINE void multiply_rows(const struct tile_item *i, const struct gemm_operand *a,
                          const struct gemm_operand *b, const struct gemm_tile t, const uint rows,
                          const uint cols, const uint kc)
{
    for (uint m = 0; m < rows; m += MR)
        for (uint n = 0; n < cols; n += NR / PARTS) {
            const struct gemm_tile here = { t.m + m, t.n + n, t.first, t.last };
            V acc[MR][NV];

            tile_clear(acc);
#if SUMS_IN_C
            __global const R *to = i->at.C + (here.m * i->at.s->c_row_stride + here.n) * PARTS;
            const size_t to_row = i->at.s->c_row_stride * PARTS;
#else
            __global const R *to = i->sums + here.m * i->plan->cols_per_item + here.n;
            const size_t to_row = i->plan->cols_per_item;
#endif
            multiply_tile(acc, i->at.s, a, b, m, n, kc, to, to_row);
            if (rows - m >= MR && cols - n >= NR / PARTS)
                store_whole(i, acc, here);
            else
                store_part(i, acc, here, min((uint)MR, rows - m), min((uint)(NR / PARTS), cols - n));
        }
}

/* The products from k to k + kc - 1 of the item. */
INLINE void multiply_block(const struct tile_item *i, const uint k, const uint kc)
{
    const uint block = i->plan->panels * (NR / PARTS);
    const uint keep = i->at.cols > block; /* packed A is needed again, for the next panels */

    for (uint n = 0; n < i->at.cols; n += block) {
        const uint cols = min(block, i->at.cols - n);
        struct gemm_operand b;

        take_b(&b, i, k, n, cols, kc);
        for (uint m = 0; m < i->at.rows; m += MB) {
            const struct gemm_tile t = { m, n, k == 0, k + kc == i->at.s->K };
            const uint rows = min((uint)MB, i->at.rows - m);
            struct gemm_operand a;

            take_a(&a, i, m, k, rows, kc, keep, n == 0);
            multiply_rows(i, &a, &b, t, rows, cols, kc);
        }
    }
}

/* Where a matrix of the batch begins: in numbers of T, or packed beforehand in numbers of R. */
#define BEGIN(p, offset) ((p) + (offset) * PARTS)
#define BEGIN_PACKED(p, offset) ((__global const T *)((__global const R *)(p) + (offset)))

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_tile(__global TC *C, __global const T *A, __global const T *B, __global const TC *bias,
               __global const TC *residual, const struct yoke_gemm_shape s,
               const struct gemm_scalars x, __global R *scratch, volatile __global uint *counter,
               const struct yoke_gemm_tile_plan plan)
{
    scratch += get_group_id(0) * plan.scratch_size;
    for (;;) {
        const uint item = atomic_inc(counter) - plan.first_ticket;
        if (item >= plan.n_items) return;

        struct tile_item i = {
            .at = { .bias = bias, .residual = residual, .s = &s, .x = &x },
            .panels = scratch,
            .plan = &plan,
        };
        struct gemm_item *at = &i.at;

        gemm_item_find(at, C, item, plan.rows_per_item, plan.cols_per_item, plan.row_items,
                       plan.col_items);
        const size_t a = s.a_offset + at->batch * s.a_batch_stride,
                     b = s.b_offset + at->batch * s.b_batch_stride;
        at->A = plan.a_is == YOKE_GEMM_PACKED ? BEGIN_PACKED(A, a + at->m * (size_t)s.K * PARTS)
                                              : BEGIN(A, a + at->m * s.a_row_stride);
        at->B = plan.b_is == YOKE_GEMM_PACKED
                    ? BEGIN_PACKED(B, b + at->n * (size_t)s.K * PARTS * PARTS)
                    : BEGIN(B, b + at->n * s.b_col_stride);
        i.spare = i.panels + plan.panels_size;
        i.tiles = i.spare + MR * NR;
        i.sums = i.tiles + plan.tiles_size;
        for (uint k = 0; k < s.K; k += plan.kc)
            multiply_block(&i, k, min(plan.kc, s.K - k));
    }
}
