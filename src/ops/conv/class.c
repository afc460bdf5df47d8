/* class.c - convolution as an operator among others: its variants, and what these share.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ops/conv/conv.h"
#include "ops/conv/families.h"

static const struct yoke_variant variants[] = {
    {
        .name = "conv_tile",
        .kernel = "conv_tile",
        .tiled = true,
        .accepts = yoke_variant_f32_f64,
        .supports = yoke_conv_tile_supports,
        .prefers = yoke_conv_tile_prefers,
        .plan = yoke_conv_tile_plan,
        .workspace = yoke_conv_tile_workspace,
    },
    {
        .name = "conv_general",
        .kernel = "conv_general",
        .accepts = yoke_variant_f32_f64,
        .supports = yoke_variant_always,
        .prefers = yoke_variant_always,
        .plan = yoke_conv_general_plan,
    },
};

static enum yoke_type type_of(const void *problem)
{
    return ((const struct yoke_conv_problem *)problem)->type;
}

static const char *asked_for(const void *problem)
{
    return ((const struct yoke_conv_problem *)problem)->variant;
}

static bool is_empty(const void *problem)
{
    return ((const struct yoke_conv_problem *)problem)->N == 0;
}

/* "nhwc n8 c64x56x56 k64x3x3 g1 s1x1 d1x1 p1x1 o56x56": images, input channels and size, filters
 * and their size, groups, strides, dilations, padding before, output size. */
static void print_key(const void *problem, char key[YOKE_KEY_MAX])
{
    const struct yoke_conv_problem *p = problem;

    snprintf(key, YOKE_KEY_MAX,
             "%s n%zu c%zux%zux%zu k%zux%zux%zu g%zu s%zux%zu d%zux%zu p%zux%zu o%zux%zu%s",
             p->x_channel == 1 ? "nhwc" : "nchw", p->N, p->C * p->groups, p->H, p->W,
             p->K * p->groups, p->R, p->S, p->groups, p->stride_h, p->stride_w, p->dilation_h,
             p->dilation_w, p->pad_h, p->pad_w, p->P, p->Q, p->w_row < 0 ? " turned" : "");
}

static uint64_t bits_of(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static size_t digest(const void *problem, uint64_t words[YOKE_DIGEST_WORDS])
{
    const struct yoke_conv_problem *p = problem;
    const uint64_t all[] = {
        (uint64_t)p->type << 32 | (uint64_t)p->activation << 16 | (uint64_t)p->has_bias << 1 |
            p->has_residual,
        // clang-format off
        p->N, p->groups, p->C, p->H, p->W, p->K, p->R, p->S, p->P, p->Q,
        p->stride_h, p->stride_w, p->dilation_h, p->dilation_w, p->pad_h, p->pad_w,
        p->x_offset, p->x_group, p->x_image, p->x_channel, p->x_row, p->x_col,
        p->y_offset, p->y_group, p->y_image, p->y_channel, p->y_row, p->y_col,
        p->r_offset, p->r_group, p->r_image, p->r_channel, p->r_row, p->r_col,
        p->w_offset, p->w_filter, p->w_channel, (uint64_t)p->w_row, (uint64_t)p->w_col,
        p->bias_offset, bits_of(p->clamp_min), bits_of(p->clamp_max), p->max_workspace_bytes,
        // clang-format on
        (uint64_t)(uintptr_t)p->variant, /* the table's own name */
    };

    memcpy(words, all, sizeof all);
    return sizeof all / sizeof *all;
}

const struct yoke_op_class yoke_conv_class = {
    .name = "conv",
    .variants = variants,
    .n_variants = sizeof variants / sizeof *variants,
    .type = type_of,
    .asked_for = asked_for,
    .is_empty = is_empty,
    .key = print_key,
    .digest = digest,
};
