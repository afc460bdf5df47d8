/* parts.c - the operands of a convolution, and how it is cut into smaller ones.
 * SPDX-License-Identifier: MIT */
#include "base/size.h"
#include "ops/conv/conv.h"

/* Filters of a whole panel of any device, so that shares leave no edges. */
enum { FILTER_TILE = 32 };

/* Along which dimension of the result a convolution is cut: groups whole. */
enum { IMAGES, FILTERS, ROWS, N_CUTS };

static size_t length_of(int64_t stride)
{
    return (size_t)(stride < 0 ? -stride : stride);
}

/* Of turned filters, from the first element in memory to the first tap. */
static size_t turn_of(const struct yoke_conv_problem *p)
{
    return p->w_row < 0 ? (p->R - 1) * length_of(p->w_row) + (p->S - 1) * length_of(p->w_col) : 0;
}

static struct yoke_operand filters_of(const struct yoke_conv_problem *p)
{
    return (struct yoke_operand){
        .name = "W",
        .tensor = { .rank = 4,
                    .dims = { p->K * p->groups, p->C, p->R, p->S },
                    .strides = { p->w_filter, p->w_channel, length_of(p->w_row),
                                 length_of(p->w_col) } },
        .offset = p->w_offset - turn_of(p),
    };
}

static struct yoke_operand result_of(const struct yoke_conv_problem *p)
{
    return (struct yoke_operand){
        .name = "Y",
        .tensor = { .rank = 4,
                    .dims = { p->N, p->K * p->groups, p->P, p->Q },
                    .strides = { p->y_image, p->y_channel, p->y_row, p->y_col } },
        .offset = p->y_offset,
    };
}

static struct yoke_operand images_of(const struct yoke_conv_problem *p)
{
    return (struct yoke_operand){
        .name = "X",
        .tensor = { .rank = 4,
                    .dims = { p->N, p->C * p->groups, p->H, p->W },
                    .strides = { p->x_image, p->x_channel, p->x_row, p->x_col } },
        .offset = p->x_offset,
    };
}

static struct yoke_operand bias_of(const struct yoke_conv_problem *p)
{
    return (struct yoke_operand){
        .name = "the bias",
        .tensor = { .rank = 1, .dims = { p->K * p->groups }, .strides = { 1 } },
        .offset = p->bias_offset,
    };
}

void yoke_conv_operand(const void *problem, size_t i, struct yoke_operand *out)
{
    const struct yoke_conv_problem *p = problem;

    switch (i) {
    case YOKE_CONV_Y: *out = result_of(p); break;
    case YOKE_CONV_X: *out = images_of(p); break;
    case YOKE_CONV_W: *out = filters_of(p); break;
    default: *out = bias_of(p);
    }
    out->number = i;
    out->tensor.type = p->type;
    out->is_array = i != YOKE_CONV_BIAS || p->has_bias;
    out->is_read = i != YOKE_CONV_Y;
}

static void put_filters(struct yoke_conv_problem *p, const size_t strides[4], size_t offset)
{
    const int64_t sign = p->w_row < 0 ? -1 : 1;

    p->w_filter = strides[0];
    p->w_channel = strides[1];
    p->w_row = sign * (int64_t)strides[2];
    p->w_col = sign * (int64_t)strides[3];
    p->w_offset = offset + turn_of(p);
}

void yoke_conv_put(void *problem, size_t i, const struct yoke_tensor *tensor, size_t offset)
{
    const size_t *const strides = tensor->strides;
    struct yoke_conv_problem *p = problem;

    switch (i) {
    case YOKE_CONV_Y:
        p->y_image = strides[0];
        p->y_channel = strides[1];
        p->y_row = strides[2];
        p->y_col = strides[3];
        p->y_group = p->K * p->y_channel;
        p->y_offset = offset;
        break;
    case YOKE_CONV_X:
        p->x_image = strides[0];
        p->x_channel = strides[1];
        p->x_row = strides[2];
        p->x_col = strides[3];
        p->x_group = p->C * p->x_channel;
        p->x_offset = offset;
        break;
    case YOKE_CONV_W: put_filters(p, strides, offset); break;
    default: p->bias_offset = offset;
    }
}

/* Rows of the image under a filter. */
static size_t reach_of(const struct yoke_conv_problem *p)
{
    return (p->R - 1) * p->dilation_h + 1;
}

/* Rows of the result are not shared where some of them see nothing but padding: their part of the
 * image would be empty. */
size_t yoke_conv_cuts(const void *problem, struct yoke_cut cuts[YOKE_CUTS_MAX])
{
    const struct yoke_conv_problem *p = problem;
    const size_t group = p->groups > 1 ? p->K : 1;
    const bool all_see = p->pad_h < reach_of(p) && (p->P - 1) * p->stride_h < p->H + p->pad_h;

    cuts[IMAGES] = (struct yoke_cut){ p->N, 1, 1, false };
    cuts[FILTERS] =
        (struct yoke_cut){ p->K * p->groups, group, yoke_round_up(FILTER_TILE, group), false };
    cuts[ROWS] = (struct yoke_cut){ all_see ? p->P : 1, 1, 1, false };
    return N_CUTS;
}

static void cut_filters(struct yoke_conv_problem *p, size_t first, size_t n)
{
    if (p->groups > 1) {
        p->x_offset += first / p->K * p->x_group;
        p->groups = n / p->K;
    } else {
        p->K = n;
        p->y_group = n * p->y_channel;
    }
    p->w_offset += first * p->w_filter;
    p->y_offset += first * p->y_channel;
    p->bias_offset += first;
}

/* With the rows of the image that they see, and no padding but at its edges. */
static void cut_rows(struct yoke_conv_problem *p, size_t first, size_t n)
{
    const size_t begin = first * p->stride_h, /* counted from the first padded row */
        end = begin + (n - 1) * p->stride_h + reach_of(p), pad = p->pad_h;
    const size_t from = yoke_size_max(begin, pad) - pad;

    p->H = yoke_size_min(end - pad, p->H) - from;
    p->pad_h = pad > begin ? pad - begin : 0;
    p->P = n;
    p->x_offset += from * p->x_row;
    p->y_offset += first * p->y_row;
}

void yoke_conv_part(void *problem, size_t cut, size_t first, size_t n)
{
    struct yoke_conv_problem *p = problem;

    switch (cut) {
    case IMAGES:
        p->N = n;
        p->x_offset += first * p->x_image;
        p->y_offset += first * p->y_image;
        break;
    case FILTERS: cut_filters(p, first, n); break;
    default: cut_rows(p, first, n);
    }
}
