/* conv_tile.cl - direct convolution on devices whose work-item is a thread with a vector unit.
 *
 * Arrays   see abi/conv.h; workspace: workspace_size elements for each work-group.
 * Launch   any number of work-groups of one work-item, as many as the device has compute units,
 *          which draw chunks (work.clh).
 * Memory   see conv_tile.clh
 * Numerics see conv_tile.clh
 *
 * Defines  see conv_tile.clh
 * Uses     yoke, work, conv, conv_tile, abi/conv
 */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void conv_tile(__global T *Y, __global const T *X, __global const T *W, __global const T *bias,
               __global const T *residual, const struct yoke_conv_shape shape, __global T *workspace,
               volatile __global uint *counter, const struct yoke_conv_plan plan)
{
    uint packed = UINT_MAX;
    const struct conv_tile_args args = { { Y, X, W, bias, residual, &shape }, &plan,
                                         &packed };

    workspace += get_group_id(0) * plan.workspace_size;
    for (uint chunk; work_draw(counter, &plan.work, &chunk);)
        conv_tile_chunk(&args, chunk, workspace);
}
