/* gemm_dot.cl - matrix product of 8-bit integers on devices whose work-item is a thread with a
 * vector unit.
 *
 * Arrays   see gemm_dot.clh; workspace: workspace_size words for each work-group.
 * Launch   any number of work-groups of one work-item, as many as the device has compute units,
 *          which draw chunks (work.clh).
 * Memory   see gemm_dot.clh
 * Numerics see gemm_dot.clh
 *
 * Defines  see gemm_dot.clh
 * Uses     yoke, work, gemm, gemm_dot, abi/gemm, abi/gemm_dot
 */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_dot(__global TC *C, __global const T *A, __global const T *B, __global const TC *bias,
              __global const TC *residual, const struct yoke_gemm_shape shape,
              const struct gemm_scalars scalars, __global uint *workspace,
              volatile __global uint *counter, const struct yoke_gemm_dot_plan plan)
{
    const struct gemm_dot_args args = { { C, A, B, bias, residual, &shape, &scalars }, &plan };

    workspace += get_group_id(0) * plan.workspace_size;
    for (uint chunk; work_draw(counter, &plan.work, &chunk);)
        gemm_dot_chunk(&args, chunk, workspace);
}
