/* args.c - a convolution as the kernels get it.
 * SPDX-License-Identifier: MIT */
#include "ops/conv/args.h"

#include <string.h>

#include "abi/conv.h"

/* A number as the arithmetic holds it. */
static uint64_t bits_of(double value, enum yoke_type type)
{
    const float single = (float)value;
    uint64_t bits = 0;
    uint32_t half;

    memcpy(&bits, &value, sizeof bits);
    memcpy(&half, &single, sizeof half);
    return type == YOKE_F64 ? bits : half;
}

static struct yoke_conv_shape shape_of(const struct yoke_conv_problem *p)
{
    return (struct yoke_conv_shape){
        .w_row = p->w_row,
        .w_col = p->w_col,
        .w_offset = p->w_offset,
        .w_filter = p->w_filter,
        .w_channel = p->w_channel,
        .x_offset = p->x_offset,
        .x_group = p->x_group,
        .x_image = p->x_image,
        .x_channel = p->x_channel,
        .x_row = p->x_row,
        .x_col = p->x_col,
        .y_offset = p->y_offset,
        .y_group = p->y_group,
        .y_image = p->y_image,
        .y_channel = p->y_channel,
        .y_row = p->y_row,
        .y_col = p->y_col,
        .r_offset = p->r_offset,
        .r_group = p->r_group,
        .r_image = p->r_image,
        .r_channel = p->r_channel,
        .r_row = p->r_row,
        .r_col = p->r_col,
        .bias_offset = p->bias_offset,
        .clamp_min = bits_of(p->clamp_min, p->type),
        .clamp_max = bits_of(p->clamp_max, p->type),
        .N = (uint32_t)p->N,
        .groups = (uint32_t)p->groups,
        .C = (uint32_t)p->C,
        .K = (uint32_t)p->K,
        .H = (uint32_t)p->H,
        .W = (uint32_t)p->W,
        .P = (uint32_t)p->P,
        .Q = (uint32_t)p->Q,
        .R = (uint32_t)p->R,
        .S = (uint32_t)p->S,
        .pad_h = (int32_t)p->pad_h,
        .pad_w = (int32_t)p->pad_w,
        .stride_h = (uint32_t)p->stride_h,
        .stride_w = (uint32_t)p->stride_w,
        .dilation_h = (uint32_t)p->dilation_h,
        .dilation_w = (uint32_t)p->dilation_w,
        .has_bias = p->has_bias,
        .has_residual = p->has_residual,
        .activation = p->activation,
    };
}

void yoke_conv_step_begin(struct yoke_step *step, const struct yoke_conv_problem *p)
{
    const struct yoke_conv_shape shape = shape_of(p);

    for (size_t i = 0; i < YOKE_CONV_OPERANDS; i++)
        yoke_step_operand(step, i);
    yoke_step_value(step, &shape, sizeof shape);
}

void yoke_conv_options(struct yoke_text *o, bool fma, enum yoke_type type, bool epilogue)
{
    yoke_options_begin(o, fma, type);
    yoke_text_add(o, " -DEPILOGUE=%d", epilogue);
}

void yoke_conv_options_for(struct yoke_text *o, const yoke_device *dev,
                           const struct yoke_conv_problem *p)
{
    yoke_conv_options(o, yoke_device_get_info(dev)->fma, p->type, yoke_conv_has_epilogue(p));
}
