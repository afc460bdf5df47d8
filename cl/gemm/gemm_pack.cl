/* gemm_pack.cl - an operand of many products, packed once and whole.
 *
 * Arrays   from: A, (extent, K), element (i, k) at offset + b * batch + i * row + k * step, or B,
 *          (K, extent), element (k, i) there, for matrix b of the batch. to: as pack.clh says, all
 *          tiles or panels of a matrix one after another, matrices to_batch numbers apart.
 * Launch   global (items, matrices), local (1, 1): an item packs per_item rows of A or columns of B,
 *          whole tiles or panels.
 * Memory   reads nothing outside the matrix.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA  see yoke.clh; not S8
 *          VW, NV, MR                see tile.clh
 * Uses     yoke, tile, pack
 */
#ifndef MR
#error "gemm_pack.cl: define MR"
#endif

struct gemm_pack_shape {
    ulong row, step, batch, offset, to_batch;
    uint extent, K, per_item, is_b, conj;
    uint gap; /* no padding that a compiler could count differently */
};

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_pack(__global R *to, __global const T *from, const struct gemm_pack_shape s)
{
    const uint first = get_global_id(0) * s.per_item;
    const uint n = min(s.per_item, s.extent - first);
    const size_t numbers = (size_t)s.K * PARTS; /* of a row of A; of a column of packed B */

    to += get_global_id(1) * s.to_batch;
    from += (s.offset + get_global_id(1) * s.batch) * PARTS;
    if (s.is_b)
        pack_b(to + first * PARTS * numbers, numbers * NR, from + first * s.step * PARTS, s.row,
               s.step, n, s.K, s.conj);
    else
        pack_a(to + first * numbers, numbers * MR, from + first * s.row * PARTS, s.row, s.step, n,
               s.K, s.conj);
}
