/* problem.c - a convolution checked, with all that was left out filled in.
 * SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "base/size.h"
#include "op/epilogue.h"
#include "op/options.h"
#include "ops/conv/conv.h"

static yoke_status check_enums(const struct yoke_conv *c)
{
    if (yoke_type_size(c->type) == 0)
        return yoke_fail(YOKE_ERR_INVALID, "type %d is no yoke_type", (int)c->type);
    if (c->type != YOKE_F32 && c->type != YOKE_F64)
        return yoke_fail(YOKE_ERR_UNSUPPORTED, "convolution of type %s; there are f32 and f64",
                         yoke_type_name(c->type));
    if (c->layout != YOKE_NCHW && c->layout != YOKE_NHWC)
        return yoke_fail(YOKE_ERR_INVALID, "layout %d is no yoke_layout", (int)c->layout);
    return YOKE_OK;
}

/* The numbers that must be there, and the limit that all have. */
static yoke_status check_dimensions(const struct yoke_conv *c)
{
    const struct {
        const char *name;
        size_t value;
        bool required;
    } all[] = {
        { "C", c->C, true },
        { "H", c->H, true },
        { "W", c->W, true },
        { "K", c->K, true },
        { "R", c->R, true },
        { "S", c->S, true },
        { "N", c->N, false },
        { "stride_h", c->stride_h, false },
        { "stride_w", c->stride_w, false },
        { "dilation_h", c->dilation_h, false },
        { "dilation_w", c->dilation_w, false },
        { "pad_h", c->pad_h[0], false },
        { "pad_h", c->pad_h[1], false },
        { "pad_w", c->pad_w[0], false },
        { "pad_w", c->pad_w[1], false },
        { "groups", c->groups, false },
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i].required && all[i].value == 0)
            return yoke_fail(YOKE_ERR_INVALID, "%s is 0; it must be at least 1", all[i].name);
        if (all[i].value > INT32_MAX)
            return yoke_fail(YOKE_ERR_LIMIT, "%s is %zu; dimensions go to %d", all[i].name,
                             all[i].value, INT32_MAX);
    }
    return YOKE_OK;
}

/* Output rows or columns; each number is at most 2^31 - 1, so nothing overflows 64 bits. */
static yoke_status output_length(const char *name, size_t length, const size_t pad[2],
                                 size_t filter, size_t stride, size_t dilation, size_t *out)
{
    const uint64_t padded = (uint64_t)length + pad[0] + pad[1];
    const uint64_t reach = (uint64_t)(filter - 1) * dilation + 1;

    if (reach > padded)
        return yoke_fail(YOKE_ERR_INVALID,
                         "the filter reaches over %llu %s, the padded image has %llu",
                         (unsigned long long)reach, name, (unsigned long long)padded);
    /* Kernels count positions in 32 bits with a sign. */
    if (padded + reach > INT32_MAX)
        return yoke_fail(YOKE_ERR_LIMIT, "padded image of %llu %s; dimensions go to %d",
                         (unsigned long long)padded, name, INT32_MAX);
    *out = (size_t)((padded - reach) / stride + 1);
    return YOKE_OK;
}

static yoke_status count(const char *name, size_t a, size_t b, size_t c, size_t d, size_t *out)
{
    size_t n;

    if (yoke_size_mul(a, b, &n) && yoke_size_mul(n, c, &n) && yoke_size_mul(n, d, &n) &&
        n <= (SIZE_MAX >> 5)) {
        *out = n;
        return YOKE_OK;
    }
    return yoke_fail(YOKE_ERR_INVALID, "%s of %zu x %zu x %zu x %zu: more bytes than size_t counts",
                     name, a, b, c, d);
}

/* Elements of X, Y and W, once P and Q are known. */
static yoke_status count_all(const struct yoke_conv *c, size_t P, size_t Q, size_t elements[3])
{
    yoke_status st = YOKE_OK;

    TRY(count("X", yoke_size_or_one(c->N), c->C, c->H, c->W, &elements[0]));
    TRY(count("Y", yoke_size_or_one(c->N), c->K, P, Q, &elements[1]));
    TRY(count("W", c->K, c->C / yoke_size_or_one(c->groups), c->R, c->S, &elements[2]));
out:
    return st;
}

yoke_status yoke_conv_output(const struct yoke_conv *c, size_t *P, size_t *Q)
{
    yoke_status st = YOKE_OK;
    size_t elements[3];

    if (!c || !P || !Q) return yoke_fail(YOKE_ERR_INVALID, "yoke_conv_output: a NULL argument");
    TRY(check_enums(c));
    TRY(check_dimensions(c));
    if (c->C % yoke_size_or_one(c->groups) != 0 || c->K % yoke_size_or_one(c->groups) != 0)
        TRY(yoke_fail(YOKE_ERR_INVALID, "groups is %zu; it must divide C = %zu and K = %zu",
                      c->groups, c->C, c->K));
    TRY(output_length("rows", c->H, c->pad_h, c->R, yoke_size_or_one(c->stride_h),
                      yoke_size_or_one(c->dilation_h), P));
    TRY(output_length("columns", c->W, c->pad_w, c->S, yoke_size_or_one(c->stride_w),
                      yoke_size_or_one(c->dilation_w), Q));
    TRY(count_all(c, *P, *Q, elements));
out:
    return st;
}

static void place_images(struct yoke_conv_problem *p, enum yoke_layout layout)
{
    const size_t all_c = p->C * p->groups, all_k = p->K * p->groups;
    const bool nchw = layout == YOKE_NCHW;

    p->x_image = all_c * p->H * p->W;
    p->x_channel = nchw ? p->H * p->W : 1;
    p->x_row = nchw ? p->W : p->W * all_c;
    p->x_col = nchw ? 1 : all_c;
    p->x_group = p->C * p->x_channel;
    p->y_image = all_k * p->P * p->Q;
    p->y_channel = nchw ? p->P * p->Q : 1;
    p->y_row = nchw ? p->Q : p->Q * all_k;
    p->y_col = nchw ? 1 : all_k;
    p->y_group = p->K * p->y_channel;
}

/* The last line of R as stored ends `size` elements after R's beginning; false where that is more
 * than can be counted. Lines of `line` elements, `lines` of them to an image. */
static bool extent_of(size_t images, size_t image, size_t lines, size_t ld, size_t line,
                      size_t offset, size_t *size)
{
    size_t all, one;

    return yoke_size_mul(images - 1, image, &all) && yoke_size_mul(lines - 1, ld, &one) &&
           yoke_size_add(all, one, &all) && yoke_size_add(all, line, &all) &&
           yoke_size_add(all, offset, size) && *size <= SIZE_MAX / 16;
}

/* As Y, with the epilogue's strides. */
static yoke_status place_residual(struct yoke_conv_problem *p, const struct yoke_epilogue *e,
                                  enum yoke_layout layout)
{
    const size_t all_k = p->K * p->groups;
    const bool nchw = layout == YOKE_NCHW;
    const size_t line = nchw ? p->Q : all_k, lines = p->P * (nchw ? all_k : p->Q);
    const size_t ld = e->ldr ? e->ldr : line;

    if (ld < line)
        return yoke_fail(YOKE_ERR_INVALID, "ldr is %zu; lines of %zu elements need at least that",
                         ld, line);
    p->r_image = e->stride_r == YOKE_STRIDE_SHARED ? 0 : e->stride_r ? e->stride_r : lines * ld;
    if (!extent_of(yoke_size_or_one(p->N), p->r_image, lines, ld, line, e->offset_r,
                   &p->r_elements))
        return yoke_fail(YOKE_ERR_INVALID,
                         "residual: ldr %zu, stride %zu, offset %zu: more bytes than size_t counts",
                         e->ldr, e->stride_r, e->offset_r);
    p->r_offset = e->offset_r;
    p->r_channel = nchw ? p->P * ld : 1;
    p->r_row = nchw ? ld : p->Q * ld;
    p->r_col = nchw ? 1 : ld;
    p->r_group = p->K * p->r_channel;
    return YOKE_OK;
}

static yoke_status place_epilogue(struct yoke_conv_problem *p, const struct yoke_epilogue *e,
                                  enum yoke_layout layout)
{
    yoke_status st = YOKE_OK;

    TRY(yoke_epilogue_check(e, p->type));
    if (e->bias != YOKE_BIAS_NONE && e->bias != YOKE_BIAS_CHANNEL)
        TRY(yoke_fail(YOKE_ERR_INVALID, "epilogue: a bias by %s; a convolution has one by channel",
                      yoke_bias_name(e->bias)));
    p->activation = e->activation;
    p->clamp_min = e->clamp_min;
    p->clamp_max = e->clamp_max;
    p->has_bias = e->bias != YOKE_BIAS_NONE;
    p->bias_offset = p->has_bias ? e->offset_bias : 0;
    if (!yoke_size_add(p->K * p->groups, p->bias_offset, &p->bias_elements) ||
        p->bias_elements > SIZE_MAX / 16)
        TRY(yoke_fail(YOKE_ERR_INVALID, "bias: offset %zu is more bytes than size_t counts",
                      e->offset_bias));
    p->has_residual = e->residual_array || e->residual_buffer;
    if (p->has_residual) TRY(place_residual(p, e, layout));
out:
    return st;
}

static void place_filters(struct yoke_conv_problem *p, enum yoke_layout layout, bool turned)
{
    const bool nchw = layout == YOKE_NCHW;

    p->w_filter = p->C * p->R * p->S;
    p->w_channel = nchw ? p->R * p->S : 1;
    p->w_row = (int64_t)(nchw ? p->S : p->S * p->C);
    p->w_col = (int64_t)(nchw ? 1 : p->C);
    if (!turned) return;
    p->w_offset = (p->R - 1) * (size_t)p->w_row + (p->S - 1) * (size_t)p->w_col;
    p->w_row = -p->w_row;
    p->w_col = -p->w_col;
}

yoke_status yoke_conv_prepare(const struct yoke_conv *c, struct yoke_conv_problem *p)
{
    yoke_status st = YOKE_OK;
    size_t P, Q, elements[3];

    TRY(yoke_conv_output(c, &P, &Q));
    const size_t groups = yoke_size_or_one(c->groups);
    *p = (struct yoke_conv_problem){
        .type = c->type,
        .N = c->N,
        .groups = groups,
        .C = c->C / groups,
        .H = c->H,
        .W = c->W,
        .K = c->K / groups,
        .R = c->R,
        .S = c->S,
        .P = P,
        .Q = Q,
        .stride_h = yoke_size_or_one(c->stride_h),
        .stride_w = yoke_size_or_one(c->stride_w),
        .dilation_h = yoke_size_or_one(c->dilation_h),
        .dilation_w = yoke_size_or_one(c->dilation_w),
        .pad_h = c->pad_h[0],
        .pad_w = c->pad_w[0],
        .max_workspace_bytes = c->max_workspace_bytes,
        .variant = yoke_op_own_name(&yoke_conv_class, c->variant),
    };
    TRY(count_all(c, P, Q, elements));
    p->x_elements = elements[0];
    p->y_elements = elements[1];
    p->w_elements = elements[2];
    place_images(p, c->layout);
    place_filters(p, c->layout, c->true_convolution);
    if (c->epilogue) TRY(place_epilogue(p, c->epilogue, c->layout));
out:
    return st;
}

struct yoke_conv_problem yoke_conv_part(const struct yoke_conv_problem *problem, size_t images)
{
    struct yoke_conv_problem part = *problem;

    part.N = images;
    part.x_elements = images * part.x_image;
    part.y_elements = images * part.y_image;
    part.r_elements -= (problem->N - images) * part.r_image;
    return part;
}

size_t yoke_conv_elements(const struct yoke_conv_problem *p, size_t operand)
{
    const size_t elements[YOKE_CONV_OPERANDS] = {
        [YOKE_CONV_Y] = p->y_elements, [YOKE_CONV_X] = p->x_elements,
        [YOKE_CONV_W] = p->w_elements, [YOKE_CONV_BIAS] = p->bias_elements,
        [YOKE_CONV_R] = p->r_elements,
    };

    return elements[operand];
}

bool yoke_conv_has(const struct yoke_conv_problem *p, size_t operand)
{
    return operand == YOKE_CONV_R ? p->has_residual : operand != YOKE_CONV_BIAS || p->has_bias;
}

bool yoke_conv_has_epilogue(const struct yoke_conv_problem *p)
{
    return p->has_residual || p->activation != YOKE_ACT_NONE;
}

double yoke_conv_flops(const struct yoke_conv_problem *p)
{
    return 2.0 * (double)p->N * (double)p->groups * (double)p->K * (double)p->P * (double)p->Q *
           (double)p->C * (double)p->R * (double)p->S;
}

size_t yoke_conv_units(const yoke_device *dev, const struct yoke_conv_problem *p)
{
    const double elements = (double)p->N * ((double)p->x_image + (double)p->y_image) +
                            (double)(p->K * p->groups) * (double)p->w_filter;

    return yoke_units_for(dev, p->type, yoke_conv_flops(p),
                          elements * (double)yoke_type_size(p->type));
}
