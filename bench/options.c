/* options.c - the command line.
 * SPDX-License-Identifier: MIT */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

const char *argp_program_version = "yoke-bench (yoke) 0.1.0";

enum { KEY_PEER_LIB = 256, KEY_PEER_CORE, KEY_SEED, KEY_FIRST_USE };

/* The letters after each command are the options it takes besides the common ones: s set, z sizes,
 * t trans, T type, e epilogue, v variant, p peers, a against, l layout, b batch, r rounds, P plot,
 * B budget. */
static const struct bench_command commands[] = {
    { "gemm", bench_gemm, "sztTevpabrP" }, { "conv", bench_conv, "sTevpalbrP" },
    { "split", bench_split, "zTvr" },      { "start", bench_start, "r" },
    { "overhead", bench_overhead, "r" },   { "tune", bench_tune, "sztTbrB" },
};

// clang-format off
static const struct argp_option option_table[] = {
    { "devices", 'd', "SEL", 0, "Use these devices, as `yoke devices` names them", 0 },
    { "set", 's', "NAME", 0,
      "gemm: square, skinny, batched or dnn; conv: resnet or depthwise", 0 },
    { "sizes", 'z', "N,MxNxK,..", 0, "These products instead of a set's", 0 },
    { "trans", 't', "NN,NT,..|all", 0, "Transpositions of A and B (NN)", 0 },
    { "type", 'T', "NAME", 0, "Type: f32, f64, f16, bf16, c64, c128 or s8 (f32)", 0 },
    { "epilogue", 'e', "bias,relu", 0,
      "Add a bias for each column or channel, then relu, sigmoid, tanh or gelu", 0 },
    { "layout", 'l', "nhwc,nchw", 0, "Layouts of the images (nhwc)", 0 },
    { "batch", 'b', "B,..", 0, "Images at once (conv: 1,8; dnn: 1,8,32)", 0 },
    { "variant", 'v', "NAME", 0, "Run this variant instead of the best", 0 },
    { "peers", 'p', "NAME,..", 0, "Compare with openblas, onednn, clblast", 0 },
    { "peer-lib", KEY_PEER_LIB, "NAME=FILE", 0, "Take a peer's library from FILE", 0 },
    { "peer-core", KEY_PEER_CORE, "NAME=CORE", 0,
      "Have a peer take the kernels of another processor (openblas=Haswell)", 0 },
    { "against", 'a', "f32,plain,..", 0,
      "Compare with our own: in f32, without epilogue, or by the variants named", 0 },
    { "rounds", 'r', "N", 0, "Rounds of a row (as many as its time asks for, at least 7)", 0 },
    { "budget", 'B', "S", 0, "Seconds of a tuning (10)", 0 },
    { "seed", KEY_SEED, "N", 0, "Seed of the random data (1)", 0 },
    { "json", 'j', "FILE", 0, "Write the rows to FILE", 0 },
    { "plot", 'P', "FILE.svg", 0, "Draw the rows with gnuplot", 0 },
    { "first-use", KEY_FIRST_USE, NULL, OPTION_HIDDEN, NULL, 0 },
    { 0 },
};
// clang-format on

struct parse {
    struct bench_options *options;
    const struct bench_command *command;
    char given[16]; /* letters of the options that not every command has */
};

static const struct bench_command *find_command(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (!strcmp(commands[i].name, name)) return &commands[i];
    return NULL;
}

static void give(struct parse *p, char letter)
{
    if (!strchr(p->given, letter)) p->given[strlen(p->given)] = letter;
}

enum { MOST = 1 << 20 }; /* of any number; products of a few cannot overflow */

static size_t number(struct argp_state *state, const char *what, const char *text)
{
    char *end;
    const unsigned long long n = strtoull(text, &end, 10);

    if (*end || end == text || *text == '-' || n == 0 || n > MOST)
        argp_error(state, "%s %s; a number from 1 to %d is needed", what, text, MOST);
    return (size_t)n;
}

/* "N" or "MxNxK". */
static void add_size(struct argp_state *state, struct bench_options *o, char *text)
{
    char *n = strchr(text, 'x'), *k = n ? strchr(n + 1, 'x') : NULL;
    struct bench_size *size = &o->sizes[o->n_sizes++];

    if (n && !k) argp_error(state, "size %s; N or MxNxK is needed", text);
    if (k) *k++ = '\0';
    if (n) *n++ = '\0';
    size->M = number(state, "size", text);
    size->N = n ? number(state, "size", n) : size->M;
    size->K = k ? number(state, "size", k) : size->M;
}

static void add_trans(struct argp_state *state, struct bench_options *o, char *text)
{
    static const char *const all[] = { "NN", "NT", "TN", "TT" };

    if (!strcmp(text, "all") && o->n_trans == 0) {
        memcpy(o->trans, all, sizeof all);
        o->n_trans = 4;
        return;
    }
    if (strlen(text) != 2 || strspn(text, "NT") != 2 || o->n_trans == 4)
        argp_error(state, "transposition %s; up to four of NN, NT, TN, TT are needed, or all",
                   text);
    o->trans[o->n_trans++] = text;
}

static void add_layout(struct argp_state *state, struct bench_options *o, char *text)
{
    const bool nhwc = !strcmp(text, yoke_layout_name(YOKE_NHWC));

    if ((!nhwc && strcmp(text, yoke_layout_name(YOKE_NCHW))) || o->n_layouts == 2)
        argp_error(state, "layout %s; nhwc, nchw or both are needed", text);
    o->layouts[o->n_layouts++] = nhwc ? YOKE_NHWC : YOKE_NCHW;
}

static void add_batch(struct argp_state *state, struct bench_options *o, char *text)
{
    o->batches[o->n_batches++] = number(state, "batch", text);
}

static void add_peer(struct argp_state *state, struct bench_options *o, char *text)
{
    static const char *const known[] = { "openblas", "onednn", "clblast" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(text, known[i]) && o->n_peers < BENCH_MAX_PEERS) {
            o->peers[o->n_peers++] = text;
            return;
        }
    argp_error(state, "peer %s; up to four of openblas, onednn, clblast are needed", text);
}

static void add_against(struct argp_state *state, struct bench_options *o, char *text)
{
    if (o->n_against == BENCH_MAX_PEERS)
        argp_error(state, "against %s; %d comparisons at most", text, BENCH_MAX_PEERS);
    o->against[o->n_against++] = text;
}

static void add_epilogue(struct argp_state *state, struct bench_options *o, char *text)
{
    static const enum yoke_activation known[] = { YOKE_ACT_RELU, YOKE_ACT_SIGMOID, YOKE_ACT_TANH,
                                                  YOKE_ACT_GELU };

    if (!strcmp(text, "bias")) {
        o->bias = true;
        return;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(text, yoke_activation_name(known[i])) && o->activation == YOKE_ACT_NONE) {
            o->activation = known[i];
            return;
        }
    argp_error(state, "epilogue %s; bias, and one of relu, sigmoid, tanh, gelu are needed", text);
}

/* The items live as long as the arguments, whose memory they are. */
static void each_item(struct argp_state *state, struct bench_options *o, char *list,
                      void (*add)(struct argp_state *, struct bench_options *, char *))
{
    size_t n = 0;

    for (char *save, *item = strtok_r(list, ",", &save); item; item = strtok_r(NULL, ",", &save)) {
        if (n++ == BENCH_MAX_LIST) argp_error(state, "more than %d items", BENCH_MAX_LIST);
        add(state, o, item);
    }
    if (n == 0) argp_error(state, "an empty list");
}

/* A setting "NAME=..." of a peer. */
static void add_setting(struct argp_state *state, const char *text, const char **settings,
                        size_t *n)
{
    if (!strchr(text, '=') || *n == BENCH_MAX_PEERS)
        argp_error(state, "peer setting %s; NAME=.. is needed, four at most", text);
    settings[(*n)++] = text;
}

static void set_type(struct argp_state *state, struct bench_options *o, const char *text)
{
    for (int t = YOKE_F32; t <= YOKE_S8; t++)
        if (!strcmp(text, yoke_type_name((enum yoke_type)t))) {
            o->type = (enum yoke_type)t;
            return;
        }
    argp_error(state, "type %s; f32, f64, f16, bf16, c64, c128 or s8 is needed", text);
}

static void check_options(struct argp_state *state, struct parse *p)
{
    if (!p->command) argp_error(state, "a command is needed: gemm, conv, split, start, overhead or tune");
    for (const char *c = p->given; *c; c++)
        if (!strchr(p->command->keys, *c)) {
            const struct argp_option *o = option_table;
            while (o->key != *c)
                o++;
            argp_error(state, "%s has no option --%s", p->command->name, o->name);
        }
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct parse *p = state->input;
    struct bench_options *o = p->options;

    // clang-format off
    switch (key) {
    case 'd': o->devices = arg; break;
    case 's': o->set = arg; give(p, 's'); break;
    case 'z': each_item(state, o, arg, add_size); give(p, 'z'); break;
    case 't': each_item(state, o, arg, add_trans); give(p, 't'); break;
    case 'T': set_type(state, o, arg); give(p, 'T'); break;
    case 'v': o->variant = arg; give(p, 'v'); break;
    case 'p': each_item(state, o, arg, add_peer); give(p, 'p'); break;
    case 'r': o->rounds = number(state, "rounds", arg); give(p, 'r'); break;
    case 'j': o->json_path = arg; break;
    case 'P': o->plot_path = arg; give(p, 'P'); break;
    case 'l': each_item(state, o, arg, add_layout); give(p, 'l'); break;
    case 'b': each_item(state, o, arg, add_batch); give(p, 'b'); break;
    case 'a': each_item(state, o, arg, add_against); give(p, 'a'); break;
    case 'e': each_item(state, o, arg, add_epilogue); give(p, 'e'); break;
    case KEY_PEER_LIB: add_setting(state, arg, o->peer_libs, &o->n_peer_libs); give(p, 'p'); break;
    case KEY_PEER_CORE: add_setting(state, arg, o->peer_cores, &o->n_peer_cores); give(p, 'p'); break;
    case 'B': o->budget_s = (double)number(state, "budget", arg); give(p, 'B'); break;
    case KEY_SEED: o->seed = number(state, "seed", arg); break;
    case KEY_FIRST_USE: o->first_use = true; break;
    case ARGP_KEY_ARG:
        if (p->command) argp_error(state, "%s after the command %s", arg, p->command->name);
        p->command = find_command(arg);
        if (!p->command)
            argp_error(state, "no command %s; there are gemm, conv, split, start, overhead, tune", arg);
        break;
    case ARGP_KEY_END: check_options(state, p); break;
    default: return ARGP_ERR_UNKNOWN;
    }
    // clang-format on
    return 0;
}

const struct bench_command *bench_parse(int argc, char **argv, struct bench_options *options)
{
    static const struct argp argp = {
        .options = option_table,
        .parser = parse_option,
        .args_doc = "gemm|conv|split|start|overhead|tune",
        .doc = "Measure Yoke, beside other libraries where asked.\v"
               "gemm and conv: one operation on the team, checked, then timed in rounds that "
               "alternate with the peers and with what --against names; a ratio above 1 means that "
               "what is measured is faster than those.\n"
               "split: the team against its devices alone.\n"
               "start: first use with an empty and a filled kernel cache.\n"
               "overhead: what the smallest calls cost.\n"
               "tune: the row that a tuning in its time finds, against the best of all rows; below 1 "
               "the tuning missed it.",
    };
    struct parse p = { .options = options };

    *options = (struct bench_options){ .seed = 1, .budget_s = 10 };
    argp_err_exit_status = BENCH_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, &p);
    options->command = p.command->name;
    return p.command;
}
