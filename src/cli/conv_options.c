/* conv_options.c - a convolution on the command line, of every command that takes one.
 * SPDX-License-Identifier: MIT */
#include "cli/conv_options.h"

#include <stdio.h>

#include "base/size.h"
#include "cli/args.h"

enum {
    KEY_INPUT = 0x3000,
    KEY_FILTERS,
    KEY_STRIDE,
    KEY_PAD,
    KEY_DILATION,
    KEY_GROUPS,
    KEY_LAYOUT,
    KEY_TRUE
};

static const struct argp_option options[] = {
    { "input", KEY_INPUT, "NxCxHxW", 0, "Random images of this shape", 1 },
    { "filters", KEY_FILTERS, "KxCxRxS", 0,
      "Random filters of this shape (C divided by the groups)", 1 },
    { "stride", KEY_STRIDE, "S|SxS", 0, "Step of the filters, or of rows x columns (1)", 1 },
    { "pad", KEY_PAD, "P|PxP", 0, "Zeros around the images, or above and below x beside (0)", 1 },
    { "dilation", KEY_DILATION, "D|DxD", 0, "Step within the filters (1)", 1 },
    { "groups", KEY_GROUPS, "G", 0, "Split channels and filters into G groups (1)", 1 },
    { "layout", KEY_LAYOUT, "nchw|nhwc", 0,
      "Order of X and Y (nchw); filters are K x C x R x S in either", 1 },
    { "true-convolution", KEY_TRUE, NULL, 0, "Turn each filter by 180 degrees", 1 },
    { 0 },
};

static void parse_pair(const char *what, const char *text, size_t min, size_t *rows,
                       size_t *columns)
{
    size_t pair[2];

    arg_pair(what, text, min, pair);
    *rows = pair[0];
    *columns = pair[1];
}

static void parse_pad(const char *text, struct yoke_conv *v)
{
    parse_pair("--pad", text, 0, &v->pad_h[0], &v->pad_w[0]);
    v->pad_h[1] = v->pad_h[0];
    v->pad_w[1] = v->pad_w[0];
}

static enum yoke_layout layout_of(const char *text)
{
    static const char *const layouts[] = { "nchw", "nhwc", NULL };

    return arg_choice("--layout", text, layouts) == 0 ? YOKE_NCHW : YOKE_NHWC;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct conv_options *opt = state->input;
    struct yoke_conv *v = &opt->conv;

    switch (key) {
    case KEY_INPUT: opt->input = arg; break;
    case KEY_FILTERS: opt->filters = arg; break;
    case KEY_STRIDE: parse_pair("--stride", arg, 1, &v->stride_h, &v->stride_w); break;
    case KEY_DILATION: parse_pair("--dilation", arg, 1, &v->dilation_h, &v->dilation_w); break;
    case KEY_PAD: parse_pad(arg, v); break;
    case KEY_GROUPS: v->groups = (size_t)arg_number("--groups", arg, 1, ARG_DIM_MAX); break;
    case KEY_LAYOUT: v->layout = layout_of(arg); break;
    case KEY_TRUE: v->true_convolution = true; break;
    default: return ARGP_ERR_UNKNOWN;
    }
    opt->given = options[key - KEY_INPUT].name;
    return 0;
}

const struct argp conv_options_argp = { .options = options, .parser = parse_option };

void conv_options_dims(const struct conv_options *opt, size_t x[4], size_t w[4])
{
    arg_dims("--input", opt->input, "NxCxHxW", 4, 1, x);
    arg_dims("--filters", opt->filters, "KxCxRxS", 4, 1, w);
}

int conv_fit(struct yoke_conv *v, const size_t x[4], const char *x_name, const size_t w[4],
             const char *w_name, size_t *P, size_t *Q)
{
    const size_t groups = yoke_size_or_one(v->groups);

    v->N = x[0];
    v->C = x[1];
    v->H = x[2];
    v->W = x[3];
    v->K = w[0];
    v->R = w[2];
    v->S = w[3];
    if (v->C % groups != 0 || v->C / groups != w[1])
        return cli_usage("%s has %zu channels in %zu groups and %s %zu; the filters' must be the "
                         "channels divided by the groups",
                         x_name, v->C, groups, w_name, w[1]);
    if (yoke_conv_output(v, P, Q) != YOKE_OK) return cli_usage("%s", yoke_last_error());
    return CLI_DONE;
}

static const char *layout_name(const struct yoke_conv *v)
{
    return v->layout == YOKE_NHWC ? "nhwc" : "nchw";
}

void conv_print(const struct yoke_conv *v)
{
    printf("%zu x %zu x %zu x %zu with %zu filters %zu x %zu, %s", v->N, v->C, v->H, v->W, v->K,
           v->R, v->S, layout_name(v));
}

static json_t *json_pair(size_t rows, size_t columns)
{
    return json_pack("[II]", (json_int_t)rows, (json_int_t)columns);
}

json_t *conv_json(const struct yoke_conv *v, size_t P, size_t Q)
{
    json_t *sizes =
        json_pack("{sI sI sI sI sI sI sI sI sI}", "N", (json_int_t)v->N, "C", (json_int_t)v->C, "H",
                  (json_int_t)v->H, "W", (json_int_t)v->W, "K", (json_int_t)v->K, "R",
                  (json_int_t)v->R, "S", (json_int_t)v->S, "P", (json_int_t)P, "Q", (json_int_t)Q);
    json_t *rest =
        json_pack("{so so so sI ss sb}", "stride",
                  json_pair(yoke_size_or_one(v->stride_h), yoke_size_or_one(v->stride_w)), "pad",
                  json_pair(v->pad_h[0], v->pad_w[0]), "dilation",
                  json_pair(yoke_size_or_one(v->dilation_h), yoke_size_or_one(v->dilation_w)),
                  "groups", (json_int_t)yoke_size_or_one(v->groups), "layout", layout_name(v),
                  "true_convolution", v->true_convolution);

    json_object_update(sizes, rest);
    json_decref(rest);
    return sizes;
}
