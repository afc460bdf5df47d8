/* gemm_pack.cl - an operand of many products, packed once and whole.
 *
 * Arrays   from: A, (extent, K), element (i, k) at offset + b * batch_stride + i * row_stride + k *
 *          col_stride, or B, (K, extent), element (k, i) there, for matrix b of the batch. to: as
 *          pack.clh says, all tiles or panels of a matrix one after another, matrices
 *          to_batch_stride numbers apart.
 * Launch   global (items, matrices), local (1, 1): an item packs per_item rows of A or columns of B,
 *          whole tiles or panels.
 * Memory   reads nothing outside the matrix.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA  see yoke.clh; not S8
 *          VW, NV, MR                see tile.clh
 * Uses     yoke, tile, pack, abi/gemm_pack
 */
#ifndef MR
#error "gemm_pack.cl: define MR"
#endif

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_pack(__global R *to, __global const T *from, const struct yoke_gemm_pack_shape s)
{
    const uint first = get_global_id(0) * s.per_item;
    const uint n = min(s.per_item, s.extent - first);
    const size_t numbers = (size_t)s.K * PARTS; /* of a row of A; of a column of packed B */

    to += get_global_id(1) * s.to_batch_stride;
    from += (s.offset + get_global_id(1) * s.batch_stride) * PARTS;
    if (s.is_b)
        pack_b(to + first * PARTS * numbers, numbers * NR, from + first * s.col_stride * PARTS,
               s.row_stride, s.col_stride, n, s.K, s.conj);
    else
        pack_a(to + first * numbers, numbers * MR, from + first * s.row_stride * PARTS,
               s.row_stride, s.col_stride, n, s.K, s.conj);
}
