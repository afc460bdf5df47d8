/* cmd_conv.c - `yoke conv`: .npy files, or a shape. SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "cli/conv_options.h"
#include "cli/npy.h"
#include "cli/op.h"
#include "ref/conv.h"

enum { KEY_BIAS = 0x3800 };

static const struct argp_option options[] = {
    { "bias", KEY_BIAS, "FILE", 0, "K numbers, one to add to each filter's results", 1 },
    { 0 },
};

struct conv_task {
    struct op_options op;
    struct conv_options shape;
    const char *bias_path, *args[2];
    size_t n_args, P, Q;

    struct array X, W, bias, Y;
};

static void check_arguments(struct argp_state *state, const struct conv_task *t)
{
    if (!t->shape.input != !t->shape.filters)
        argp_error(state, "--input and --filters go together");
    if (t->shape.input && t->n_args > 0)
        argp_error(state, "'%s' and --input; give X.npy W.npy, or --input and --filters",
                   t->args[0]);
    if (!t->shape.input && t->n_args < 2)
        argp_error(state, "%zu arguments; give X.npy W.npy, or --input and --filters", t->n_args);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct conv_task *t = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &t->op;
        state->child_inputs[1] = &t->shape;
        return 0;
    case KEY_BIAS: t->bias_path = arg; return 0;
    case ARGP_KEY_ARG:
        if (t->n_args == 2) argp_error(state, "'%s' is one argument too many", arg);
        t->args[t->n_args++] = arg;
        return 0;
    case ARGP_KEY_END: check_arguments(state, t); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = { { &op_argp, 0, NULL, 0 },
                                              { &conv_options_argp, 0, NULL, 0 },
                                              { 0 } };
static const struct argp conv_argp = {
    .options = options,
    .parser = parse_option,
    .args_doc = "X.npy W.npy -o Y.npy\n--input NxCxHxW --filters KxCxRxS",
    .doc = "Convolve images with filters: by cross-correlation, what deep learning calls "
           "convolution, or with --true-convolution.",
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

    conv_options_dims(&t->shape, x, w);
    if (t->shape.conv.layout == YOKE_NHWC) {
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
    const char *form = t->shape.conv.layout == YOKE_NHWC ? "N x H x W x C" : "N x C x H x W";

    if (!t->op.output)
        return cli_usage("no -o; say where the result of %s and %s goes", t->args[0], t->args[1]);
    const int status = open_dims(&t->X, t->args[0], 4, form, &t->op);
    if (status != CLI_DONE) return status;
    return open_dims(&t->W, t->args[1], 4, "K x (C / groups) x R x S", &t->op);
}

/* The descriptor, and the rows and columns of Y. */
static int fit_shapes(struct conv_task *t)
{
    const bool nhwc = t->shape.conv.layout == YOKE_NHWC;
    const size_t *d = t->X.dims, x[4] = { d[0], d[nhwc ? 3 : 1], d[nhwc ? 1 : 2], d[nhwc ? 2 : 3] };

    t->shape.conv.type = t->op.type;
    t->shape.conv.variant = t->op.variant;
    return conv_fit(&t->shape.conv, x, t->X.name, t->W.dims, t->W.name, &t->P, &t->Q);
}

static int open_bias(struct conv_task *t)
{
    if (!t->bias_path) return CLI_DONE;
    t->op.type_given = true;
    const int status = open_dims(&t->bias, t->bias_path, 1, "one number for each filter", &t->op);
    if (status != CLI_DONE) return status;
    if (t->bias.dims[0] != t->shape.conv.K)
        return cli_usage("%s is %zu numbers; there are %zu filters", t->bias_path, t->bias.dims[0],
                         t->shape.conv.K);
    return array_pack(&t->bias);
}

static int alloc_arrays(struct conv_task *t)
{
    const size_t K = t->shape.conv.K, P = t->P, Q = t->Q;
    const size_t nchw[4] = { t->shape.conv.N, K, P, Q }, nhwc[4] = { t->shape.conv.N, P, Q, K };
    uint64_t seed = t->op.seed;

    array_describe(&t->Y, "Y", t->op.type, 4, t->shape.conv.layout == YOKE_NHWC ? nhwc : nchw);
    double bytes = array_bytes(&t->Y);
    if (t->shape.input) bytes += array_bytes(&t->X) + array_bytes(&t->W);
    int status = array_check_memory(bytes);
    if (status == CLI_DONE) status = array_alloc(&t->Y);
    if (status == CLI_DONE && t->shape.input) status = array_alloc_random(&t->X, &seed);
    if (status == CLI_DONE && t->shape.input) status = array_alloc_random(&t->W, &seed);
    return status;
}

static int prepare(void *task)
{
    struct conv_task *t = task;
    int status = CLI_DONE;

    if (t->shape.input)
        describe_shapes(t);
    else
        status = open_files(t);
    if (status == CLI_DONE) status = fit_shapes(t);
    if (status == CLI_DONE) status = open_bias(t);
    if (status == CLI_DONE) status = alloc_arrays(t);
    if (status == CLI_DONE && t->shape.conv.layout == YOKE_NHWC) channels_last(&t->W);
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

    return yoke_conv_run(team, &t->shape.conv, t->Y.memory, t->X.data, t->W.data, t->bias.data,
                         report);
}

static void reference(const void *task, struct yoke_ref *ref)
{
    const struct conv_task *t = task;

    yoke_ref_conv(ref, &t->shape.conv, YOKE_REF_ANY, t->X.data, t->W.data, t->bias.data);
}

static const struct array *result_of(const void *task)
{
    return &((const struct conv_task *)task)->Y;
}

static void describe(const void *task)
{
    const struct conv_task *t = task;

    conv_print(&t->shape.conv);
}

static json_t *shape(const void *task)
{
    const struct conv_task *t = task;

    return conv_json(&t->shape.conv, t->P, t->Q);
}

static const struct op conv_op = {
    .name = "conv",
    .kind = YOKE_OP_CONV,
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
    array_deinit(&task.bias);
    array_deinit(&task.Y);
    return status;
}
