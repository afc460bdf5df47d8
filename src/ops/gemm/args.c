/* args.c - a matrix product as the kernels get it.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm/args.h"

#include <stddef.h>

#include "abi/activation.h"
#include "base/element.h"
#include "base/error.h"

#define SAME(here, in_kernels)                                                                     \
    _Static_assert((int)(here) == (int)(in_kernels), "abi/activation.h is not yoke/epilogue.h")
SAME(YOKE_ACT_NONE, YOKE_KERNEL_NO_ACTIVATION);
SAME(YOKE_ACT_RELU, YOKE_KERNEL_RELU);
SAME(YOKE_ACT_CLAMP, YOKE_KERNEL_CLAMP);
SAME(YOKE_ACT_SIGMOID, YOKE_KERNEL_SIGMOID);
SAME(YOKE_ACT_TANH, YOKE_KERNEL_TANH);
SAME(YOKE_ACT_GELU, YOKE_KERNEL_GELU);

static struct yoke_gemm_shape shape_of(const struct yoke_gemm_problem *p)
{
    const struct yoke_matrix *m = p->at;
    const struct yoke_matrix A = m[YOKE_GEMM_A], B = m[YOKE_GEMM_B], C = m[YOKE_GEMM_C],
                             R = m[YOKE_GEMM_R], bias = m[YOKE_GEMM_BIAS];

    return (struct yoke_gemm_shape){
        .a_row_stride = A.row,
        .a_col_stride = A.step,
        .a_batch_stride = A.batch,
        .a_offset = A.offset,
        .b_row_stride = B.row,
        .b_col_stride = B.step,
        .b_batch_stride = B.batch,
        .b_offset = B.offset,
        .c_row_stride = C.row,
        .c_batch_stride = C.batch,
        .c_offset = C.offset,
        .r_row_stride = R.row,
        .r_batch_stride = R.batch,
        .r_offset = R.offset,
        .bias_row_stride = bias.row,
        .bias_col_stride = bias.step,
        .bias_offset = bias.offset,
        .M = (uint32_t)p->M,
        .N = (uint32_t)p->N,
        .K = (uint32_t)p->K,
        .conj_a = p->conj_a,
        .conj_b = p->conj_b,
        .has_bias = p->has_bias,
        .has_residual = p->has_residual,
        .activation = p->activation,
    };
}

static struct yoke_gemm_scalars scalars_of(const struct yoke_gemm_problem *p)
{
    const size_t parts = yoke_type_parts(p->type), n = 2 * parts + 2;
    const double values[6] = {
        p->alpha[0],
        parts > 1 ? p->alpha[1] : p->beta[0],
        parts > 1 ? p->beta[0] : p->clamp_min,
        parts > 1 ? p->beta[1] : p->clamp_max,
    };
    struct yoke_gemm_scalars s = { .size_bytes = n * sizeof(float) };

    if (yoke_type_is_double(p->type)) s.size_bytes = n * sizeof(double);
    for (size_t i = 0; i < n; i++) {
        if (yoke_type_is_double(p->type))
            s.value.f64[i] = values[i];
        else if (yoke_type_is_integer(p->type))
            s.value.s32[i] = (int32_t)values[i];
        else
            s.value.f32[i] = (float)values[i];
    }
    return s;
}

void yoke_gemm_step_begin(struct yoke_step *step, const struct yoke_gemm_problem *p)
{
    const struct yoke_gemm_shape shape = shape_of(p);
    const struct yoke_gemm_scalars scalars = scalars_of(p);

    static const size_t offsets[YOKE_GEMM_OPERANDS] = {
        [YOKE_GEMM_C] = offsetof(struct yoke_gemm_shape, c_offset),
        [YOKE_GEMM_A] = offsetof(struct yoke_gemm_shape, a_offset),
        [YOKE_GEMM_B] = offsetof(struct yoke_gemm_shape, b_offset),
        [YOKE_GEMM_BIAS] = offsetof(struct yoke_gemm_shape, bias_offset),
        [YOKE_GEMM_R] = offsetof(struct yoke_gemm_shape, r_offset),
    };

    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++)
        yoke_step_operand(step, i);
    const size_t at = yoke_step_value(step, &shape, sizeof shape);
    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++)
        yoke_step_offset(step, i, at + offsets[i], yoke_type_size(yoke_gemm_type(p, i)));
    yoke_step_value(step, &scalars.value, scalars.size_bytes);
}

size_t yoke_gemm_number_bytes(enum yoke_type type)
{
    return yoke_type_is_double(type) ? sizeof(double) : sizeof(float);
}

size_t yoke_gemm_max_scratch_bytes(const yoke_device *dev, const struct yoke_gemm_problem *p)
{
    const uint64_t most = yoke_device_get_info(dev)->max_alloc_bytes;
    const size_t cap = p->max_workspace_bytes ? p->max_workspace_bytes : SIZE_MAX;

    return most < cap ? (size_t)most : cap;
}

void yoke_gemm_options(struct yoke_text *o, bool fma, enum yoke_type type, bool epilogue)
{
    yoke_options_begin(o, fma, type);
    yoke_text_add(o, " -DEPILOGUE=%d", epilogue);
}

void yoke_gemm_options_for(struct yoke_text *o, const yoke_device *dev,
                           const struct yoke_gemm_problem *p)
{
    yoke_gemm_options(o, yoke_device_get_info(dev)->fma, p->type, yoke_gemm_has_epilogue(p));
}

yoke_status yoke_gemm_plan_chunks(struct yoke_plan *plan, struct yoke_text *options,
                                  const struct yoke_gemm_problem *p,
                                  const struct yoke_gemm_chunks *chunks)
{
    struct yoke_step *step;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    TRY(yoke_kernel_get_with(plan->dev, plan->variant->kernel, options, &kernel));
    TRY(yoke_plan_append(plan, kernel, &step));
    yoke_gemm_step_begin(step, p);
    yoke_step_from(step, YOKE_FROM_WORKSPACE);
    yoke_step_from(step, YOKE_FROM_COUNTER);
    const size_t at = yoke_step_value(step, chunks->plan, chunks->plan_bytes);
    yoke_step_chunks(step, chunks->groups, chunks->n_chunks, at + chunks->work_at);
    yoke_plan_need(plan, chunks->workspace_bytes, 0);
out:
    return st;
}
