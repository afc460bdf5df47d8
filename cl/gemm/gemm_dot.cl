/* gemm_dot.cl - matrix product of 8-bit integers on devices whose work-item is a thread with a
 * vector unit.
 *
 * Arrays   see gemm.clh; scratch: workspace_size words for each work-group.
 * Launch   any number of work-groups of one work-item, as many as the device has units. They draw
 *          items from `counter`: rows_per_chunk x (panels * NR) of C, col_chunks x row_chunks of them
 *          for each matrix of the batch. n_items + work-groups tickets are drawn, the first being
 *          first_ticket.
 * Memory   for each block of kw words of k an item packs its panels of B, and MB rows of A at a
 *          time, into its scratch, where they stay in its caches. Nothing outside the arrays is
 *          touched.
 * Numerics exact modulo 2^32. beta 0 does not read C.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA   see yoke.clh; S8, 0
 *          EPILOGUE                   see gemm.clh
 *          VW, GROUP, NATIVE, NV, MR  see dot.clh, dot_tile.clh
 * Uses     work, yoke, gemm, gemm_item, dot, dot_pack, dot_tile, abi/gemm, abi/gemm_dot
 */
#if !defined(DTYPE) || !defined(COMPLEX) || DTYPE != S8 || COMPLEX != 0
#error "gemm_dot.cl: define DTYPE as S8 and COMPLEX as 0"
#endif
#if !defined(EPILOGUE) || !defined(VW) || !defined(GROUP) || !defined(NV) || !defined(MR)
#error "gemm_dot.cl: define EPILOGUE, VW, GROUP, NV and MR"
#endif

struct dot_item {
    struct gemm_item at;
    __global uint *panels, *offsets, *spare, *rows_of_a; /* in scratch */
    const struct yoke_gemm_dot_plan *plan;
};

/* C of a vector of the tile's sums: alpha, and what there is so far; before the first block that is
 * beta C. */
INLINE W add_up(const struct dot_item *i, const W sums, __global const TC *c,
                const struct gemm_tile t)
{
    const uint beta = t.first ? (uint)i->at.x->beta : 1;
    const W v = (uint)i->at.x->alpha * sums;

    return beta != 0 ? v + beta * AS_W(VLOAD(0, c)) : v;
}

#if EPILOGUE == 1
DEFINE_ACTIVATE(activate_v, V)

/* The epilogue of a vector at (m, n) of C. */
INLINE W finish(const struct dot_item *i, W v, const size_t m, const size_t n)
{
    const struct yoke_gemm_shape *s = i->at.s;

    if (s->has_bias && s->bias_col_stride)
        v += AS_W(VLOAD(0, i->at.bias + s->bias_offset + n));
    else if (s->has_bias)
        v += (uint)i->at.bias[s->bias_offset + m];
    if (s->has_residual)
        v += AS_W(VLOAD(0, i->at.residual + s->r_offset + i->at.batch * s->r_batch_stride +
                               m * s->r_row_stride + n));
    return AS_W(activate_v(AS_V(v), s->activation, i->at.x->clamp_min, i->at.x->clamp_max));
}
#endif

/* Add a whole tile to what there is in C. The epilogue is one copy of code, in a loop that reads the
 * tile from the nearest cache. */
INLINE void store_whole(const struct dot_item *i, W sums[MR][NV], const struct gemm_tile t)
{
    __global TC *c = i->at.C + t.m * i->at.s->c_row_stride + t.n;

#if EPILOGUE == 1
    if (t.last) {
        dot_spill(i->spare, sums);
#pragma nounroll
        for (uint at = 0; at < MR * NR; at += VW) {
            const uint r = at / NR, n = at % NR;
            __global TC *to = c + r * i->at.s->c_row_stride + n;
            const W v = add_up(i, VLOAD(0, i->spare + at), to, t);
            VSTORE(AS_V(finish(i, v, i->at.m + t.m + r, i->at.n + t.n + n)), 0, to);
        }
        return;
    }
#endif
#pragma unroll
    for (uint r = 0; r < MR; r++)
#pragma unroll
        for (uint j = 0; j < NV; j++) {
            __global TC *to = c + r * i->at.s->c_row_stride + j * VW;
            VSTORE(AS_V(add_up(i, sums[r][j], to, t)), 0, to);
        }
}

/* The same for the rows and columns that C has, through memory. */
INLINE void store_part(const struct dot_item *i, W sums[MR][NV], const struct gemm_tile t,
                       const uint rows, const uint cols)
{
    const uint alpha = (uint)i->at.x->alpha, beta = t.first ? (uint)i->at.x->beta : 1;

    dot_spill(i->spare, sums);
    for (uint r = 0; r < rows; r++)
        for (uint n = 0; n < cols; n++) {
            __global TC *to = i->at.C + (t.m + r) * i->at.s->c_row_stride + t.n + n;
            uint v = alpha * i->spare[r * NR + n];

            if (beta != 0) v += beta * (uint)*to;
            *to = t.last ? gemm_epilogue((int)v, i->at.bias, i->at.residual, i->at.s, i->at.x,
                                         i->at.batch, i->at.m + t.m + r, i->at.n + t.n + n)
                         : (int)v;
        }
}

/* Rows m to m + rows - 1 (at most MB) of the item against its packed panels, K products from k on.
 */
INLINE void multiply_rows(const struct dot_item *i, const uint m, const uint rows, const uint k,
                          const uint K)
{
    const struct yoke_gemm_shape *s = i->at.s;
    const bool by_rows = s->a_col_stride == 1;
    const uint kw = (K + GROUP - 1) / GROUP, n_all = (rows + MR - 1) / MR * MR;
    const size_t row = by_rows ? i->plan->a_pitch : 1, step = by_rows ? 1 : MB;

    pack_words((struct packing){ i->at.A + m * s->a_row_stride + k * s->a_col_stride,
                                 s->a_col_stride, s->a_row_stride, i->rows_of_a, step, row, K, rows,
                                 n_all, FLIP });
    for (uint n = 0; n < i->at.cols; n += NR)
        for (uint r = 0; r < rows; r += MR) {
            const struct gemm_tile t = { m + r, n, k == 0, k + K == s->K };
            W sums[MR][NV];

            dot_mul(sums, i->rows_of_a + r * row, row, step, i->panels + n * kw, i->offsets + n, kw);
            if (rows - r >= MR && i->at.cols - n >= NR)
                store_whole(i, sums, t);
            else
                store_part(i, sums, t, min((uint)MR, rows - r), min((uint)NR, i->at.cols - n));
        }
}

/* K products of the item from k on. */
INLINE void multiply_block(const struct dot_item *i, const uint k, const uint K)
{
    const struct yoke_gemm_shape *s = i->at.s;
    const uint kw = (K + GROUP - 1) / GROUP;

    for (uint n = 0; n < i->at.cols; n += NR) {
        __global uint *panel = i->panels + n * kw;
        pack_words((struct packing){ i->at.B + k * s->b_row_stride + n * s->b_col_stride,
                                     s->b_row_stride, s->b_col_stride, panel, NR, 1, K,
                                     min((uint)NR, i->at.cols - n), NR, 0 });
        dot_offsets(i->offsets + n, panel, kw);
    }
    for (uint m = 0; m < i->at.rows; m += MB)
        multiply_rows(i, m, min((uint)MB, i->at.rows - m), k, K);
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_dot(__global TC *C, __global const T *A, __global const T *B, __global const TC *bias,
              __global const TC *residual, const struct yoke_gemm_shape s,
              const struct gemm_scalars x, __global uint *scratch, volatile __global uint *counter,
              const struct yoke_gemm_dot_plan plan)
{
    const uint cols_per_chunk = plan.panels * NR;

    scratch += get_group_id(0) * plan.workspace_size;
    for (uint item; work_draw(counter, &plan.work, &item);) {
        struct dot_item i = {
            .at = { .bias = bias, .residual = residual, .s = &s, .x = &x },
            .panels = scratch,
            .offsets = scratch + cols_per_chunk * plan.kw,
            .spare = scratch + cols_per_chunk * (plan.kw + 1),
            .rows_of_a = scratch + cols_per_chunk * (plan.kw + 1) + MR * NR,
            .plan = &plan,
        };
        gemm_item_find(&i.at, C, item, plan.rows_per_chunk, cols_per_chunk, plan.row_chunks,
                       plan.col_chunks);
        i.at.A = A + s.a_offset + i.at.batch * s.a_batch_stride + i.at.m * s.a_row_stride;
        i.at.B = B + s.b_offset + i.at.batch * s.b_batch_stride + i.at.n * s.b_col_stride;
        for (uint k = 0; k < s.K; k += plan.kw * GROUP)
            multiply_block(&i, k, min(plan.kw * GROUP, s.K - k));
    }
}
