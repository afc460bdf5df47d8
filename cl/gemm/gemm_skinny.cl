/* gemm_skinny.cl - product of a matrix of few rows by a large one, at the speed of memory, on
 * devices whose work-item is a thread with a vector unit.
 *
 * Arrays   see gemm_skinny.clh; workspace: workspace_size numbers for each work-group.
 * Launch   any number of work-groups of one work-item, as many as the device has compute units,
 *          which draw chunks (work.clh).
 * Memory   see gemm_skinny.clh
 * Numerics see gemm_skinny.clh
 *
 * Defines  see gemm_skinny.clh
 * Uses     yoke, work, gemm, gemm_skinny, abi/gemm, abi/gemm_skinny
 */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gemm_skinny(__global TC *C, __global const T *A, __global const T *B, __global const TC *bias,
                 __global const TC *residual, const struct yoke_gemm_shape shape,
                 const struct gemm_scalars scalars, __global R *workspace,
                 volatile __global uint *counter, const struct yoke_gemm_skinny_plan plan)
{
    const struct gemm_skinny_args args = { { C, A, B, bias, residual, &shape, &scalars }, &plan };

    workspace += get_group_id(0) * plan.workspace_size;
    for (uint chunk; work_draw(counter, &plan.work, &chunk);)
        gemm_skinny_chunk(&args, chunk, workspace);
}
