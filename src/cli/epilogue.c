/* epilogue.c - bias, residual and activation on the command line. SPDX-License-Identifier: MIT */
#include "cli/epilogue.h"

#include <stdio.h>
#include <string.h>

#include "cli/args.h"

enum { KEY_BIAS = 0x4000, KEY_BIAS_BY, KEY_ACT, KEY_RESIDUAL };

#define COMMON_OPTIONS                                                                             \
    { "residual", KEY_RESIDUAL, "FILE", 0, "Add an array of the result's shape", 2 },              \
        { "act",                                                                                   \
          KEY_ACT,                                                                                 \
          "none|relu|gelu|sigmoid|tanh|clamp:LO,HI",                                               \
          0,                                                                                       \
          "What is done to each element at the end (none)",                                        \
          2 },                                                                                     \
    {                                                                                              \
        0                                                                                          \
    }

static const struct argp_option gemm_options[] = {
    { "bias", KEY_BIAS, "FILE|row|column", 0,
      "Add one number to each row or column of the result; of a shape: random ones", 2 },
    { "bias-by", KEY_BIAS_BY, "row|column", 0, "Which of them the file's numbers are for (column)",
      2 },
    COMMON_OPTIONS,
};

static const struct argp_option conv_options[] = {
    { "bias", KEY_BIAS, "FILE|channel", 0,
      "Add one number to the results of each filter; of a shape: random ones", 2 },
    COMMON_OPTIONS,
};

static void parse_act(const char *text, struct yoke_epilogue *e)
{
    static const char clamp[] = "clamp:";
    const char *names[YOKE_ACT_GELU + 2] = { NULL };
    double ends[2];

    if (strncmp(text, clamp, sizeof clamp - 1) != 0) {
        for (size_t i = 0; i <= YOKE_ACT_GELU; i++)
            names[i] = yoke_activation_name((enum yoke_activation)i);
        names[YOKE_ACT_CLAMP] = "clamp:LO,HI";
        e->activation = (enum yoke_activation)arg_choice("--act", text, names);
        return;
    }
    arg_interval("--act clamp", text + sizeof clamp - 1, ends);
    e->activation = YOKE_ACT_CLAMP;
    e->clamp_min = ends[0];
    e->clamp_max = ends[1];
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct epilogue *e = state->input;

    switch (key) {
    case KEY_BIAS: e->bias_text = arg; return 0;
    case KEY_BIAS_BY: e->bias_by = arg; return 0;
    case KEY_ACT: parse_act(arg, &e->desc); return 0;
    case KEY_RESIDUAL: e->residual_path = arg; return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp epilogue_gemm_argp = { .options = gemm_options, .parser = parse_option };
const struct argp epilogue_conv_argp = { .options = conv_options, .parser = parse_option };

static size_t bias_length(const struct epilogue *e, const struct array *C)
{
    if (e->channel_dim) return C->dims[e->channel_dim];
    return C->dims[C->ndim - (e->desc.bias == YOKE_BIAS_ROW ? 2 : 1)];
}

/* NULL: what a file's numbers are for where nothing is said. */
static enum yoke_bias side_of(const struct epilogue *e, const char *what, const char *text)
{
    const char *const sides[] = { yoke_bias_name(YOKE_BIAS_ROW), yoke_bias_name(YOKE_BIAS_COLUMN),
                                  NULL };

    if (e->channel_dim) return YOKE_BIAS_CHANNEL;
    return text && arg_choice(what, text, sides) == 0 ? YOKE_BIAS_ROW : YOKE_BIAS_COLUMN;
}

static int describe_random(struct epilogue *e, const struct array *C)
{
    if (e->bias_by)
        return cli_usage("--bias-by is '%s' with a shape; say --bias row or column", e->bias_by);
    if (e->residual_path)
        return cli_usage("--residual is '%s' with a shape; it goes with files", e->residual_path);
    if (!e->bias_text) return CLI_DONE;
    e->desc.bias = side_of(e, "--bias of a shape", e->bias_text);
    const size_t n = bias_length(e, C);
    array_describe(&e->bias, "the bias", C->type, 1, &n);
    return CLI_DONE;
}

static int open_bias(struct epilogue *e, const struct array *C, const struct op_options *opt)
{
    char text[ARRAY_TEXT_BYTES];

    if (e->bias_by && !e->bias_text)
        return cli_usage("--bias-by is '%s' without --bias; say which file", e->bias_by);
    if (!e->bias_text) return CLI_DONE;
    e->desc.bias = side_of(e, "--bias-by", e->bias_by);
    const int status = op_open_result(&e->bias, e->bias_text, opt);
    if (status != CLI_DONE) return status;
    if (e->bias.ndim != 1 || e->bias.dims[0] != bias_length(e, C))
        return cli_usage("%s is %s; it must be %zu, one number for each %s", e->bias_text,
                         array_shape(&e->bias, text), bias_length(e, C),
                         yoke_bias_name(e->desc.bias));
    return array_pack(&e->bias);
}

static int open_residual(struct epilogue *e, const struct array *C, const struct op_options *opt)
{
    char text[ARRAY_TEXT_BYTES], wanted[ARRAY_TEXT_BYTES];

    if (!e->residual_path) return CLI_DONE;
    const int status = op_open_result(&e->residual, e->residual_path, opt);
    if (status != CLI_DONE) return status;
    if (e->residual.ndim != C->ndim || memcmp(e->residual.dims, C->dims, sizeof C->dims) != 0)
        return cli_usage("%s is %s; the result is %s", e->residual_path,
                         array_shape(&e->residual, text), array_shape(C, wanted));
    return array_pack(&e->residual);
}

/* With a shape, random numbers, unless --bias names a file, as of a convolution it may. */
int epilogue_open(struct epilogue *e, const struct array *C, const struct op_options *opt,
                  bool of_shape)
{
    const bool file = e->channel_dim && e->bias_text &&
                      strcmp(e->bias_text, yoke_bias_name(YOKE_BIAS_CHANNEL)) != 0;

    e->random_bias = of_shape && e->bias_text && !file;
    if (of_shape && (!file || e->residual_path)) return describe_random(e, C);
    const int status = open_bias(e, C, opt);
    return status == CLI_DONE ? open_residual(e, C, opt) : status;
}

double epilogue_bytes(const struct epilogue *e)
{
    return e->random_bias ? array_bytes(&e->bias) : 0.0;
}

int epilogue_alloc(struct epilogue *e, uint64_t *seed)
{
    int status = CLI_DONE;

    if (e->random_bias) status = array_alloc_random(&e->bias, seed);
    e->desc.bias_array = e->bias.data;
    e->desc.residual_array = e->residual.data;
    return status;
}

bool epilogue_is_there(const struct epilogue *e)
{
    return e->desc.bias != YOKE_BIAS_NONE || e->desc.activation != YOKE_ACT_NONE ||
           e->residual_path;
}

const char *epilogue_text(const struct epilogue *e, char text[64])
{
    const enum yoke_bias bias = e->desc.bias;
    const enum yoke_activation act = e->desc.activation;

    snprintf(text, 64, "%s%s%s%s%s", bias ? " + bias by " : "", bias ? yoke_bias_name(bias) : "",
             e->residual_path ? " + residual" : "", act ? ", " : "",
             act ? yoke_activation_name(act) : "");
    return text;
}

void epilogue_json(const struct epilogue *e, json_t *shape)
{
    if (e->desc.bias) json_object_set_new(shape, "bias", json_string(yoke_bias_name(e->desc.bias)));
    if (e->residual_path) json_object_set_new(shape, "residual", json_true());
    if (e->desc.activation)
        json_object_set_new(shape, "act", json_string(yoke_activation_name(e->desc.activation)));
}

void epilogue_deinit(struct epilogue *e)
{
    array_deinit(&e->bias);
    array_deinit(&e->residual);
}
