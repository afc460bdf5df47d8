/* gemm_skinny.cl - product of a matrix of few rows by a large one, at the speed of memory, on
 * devices whose work-item is a thread with a vector unit.
 *
 *   C[h,w] = sum_k S[h,k] L[k,w] and what gemm.clh makes of it
 *
 * Arrays   see gemm.clh. S: (H, K), small, and L: (K, W), large, are A and B; or, where C has few
 *          columns, the transposed B and A (flipped). scratch: workspace_size numbers for each
 *          work-group.
 * Launch   any number of work-groups of one work-item, as many as the device has units. They draw
 *          items from `counter`: col_chunks of cols_per_chunk columns, of batch. n_items +
 *          work-groups tickets are drawn, the first being first_ticket. by_rows: L's rows are dense
 *          and W is at least VW; else its columns are dense.
 * Memory   L is read once, in place: KU rows at a time by_rows, else NV columns at a time. S is
 *          copied, kc columns at a time, to dense rows that stay in the nearer caches. Nothing
 *          outside the arrays is touched.
 * Numerics by_rows: the K products of a result are added one after another. Else blocks of kc
 *          products are summed in VW parts, which are added to C one after another; kc is K where
 *          C holds less than the arithmetic does. beta 0 does not read C.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA  see yoke.clh; not S8, COMPLEX 0
 *          EPILOGUE                  see gemm.clh
 *          VW                        see tile.clh
 *          NV, MR                    columns and rows of L and S that meet in registers
 * Uses     work, yoke, gemm, tile, abi/gemm, abi/gemm_skinny
 */
#if !defined(VW) || !defined(NV) || !defined(MR)
#error "gemm_skinny.cl: define VW, NV and MR"
#endif
#define KU 8 /* rows of L that are read side by side */

/* What an item works on, at its first column. */
struct skinny {
    __global TC *C;
    __global const TC *bias, *residual;
    __global const T *S, *L;
    __global R *packed;
    ulong s_row, s_step, l_row, l_step;
    const struct yoke_gemm_shape *shape;
    const struct gemm_scalars *x;
    const struct yoke_gemm_skinny_plan *plan;
    size_t batch;
    uint w, cols;
};

/* Add a sum to result (h, w of the item); first and last say which blocks of k it is of. */
INLINE void put(const struct skinny *i, const uint h, const uint w, const R sum, const bool first,
                const bool last)
{
    const struct yoke_gemm_shape *s = i->shape;
    const size_t m = i->plan->flipped ? i->w + w : h, n = i->plan->flipped ? h : i->w + w;
    const size_t at = s->c_offset + i->batch * s->c_batch_stride + m * s->c_row_stride + n;
    const R beta = first ? i->x->beta : (R)1;
    R v = i->x->alpha * sum;

    if (beta != 0) v = MUL_ADD(beta, load_result(i->C, at), v);
    if (last) v = gemm_epilogue(v, i->bias, i->residual, s, i->x, i->batch, m, n);
    store(i->C, at, v);
}

/* Copy kc columns of S, with zeros for the rows that the last tile lacks. */
INLINE void pack_small(const struct skinny *i, const uint k0, const uint kc)
{
    const uint H = i->plan->H;

    for (uint h = 0; h < (H + MR - 1) / MR * MR; h++) {
        __global R *to = i->packed + h * i->plan->s_pitch;
        __global const T *from = i->S + min(h, H - 1) * i->s_row + k0 * i->s_step;
        const R keep = h < H;
        uint k = 0;
        for (; i->s_step == 1 && k + VW <= kc; k += VW)
            VSTORE(h < H ? LOAD(VW, from + k) : (V)(0), 0, to + k);
        for (; k < kc; k++)
            to[k] = h < H ? load(from, k * i->s_step) : keep;
    }
}

/* Where vector v of a row of `cols` columns begins: the last one overlaps the one before. */
INLINE long at_vector(const uint v, const uint cols)
{
    return min((long)v * VW, (long)cols - VW);
}

/* sums (H x vectors, rows `pitch` apart) += S (H x ku, packed) * L (ku x cols), by rows. */
INLINE void add_rows(const struct skinny *i, __global R *sums, const uint pitch,
                     __global const R *S, __global const T *L, const uint ku)
{
    for (uint v = 0; v * VW < i->cols; v++) {
        __global const T *from = L + at_vector(v, i->cols);
        V l[KU];
#pragma unroll
        for (uint u = 0; u < ku; u++) {
            l[u] = LOAD(VW, from + u * i->l_row);
            PREFETCH(from + (u + KU) * i->l_row, 0);
        }
        for (uint h = 0; h < i->plan->H; h++) {
            __global R *to = sums + h * pitch;
            V sum = VLOAD(v, to);
#pragma unroll
            for (uint u = 0; u < ku; u++)
                sum = MUL_ADD((V)(S[h * i->plan->s_pitch + u]), l[u], sum);
            VSTORE(sum, v, to);
        }
    }
}

/* All of K for columns that lie side by side. */
INLINE void multiply_rows(const struct skinny *i)
{
    const struct yoke_gemm_skinny_plan *plan = i->plan;
    const uint K = i->shape->K, cols = i->cols, pitch = (cols + VW - 1) / VW * VW;
    __global R *sums = i->packed + (plan->H + MR - 1) / MR * MR * plan->s_pitch;

    for (uint n = 0; n < plan->H * pitch; n += VW)
        VSTORE((V)(0), 0, sums + n);
    for (uint k0 = 0; k0 < K; k0 += plan->kc) {
        const uint kc = min(plan->kc, K - k0);
        uint k = 0;

        pack_small(i, k0, kc);
        for (; k + KU <= kc; k += KU)
            add_rows(i, sums, pitch, i->packed + k, i->L + (k0 + k) * i->l_row, KU);
        for (; k < kc; k++)
            add_rows(i, sums, pitch, i->packed + k, i->L + (k0 + k) * i->l_row, 1);
    }
    for (uint h = 0; h < plan->H; h++)
        for (uint w = 0; w < cols; w++) {
            const uint gap = w / VW * VW + VW > cols ? pitch - cols : 0;
            put(i, h, w, sums[h * pitch + w + gap], true, true);
        }
}

/* Rows h.. (at most MR) and columns w.. (nv) of S (packed, kc columns from k0 on) * L, each column
 * dense. */
INLINE void add_dots(const struct skinny *i, const uint h, const uint w, const uint nv,
                     const uint k0, const uint kc)
{
    __global const R *S = i->packed + h * i->plan->s_pitch;
    __global const T *L = i->L + k0 + w * i->l_step;
    V acc[MR][NV];
    uint k = 0;

    tile_clear(acc);
    for (; k + VW <= kc; k += VW) {
        V l[NV];
#pragma unroll
        for (uint j = 0; j < nv; j++)
            l[j] = LOAD(VW, L + j * i->l_step + k);
#pragma unroll
        for (uint r = 0; r < MR; r++) {
            const V x = VLOAD(0, S + r * i->plan->s_pitch + k);
#pragma unroll
            for (uint j = 0; j < nv; j++)
                acc[r][j] = MUL_ADD(x, l[j], acc[r][j]);
        }
    }
#pragma unroll
    for (uint r = 0; r < MR; r++)
#pragma unroll
        for (uint j = 0; j < nv; j++) {
            R sum = tile_sum(acc[r][j]);
            for (uint n = k; n < kc; n++)
                sum = MUL_ADD(S[r * i->plan->s_pitch + n], load(L, j * i->l_step + n), sum);
            if (h + r < i->plan->H)
                put(i, h + r, w + j, sum, k0 == 0, k0 + kc == i->shape->K);
        }
}

/* All of K for columns that are dense each. */
INLINE void multiply_columns(const struct skinny *i)
{
    for (uint k = 0; k < i->shape->K; k += i->plan->kc) {
        const uint kc = min(i->plan->kc, i->shape->K - k);

        pack_small(i, k, kc);
        for (uint w = 0; w < i->cols;) {
            const uint nv = w + NV <= i->cols ? NV : 1;
            for (uint h = 0; h < i->plan->H; h += MR) {
                if (nv == NV)
                    add_dots(i, h, w, NV, k, kc);
                else
                    add_dots(i, h, w, 1, k, kc);
            }
            w += nv;
        }
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_skinny(__global TC *C, __global const T *A, __global const T *B, __global const TC *bias,
                 __global const TC *residual, const struct yoke_gemm_shape s,
                 const struct gemm_scalars x, __global R *scratch, volatile __global uint *counter,
                 const struct yoke_gemm_skinny_plan plan)
{
    scratch += get_group_id(0) * plan.workspace_size;
    for (uint item; work_draw(counter, &plan.work, &item);) {
        const uint w = item % plan.col_chunks * plan.cols_per_chunk;
        const size_t batch = item / plan.col_chunks;
        __global const T *a = A + s.a_offset + batch * s.a_batch_stride;
        __global const T *b = B + s.b_offset + batch * s.b_batch_stride;
        const struct skinny i = {
            .C = C,
            .bias = bias,
            .residual = residual,
            .S = plan.flipped ? b : a,
            .L = plan.flipped ? a + w * s.a_row_stride : b + w * s.b_col_stride,
            .packed = scratch,
            .s_row = plan.flipped ? s.b_col_stride : s.a_row_stride,
            .s_step = plan.flipped ? s.b_row_stride : s.a_col_stride,
            .l_row = plan.flipped ? s.a_col_stride : s.b_row_stride,
            .l_step = plan.flipped ? s.a_row_stride : s.b_col_stride,
            .shape = &s,
            .x = &x,
            .plan = &plan,
            .batch = batch,
            .w = w,
            .cols = min(plan.cols_per_chunk, plan.W - w),
        };
        if (plan.by_rows)
            multiply_rows(&i);
        else
            multiply_columns(&i);
    }
}
