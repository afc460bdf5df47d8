/* dot_trial.cl - does dot_add (dot.clh) work here?
 *
 * Arrays   out: 2 numbers; bytes: N elements, among them extremes.
 * Launch   one work-item.
 * Memory   reads N elements, writes out[0]: 1 = every sum is right, 0 = one is wrong; out[1]: the
 *          rows of a tile for which there are registers (MAX_ROWS).
 * Numerics exact.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA  see yoke.clh
 *          VW, GROUP, NATIVE         see dot.clh
 *          N                         a multiple of 4 * VW, at most 1024 * VW
 * Uses     yoke, dot
 */
#if !defined(VW) || !defined(GROUP) || !defined(N)
#error "dot_trial.cl: define VW, GROUP and N"
#endif

/* The word of elements k to k + GROUP - 1, as dot_add takes it from the left or the right. */
INLINE uint trial_word(__global const char *p, const bool left)
{
#if GROUP == 1
    return as_uint((float)p[0]);
#elif GROUP == 2
    return (uint)(ushort)p[0] | (uint)(ushort)p[1] << 16;
#else
    return as_uint(vload4(0, p)) ^ (left ? FLIP : 0u);
#endif
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void dot_trial(__global int *out, __global const char *bytes)
{
    ACC acc = dot_start((W)(7));
    uint expected[VW], got[VW];
    int right = 1;

    for (uint i = 0; i < VW; i++)
        expected[i] = 7;
    for (uint k = 0; k < N; k += VW * GROUP) {
        uint a[VW], b[VW];
        for (uint i = 0; i < VW; i++) {
            __global const char *x = bytes + k + i * GROUP, *y = bytes + N - GROUP - k - i * GROUP;
            a[i] = trial_word(x, true);
            b[i] = trial_word(y, false);
            for (uint j = 0; j < GROUP; j++)
                expected[i] += (x[j] + (FLIP ? 128 : 0)) * y[j];
        }
        acc = dot_add(acc, PASTE(vload, VW)(0, a), PASTE(vload, VW)(0, b));
    }
    PASTE(vstore, VW)(dot_end(acc), 0, got);
    for (uint i = 0; i < VW; i++)
        if (got[i] != expected[i]) right = 0;
    out[0] = right;
    out[1] = MAX_ROWS;
}
