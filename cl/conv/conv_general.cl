/* conv_general.cl - convolution that takes anything, one result per work-item.
 *
 * Arrays   see abi/conv.h
 * Launch   global (Q, P, N * groups * K) rounded up to any local size.
 * Memory   see conv_general.clh
 * Numerics see conv_general.clh
 *
 * Defines  see conv_general.clh
 * Uses     yoke, conv, conv_general, abi/conv
 */
__kernel void conv_general(__global T *Y, __global const T *X, __global const T *W,
                           __global const T *bias, __global const T *residual,
                           const struct yoke_conv_shape shape)
{
    const struct conv_args args = { Y, X, W, bias, residual, &shape };
    const size_t filter = get_global_id(2);
    const struct conv_place place = { .n = filter / shape.K / shape.groups,
                                      .group = filter / shape.K % shape.groups,
                                      .k = filter % shape.K,
                                      .p = get_global_id(1),
                                      .q = get_global_id(0) };

    conv_general_element(&args, &place);
}
