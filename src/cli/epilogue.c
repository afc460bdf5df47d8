/* epilogue.c - bias, residual and activation on the command line. SPDX-License-Identifier: MIT */
#include "cli/epilogue.h"

#include <stdio.h>
#include <string.h>

#include "cli/args.h"

enum { KEY_BIAS = 0x4000, KEY_BIAS_BY, KEY_ACT, KEY_RESIDUAL };

static const struct argp_option options[] = {
    { "bias", KEY_BIAS, "FILE|row|column", 0,
      "Add one number to each row or column of the result; of a shape: random ones", 2 },
    { "bias-by", KEY_BIAS_BY, "row|column", 0, "Which of them the file's numbers are for (column)",
      2 },
    { "residual", KEY_RESIDUAL, "FILE", 0, "Add an array of the result's shape", 2 },
    { "act", KEY_ACT, "none|relu|gelu|sigmoid|tanh|clamp:LO,HI", 0,
      "What is done to each element at the end (none)", 2 },
    { 0 },
};

static const char *const sides[] = { "row", "column", NULL };
static const char *const act_names[] = {
    [YOKE_ACT_NONE] = "none",       [YOKE_ACT_RELU] = "relu", [YOKE_ACT_CLAMP] = "clamp:LO,HI",
    [YOKE_ACT_SIGMOID] = "sigmoid", [YOKE_ACT_TANH] = "tanh", [YOKE_ACT_GELU] = "gelu",
    [YOKE_ACT_GELU + 1] = NULL,
};

static void parse_act(const char *text, struct yoke_epilogue *e)
{
    static const char clamp[] = "clamp:";
    double ends[2];

    if (strncmp(text, clamp, sizeof clamp - 1) != 0) {
        e->activation = (enum yoke_activation)arg_choice("--act", text, act_names);
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

const struct argp epilogue_argp = { .options = options, .parser = parse_option };

static size_t bias_length(const struct epilogue *e, const struct array *C)
{
    return C->dims[C->ndim - (e->desc.bias == YOKE_BIAS_ROW ? 2 : 1)];
}

static enum yoke_bias side_of(const char *what, const char *text)
{
    return arg_choice(what, text, sides) == 0 ? YOKE_BIAS_ROW : YOKE_BIAS_COLUMN;
}

static int describe_random(struct epilogue *e, const struct array *C)
{
    if (e->bias_by)
        return cli_usage("--bias-by is '%s' with a shape; say --bias row or column", e->bias_by);
    if (e->residual_path)
        return cli_usage("--residual is '%s' with a shape; it goes with A.npy and B.npy",
                         e->residual_path);
    if (!e->bias_text) return CLI_DONE;
    e->desc.bias = side_of("--bias of a shape", e->bias_text);
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
    e->desc.bias = side_of("--bias-by", e->bias_by ? e->bias_by : "column");
    const int status = op_open_result(&e->bias, e->bias_text, opt);
    if (status != CLI_DONE) return status;
    if (e->bias.ndim != 1 || e->bias.dims[0] != bias_length(e, C))
        return cli_usage("%s is %s; it must be %zu, one number for each %s", e->bias_text,
                         array_shape(&e->bias, text), bias_length(e, C),
                         sides[e->desc.bias - YOKE_BIAS_ROW]);
    return array_pack(&e->bias);
}

static int open_residual(struct epilogue *e, const struct array *C, const struct op_options *opt)
{
    char text[ARRAY_TEXT_BYTES], wanted[ARRAY_TEXT_BYTES];

    if (!e->residual_path) return CLI_DONE;
    const int status = op_open_result(&e->residual, e->residual_path, opt);
    if (status != CLI_DONE) return status;
    if (e->residual.ndim != C->ndim || memcmp(e->residual.dims, C->dims, sizeof C->dims) != 0)
        return cli_usage("%s is %s; the product is %s", e->residual_path,
                         array_shape(&e->residual, text), array_shape(C, wanted));
    return array_pack(&e->residual);
}

int epilogue_open(struct epilogue *e, const struct array *C, const struct op_options *opt,
                  bool of_shape)
{
    if (of_shape) return describe_random(e, C);
    const int status = open_bias(e, C, opt);
    return status == CLI_DONE ? open_residual(e, C, opt) : status;
}

double epilogue_bytes(const struct epilogue *e, bool of_shape)
{
    return of_shape && e->desc.bias != YOKE_BIAS_NONE ? array_bytes(&e->bias) : 0.0;
}

int epilogue_alloc(struct epilogue *e, bool of_shape, uint64_t *seed)
{
    int status = CLI_DONE;

    if (of_shape && e->desc.bias != YOKE_BIAS_NONE) status = array_alloc_random(&e->bias, seed);
    e->desc.bias_array = e->bias.data;
    e->desc.residual_array = e->residual.data;
    return status;
}

bool epilogue_is_there(const struct epilogue *e)
{
    return e->desc.bias != YOKE_BIAS_NONE || e->desc.activation != YOKE_ACT_NONE ||
           e->residual_path;
}

/* Without what a colon says. */
static int act_length(const struct epilogue *e)
{
    return (int)strcspn(act_names[e->desc.activation], ":");
}

const char *epilogue_text(const struct epilogue *e, char text[64])
{
    const enum yoke_activation act = e->desc.activation;

    snprintf(text, 64, "%s%s%s%s%.*s", e->desc.bias ? " + bias by " : "",
             e->desc.bias ? sides[e->desc.bias - YOKE_BIAS_ROW] : "",
             e->residual_path ? " + residual" : "", act ? ", " : "", act ? act_length(e) : 0,
             act_names[act]);
    return text;
}

void epilogue_json(const struct epilogue *e, json_t *shape)
{
    if (e->desc.bias)
        json_object_set_new(shape, "bias", json_string(sides[e->desc.bias - YOKE_BIAS_ROW]));
    if (e->residual_path) json_object_set_new(shape, "residual", json_true());
    if (e->desc.activation)
        json_object_set_new(shape, "act",
                            json_stringn(act_names[e->desc.activation], (size_t)act_length(e)));
}

void epilogue_deinit(struct epilogue *e)
{
    array_deinit(&e->bias);
    array_deinit(&e->residual);
}
