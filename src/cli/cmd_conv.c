/* cmd_conv.c - `yoke conv`: .npy files, or a shape. SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "cli/args.h"
#include "cli/epilogue.h"
#include "ref/conv.h"

enum {
    KEY_INPUT = 0x3000,
    KEY_FILTERS,
    KEY_STRIDE,
    KEY_PAD,
    KEY_DILATION,
    KEY_GROUPS,
    KEY_LAYOUT,
    KEY_TRUE,
    KEY_WORKSPACE
};

static const struct argp_option options[] = {
    { "input", KEY_INPUT, "NxCxHxW", 0, "Random images of this shape, in place of X.npy", 1 },
    { "filters", KEY_FILTERS, "KxCxRxS", 0,
      "Random filters of this shape (C divided by the groups), in place of W.npy", 1 },
    { "stride", KEY_STRIDE, "S|SxS", 0, "Step of the filters, or of rows x columns (1)", 1 },
    { "pad", KEY_PAD, "P|PxP", 0, "Zeros around the images, or above and below x beside (0)", 1 },
    { "dilation", KEY_DILATION, "D|DxD", 0, "Step within the filters (1)", 1 },
    { "groups", KEY_GROUPS, "G", 0, "Split channels and filters into G groups (1)", 1 },
    { "layout", KEY_LAYOUT, "nchw|nhwc", 0,
      "Order of X and Y (nchw); filters are K x C x R x S in either", 1 },
    { "true-convolution", KEY_TRUE, NULL, 0, "Turn each filter by 180 degrees", 1 },
    { "workspace", KEY_WORKSPACE, "BYTES", 0,
      "Take no more device memory than this beside the arrays (as much as there is)", 1 },
    { 0 },
};

struct conv_task {
    struct op_options op;
    const char *input, *filters, *args[2];
    size_t n_args, P, Q;

    struct array X, W, Y;
    struct epilogue epilogue;
    struct yoke_conv conv;
};

static error_t parse_pair(const char *what, const char *text, size_t min, size_t *rows,
                          size_t *columns)
{
    size_t pair[2];

    arg_pair(what, text, min, pair);
    *rows = pair[0];
    *columns = pair[1];
    return 0;
}

static error_t parse_conv_option(int key, const char *arg, struct yoke_conv *v)
{
    const char *const layouts[] = { yoke_layout_name(YOKE_NCHW), yoke_layout_name(YOKE_NHWC),
                                    NULL };

    switch (key) {
    case KEY_STRIDE: return parse_pair("--stride", arg, 1, &v->stride_h, &v->stride_w);
    case KEY_DILATION: return parse_pair("--dilation", arg, 1, &v->dilation_h, &v->dilation_w);
    case KEY_PAD:
        parse_pair("--pad", arg, 0, &v->pad_h[0], &v->pad_w[0]);
        v->pad_h[1] = v->pad_h[0];
        v->pad_w[1] = v->pad_w[0];
        return 0;
    case KEY_GROUPS: v->groups = (size_t)arg_number("--groups", arg, 1, ARG_DIM_MAX); return 0;
    case KEY_LAYOUT:
        v->layout = arg_choice("--layout", arg, layouts) == 0 ? YOKE_NCHW : YOKE_NHWC;
        return 0;
    case KEY_TRUE: v->true_convolution = true; return 0;
    case KEY_WORKSPACE:
        v->max_workspace_bytes = (size_t)arg_number("--workspace", arg, 1, SIZE_MAX);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static void check_arguments(struct argp_state *state, const struct conv_task *t)
{
    if (!t->input != !t->filters) argp_error(state, "--input and --filters go together");
    if (t->input && t->n_args > 0)
        argp_error(state, "'%s' and --input; give X.npy W.npy, or --input and --filters",
                   t->args[0]);
    if (!t->input && t->n_args < 2)
        argp_error(state, "%zu arguments; give X.npy W.npy, or --input and --filters", t->n_args);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct conv_task *t = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &t->op;
        state->child_inputs[1] = &t->epilogue;
        return 0;
    case KEY_INPUT: t->input = arg; return 0;
    case KEY_FILTERS: t->filters = arg; return 0;
    case ARGP_KEY_ARG:
        if (t->n_args == 2) argp_error(state, "'%s' is one argument too many", arg);
        t->args[t->n_args++] = arg;
        return 0;
    case ARGP_KEY_END: check_arguments(state, t); return 0;
    default: return parse_conv_option(key, arg, &t->conv);
    }
}

static const struct argp_child children[] = { { &op_argp, 0, NULL, 0 },
                                              { &epilogue_conv_argp, 0, NULL, 0 },
                                              { 0 } };
static const struct argp conv_argp = {
    .options = options,
    .parser = parse_option,
    .args_doc = "X.npy W.npy -o Y.npy\n--input NxCxHxW --filters KxCxRxS",
    .doc = "Convolve images with filters: by cross-correlation, what deep learning calls "
           "convolution, or with --true-convolution. Then add a bias and a residual, and apply an "
           "activation, as asked.",
    .children = children,
};

/* Swap between N C H W and N H W C, or K C R S and K R S C. */
static void channels_last(struct array *a)
{
    array_swap_dims(a, 1, 2);
    array_swap_dims(a, 2, 3);
}

static void describe_shapes(struct conv_task *t)
{
    size_t x[4], w[4];

    arg_dims("--input", t->input, "NxCxHxW", 4, 1, x);
    arg_dims("--filters", t->filters, "KxCxRxS", 4, 1, w);
    if (t->conv.layout == YOKE_NHWC) {
        const size_t nhwc[4] = { x[0], x[2], x[3], x[1] };
        memcpy(x, nhwc, sizeof x);
    }
    array_describe(&t->X, "--input", t->op.type, 4, x);
    array_describe(&t->W, "--filters", t->op.type, 4, w);
}

static int open_dims(struct array *a, const char *path, size_t ndim, const char *form,
                     struct op_options *opt)
{
    char text[ARRAY_TEXT_BYTES];
    const int status = op_open(a, path, opt);

    if (status != CLI_DONE || a->ndim == ndim) return status;
    return cli_usage("%s is %s; it must be %s", path, array_shape(a, text), form);
}

static int open_files(struct conv_task *t)
{
    const char *form = t->conv.layout == YOKE_NHWC ? "N x H x W x C" : "N x C x H x W";

    if (!t->op.output)
        return cli_usage("no -o; say where the result of %s and %s goes", t->args[0], t->args[1]);
    const int status = open_dims(&t->X, t->args[0], 4, form, &t->op);
    if (status != CLI_DONE) return status;
    return open_dims(&t->W, t->args[1], 4, "K x (C / groups) x R x S", &t->op);
}

/* The descriptor, and the rows and columns of Y. */
static int fit_shapes(struct conv_task *t)
{
    struct yoke_conv *v = &t->conv;
    const bool nhwc = v->layout == YOKE_NHWC;
    const size_t *x = t->X.dims, *w = t->W.dims, groups = v->groups ? v->groups : 1;

    v->type = t->op.type;
    v->variant = t->op.variant;
    v->N = x[0];
    v->C = x[nhwc ? 3 : 1];
    v->H = x[nhwc ? 1 : 2];
    v->W = x[nhwc ? 2 : 3];
    v->K = w[0];
    v->R = w[2];
    v->S = w[3];
    if (v->C % groups != 0 || v->C / groups != w[1])
        return cli_usage("%s has %zu channels in %zu groups and %s %zu; the filters' must be the "
                         "channels divided by the groups",
                         t->X.name, v->C, groups, t->W.name, w[1]);
    if (yoke_conv_output(v, &t->P, &t->Q) != YOKE_OK) return cli_usage("%s", yoke_last_error());
    return CLI_DONE;
}

static void describe_result(struct conv_task *t)
{
    const size_t N = t->conv.N, K = t->conv.K, nchw[4] = { N, K, t->P, t->Q },
                 nhwc[4] = { N, t->P, t->Q, K };
    const bool last = t->conv.layout == YOKE_NHWC;

    array_describe(&t->Y, "Y", t->op.type, 4, last ? nhwc : nchw);
    t->epilogue.channel_dim = last ? 3 : 1;
}

static int alloc_arrays(struct conv_task *t)
{
    double bytes = array_bytes(&t->Y) + epilogue_bytes(&t->epilogue);
    uint64_t seed = t->op.seed;

    if (t->input) bytes += array_bytes(&t->X) + array_bytes(&t->W);
    int status = array_check_memory(bytes);
    if (status == CLI_DONE) status = array_alloc(&t->Y);
    if (status == CLI_DONE && t->input) status = array_alloc_random(&t->X, &seed);
    if (status == CLI_DONE && t->input) status = array_alloc_random(&t->W, &seed);
    if (status == CLI_DONE) status = epilogue_alloc(&t->epilogue, &seed);
    if (epilogue_is_there(&t->epilogue)) t->conv.epilogue = &t->epilogue.desc;
    return status;
}

static int prepare(void *task)
{
    struct conv_task *t = task;
    int status = CLI_DONE;

    if (t->input)
        describe_shapes(t);
    else
        status = open_files(t);
    if (status == CLI_DONE) status = fit_shapes(t);
    if (status == CLI_DONE) describe_result(t);
    if (status == CLI_DONE) status = epilogue_open(&t->epilogue, &t->Y, &t->op, t->input != NULL);
    if (status == CLI_DONE) status = alloc_arrays(t);
    if (status == CLI_DONE && t->conv.layout == YOKE_NHWC) channels_last(&t->W);
    if (status == CLI_DONE) status = array_pack(&t->X);
    if (status == CLI_DONE) status = array_pack(&t->W);
    return status;
}

static void reset(void *task)
{
    (void)task; /* Y is written only */
}

static yoke_status run(const void *task, yoke_team *team, struct yoke_report *report)
{
    const struct conv_task *t = task;

    return yoke_conv_run(team, &t->conv, t->Y.memory, t->X.data, t->W.data, report);
}

static void reference(const void *task, struct yoke_ref *ref)
{
    const struct conv_task *t = task;

    yoke_ref_conv(ref, &t->conv, YOKE_REF_ANY, t->X.data, t->W.data);
}

static const struct array *result_of(const void *task)
{
    return &((const struct conv_task *)task)->Y;
}

static void describe(const void *task)
{
    const struct conv_task *t = task;
    const struct yoke_conv *v = &t->conv;
    char text[64];

    printf("%zu x %zu x %zu x %zu with %zu filters %zu x %zu, %s%s", v->N, v->C, v->H, v->W, v->K,
           v->R, v->S, yoke_layout_name(v->layout), epilogue_text(&t->epilogue, text));
}

static json_t *json_pair(size_t rows, size_t columns)
{
    return json_pack("[II]", (json_int_t)rows, (json_int_t)columns);
}

static json_t *shape(const void *task)
{
    const struct conv_task *t = task;
    const struct yoke_conv *v = &t->conv;
    json_t *sizes = json_pack("{sI sI sI sI sI sI sI sI sI}", "N", (json_int_t)v->N, "C",
                              (json_int_t)v->C, "H", (json_int_t)v->H, "W", (json_int_t)v->W, "K",
                              (json_int_t)v->K, "R", (json_int_t)v->R, "S", (json_int_t)v->S, "P",
                              (json_int_t)t->P, "Q", (json_int_t)t->Q);
    json_t *rest =
        json_pack("{so so so sI ss sb}", "stride",
                  json_pair(yoke_size_or_one(v->stride_h), yoke_size_or_one(v->stride_w)), "pad",
                  json_pair(v->pad_h[0], v->pad_w[0]), "dilation",
                  json_pair(yoke_size_or_one(v->dilation_h), yoke_size_or_one(v->dilation_w)),
                  "groups", (json_int_t)yoke_size_or_one(v->groups), "layout",
                  yoke_layout_name(v->layout), "true_convolution", v->true_convolution);

    json_object_update(sizes, rest);
    json_decref(rest);
    epilogue_json(&t->epilogue, sizes);
    return sizes;
}

static const struct op conv_op = {
    .name = "conv",
    .variant_name = yoke_conv_variant_name,
    .prepare = prepare,
    .reset = reset,
    .run = run,
    .reference = reference,
    .result = result_of,
    .describe = describe,
    .shape = shape,
};

int cmd_conv(int argc, char **argv)
{
    struct conv_task task = { .op.last_type = YOKE_F64 };

    cli_parse(&conv_argp, argc, argv, &task);
    const int status = op_execute(&conv_op, &task.op, &task);
    array_deinit(&task.X);
    array_deinit(&task.W);
    array_deinit(&task.Y);
    epilogue_deinit(&task.epilogue);
    return status;
}
