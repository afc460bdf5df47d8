/* conv_general.cl - convolution that takes anything, one result per work-item.
 *
 * Arrays   see abi/conv.h
 * Launch   global (Q, P, N * groups * K) rounded up to any local size.
 * Memory   reads only pixels inside the image; nothing outside the arrays.
 * Numerics sums in T, one product after another, from bias on.
 *
 * Defines  DTYPE, HAVE_FMA  see yoke.clh
 * Uses     yoke, abi/conv
 */
__kernel void conv_general(__global T *Y, __global const T *X, __global const T *W,
                           __global const T *bias, const struct yoke_conv_shape s)
{
    const uint q = get_global_id(0), p = get_global_id(1);
    const uint k = get_global_id(2) % s.K, group = get_global_id(2) / s.K % s.groups;
    const uint n = get_global_id(2) / s.K / s.groups;
    if (q >= s.Q || p >= s.P || n >= s.N) return;

    X += s.x_offset + n * s.x_image + group * s.x_group;
    W += ((ulong)group * s.K + k) * s.w_filter + s.w_offset;

    T sum = s.has_bias ? bias[s.bias_offset + group * s.K + k] : (T)0;
    for (uint r = 0; r < s.R; r++) {
        const int y = (int)(p * s.stride_h) - s.pad_h + (int)(r * s.dilation_h);
        if (y < 0 || y >= (int)s.H) continue;
        for (uint t = 0; t < s.S; t++) {
            const int x = (int)(q * s.stride_w) - s.pad_w + (int)(t * s.dilation_w);
            if (x < 0 || x >= (int)s.W) continue;
            __global const T *pixel = X + y * s.x_row + x * s.x_col;
            __global const T *weight = W + ((long)r * s.w_row + (long)t * s.w_col);
            for (uint c = 0; c < s.C; c++)
                sum = MUL_ADD(pixel[c * s.x_channel], weight[c * s.w_channel], sum);
        }
    }
    Y[s.y_offset + n * s.y_image + group * s.y_group + k * s.y_channel + p * s.y_row +
      q * s.y_col] = sum;
}
