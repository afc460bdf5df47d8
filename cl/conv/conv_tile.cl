/* conv_tile.cl - direct convolution on devices whose work-item is a thread with a vector unit.
 *
 * Arrays   see abi/conv.h; scratch: scratch_size elements for each work-group.
 * Launch   any number of work-groups of one work-item, as many as the device has units. They draw
 *          items from `counter`: tiles_per_item tiles of MR pixels of a row, of `panels` panels of NR
 *          filters, of a group. n_items + work-groups tickets are drawn, from first_ticket on.
 * Memory   a work-group packs its panels of filters into its scratch, where they stay in its cache.
 *          X is read in place where channels are innermost and the tile's pixels all lie inside;
 *          elsewhere, and where pixels would all fall into one set of the nearest cache (copy_x), the
 *          pixels of a tile are first copied, with zeros around, to scratch, slab_col apart.
 * Numerics the C R S products of a result are summed in registers, one after another, from bias on.
 *          Padding is absent. The zeros in its place change nothing but where a weight is infinite
 *          or NaN: a tile with padding in which something came out NaN is done again without them.
 *
 * Defines  DTYPE, HAVE_FMA  see yoke.clh
 *          VW, NV, MR       see tile.clh
 * Uses     yoke, tile, conv_pack, abi/conv
 */
#if !defined(NV) || !defined(MR)
#error "conv_tile.cl: define NV and MR"
#endif
/* Where the pixels of a tile lie: pixel i of filter row r, tap s, channel c is at
 * at[r * row + (i * stride_w + s * dilation_w) * col + c]. */
struct pixels {
    __global const T *at;
    ulong row, col;
    uint r_begin, r_end; /* rows of the filter that meet the image */
    int x0;              /* column of the first pixel under the first tap */
    bool padded;         /* some columns are outside the image */
};

/* Panels of filters, each NR biases and then (r, s, c) x NR weights, zero past filter K. */
INLINE void pack_filters(__global T *packed, __global const T *w, __global const T *bias,
                         const struct yoke_conv_shape *s, const uint first, const uint n_filters)
{
    for (uint k0 = first; k0 < first + n_filters; k0 += NR) {
        for (uint k = k0; k < k0 + NR; k++)
            *packed++ = s->has_bias && k < s->K ? bias[k] : (T)0;
        for (uint r = 0; r < s->R; r++)
            for (uint t = 0; t < s->S; t++) {
                const long tap = (long)s->w_offset + (long)r * s->w_row + (long)t * s->w_col;
                tile_pack_panel(packed, w + (tap + (long)(k0 * s->w_filter)), s->w_channel,
                                s->w_filter, s->C, min((uint)NR, s->K - k0));
                packed += s->C * NR;
            }
    }
}

/* Copy a pixel's channels, or zeros where it is outside the image. */
INLINE void copy_pixel(__global T *to, __global const T *line, const struct yoke_conv_shape *s,
                       const int x)
{
    if (x < 0 || x >= (int)s->W) {
        tile_zero(to, s->C);
    } else if (s->x_channel == 1) {
        tile_copy(to, line + (ulong)x * s->x_col, s->C);
    } else {
        for (uint c = 0; c < s->C; c++)
            to[c] = line[(ulong)x * s->x_col + c * s->x_channel];
    }
}

/* Copy the pixels under a tile, the leftmost of them at (y0, x0), to slab (R, width, in->col). */
INLINE void copy_pixels(__global T *slab, __global const T *x, const struct yoke_conv_shape *s,
                        const struct pixels *in, const int y0, const int x0, const uint width)
{
    for (uint r = in->r_begin; r < in->r_end; r++) {
        __global const T *line = x + (ulong)(y0 + (int)(r * s->dilation_h)) * s->x_row;
        for (uint i = 0; i < width; i++)
            copy_pixel(slab + (r * width + i) * in->col, line, s, x0 + (int)i);
    }
}

/* Find the pixels under the tile of output row p from column q on. */
INLINE void find_pixels(struct pixels *in, __global T *slab, __global const T *x,
                        const struct yoke_conv_shape *s, const struct yoke_conv_plan *plan,
                        const uint p, const uint q)
{
    const int y0 = (int)(p * s->stride_h) - s->pad_h, x0 = (int)(q * s->stride_w) - s->pad_w;
    const uint width = (MR - 1) * s->stride_w + (s->S - 1) * s->dilation_w + 1;

    in->x0 = x0;
    in->padded = x0 < 0 || x0 + (int)width > (int)s->W;
    in->r_begin = 0;
    in->r_end = s->R;
    while (in->r_begin < s->R && y0 + (int)(in->r_begin * s->dilation_h) < 0)
        in->r_begin++;
    while (in->r_end > in->r_begin && y0 + (int)((in->r_end - 1) * s->dilation_h) >= (int)s->H)
        in->r_end--;
    if (!plan->copy_x && s->x_channel == 1 && !in->padded) {
        in->at = x + ((long)y0 * (long)s->x_row + (long)x0 * (long)s->x_col);
        in->row = s->dilation_h * s->x_row;
        in->col = s->x_col;
    } else {
        in->at = slab;
        in->row = width * plan->slab_col;
        in->col = plan->slab_col;
        copy_pixels(slab, x, s, in, y0, x0, width);
    }
}

/* Whether a result is NaN (or infinite: that it was done again does no harm). */
INLINE bool has_nan(V acc[MR][NV])
{
    V zero = (V)(0);
#pragma unroll
    for (uint i = 0; i < MR; i++)
#pragma unroll
        for (uint j = 0; j < NV; j++)
            zero = MUL_ADD(acc[i][j], (V)(0), zero);
    const T sum = tile_sum(zero);
    return sum != sum;
}

/* Give the results whose pixels under tap t are padding back what they were. */
INLINE void restore_padded(V acc[MR][NV], __global const T *before, const struct yoke_conv_shape *s,
                           const struct pixels *in, const uint t)
{
#pragma unroll
    for (uint i = 0; i < MR; i++) {
        const int x = in->x0 + (int)(i * s->stride_w + t * s->dilation_w);
        if (x >= 0 && x < (int)s->W) continue;
#pragma unroll
        for (uint j = 0; j < NV; j++)
            acc[i][j] = VLOAD(j, before + i * NR);
    }
}

/* With `apart` tap by tap, the padding left out; `spare` has room for a tile. */
INLINE void accumulate(V acc[MR][NV], __global const T *panel, __global T *spare,
                       const struct yoke_conv_shape *s, const struct pixels *in, const bool apart)
{
    const ulong pixel = s->stride_w * in->col;
    /* Taps whose pixels lie side by side make one long sum. */
    const bool joined = s->dilation_w == 1 && in->col == s->C && !apart;
    const uint taps = joined ? 1 : s->S, length = joined ? s->S * s->C : s->C;

#pragma unroll
    for (uint j = 0; j < NV; j++) {
        const V bias = VLOAD(j, panel);
#pragma unroll
        for (uint i = 0; i < MR; i++)
            acc[i][j] = bias;
    }
    panel += NR;
    for (uint r = in->r_begin; r < in->r_end; r++)
        for (uint t = 0; t < taps; t++) {
            if (apart) tile_spill(spare, acc);
            tile_mul(acc, in->at + r * in->row + t * s->dilation_w * in->col, pixel, 1,
                     panel + (r * s->S + t) * s->C * NR, NR, 0, length, 0, 0, 0);
            if (apart) restore_padded(acc, spare, s, in, t);
        }
}

INLINE void store_tile(__global T *y, V acc[MR][NV], __global T *spare, const struct yoke_conv_shape *s,
                       const uint pixels, const uint filters)
{
    if (s->y_channel == 1 && filters == NR && pixels == MR) {
#pragma unroll
        for (uint i = 0; i < MR; i++)
#pragma unroll
            for (uint j = 0; j < NV; j++)
                VSTORE(acc[i][j], j, y + i * s->y_col);
        return;
    }
    tile_spill(spare, acc);
    for (uint k = 0; k < filters; k++)
        for (uint i = 0; i < pixels; i++)
            y[k * s->y_channel + i * s->y_col] = spare[i * NR + k];
}

/* One tile of pixels, all panels of the item. */
INLINE void convolve_tile(__global T *Y, __global const T *X, __global const T *filters,
                          __global T *spare, const struct yoke_conv_shape *s,
                          const struct yoke_conv_plan *plan, const uint tile, const uint n_filters)
{
    const uint tiles_per_row = (s->Q + MR - 1) / MR;
    const uint line = tile / tiles_per_row, n = line / s->P, p = line % s->P;
    uint q = tile % tiles_per_row * MR;
    /* The last tile of a row moves back to be whole: it repeats results, it does not add to them. */
    if (q + MR > s->Q && s->Q >= MR) q = s->Q - MR;

    struct pixels in;
    find_pixels(&in, spare + MR * NR, X + n * s->x_image, s, plan, p, q);
    Y += n * s->y_image + p * s->y_row + q * s->y_col;
    for (uint k = 0; k < n_filters; k += NR) {
        V acc[MR][NV];

        for (uint apart = 0; apart < 2; apart++) {
            accumulate(acc, filters, spare, s, &in, apart);
            if (!in.padded || !has_nan(acc)) break;
        }
        store_tile(Y + k * s->y_channel, acc, spare, s, min((uint)MR, s->Q - q),
                   min((uint)NR, n_filters - k));
        filters += NR + s->R * s->S * s->C * NR;
    }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv_tile(__global T *Y, __global const T *X, __global const T *W, __global const T *bias,
               __global T *scratch, volatile __global uint *counter,
               const struct yoke_conv_shape s, const struct yoke_conv_plan plan)
{
    __global T *spare = scratch + get_group_id(0) * plan.scratch_size;
    __global T *filters = spare + MR * NR +
        s.R * ((MR - 1) * s.stride_w + (s.S - 1) * s.dilation_w + 1) * plan.slab_col;
    uint packed = UINT_MAX; /* whose filters lie there */

    for (;;) {
        const uint item = atomic_inc(counter) - plan.first_ticket;
        if (item >= plan.n_items) return;

        const uint tile = item % plan.tile_items * plan.tiles_per_item;
        const uint which = item / plan.tile_items;
        const uint first = which % plan.panel_items * plan.panels * NR;
        const uint n_filters = min(plan.panels * NR, s.K - first);
        const ulong group = which / plan.panel_items;
        if (which != packed)
            pack_filters(filters, W + group * s.K * s.w_filter, bias + group * s.K, &s, first,
                         n_filters);
        packed = which;
        for (uint t = tile; t < min(plan.tiles, tile + plan.tiles_per_item); t++)
            convolve_tile(Y + group * s.y_group + first * s.y_channel, X + group * s.x_group,
                          filters, spare, &s, &plan, t, n_filters);
    }
}
