/* cmd_tune.c - `yoke tune`: measure which variant is fastest, or tell which one runs and why.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/output.h"
#include "cli/tune_run.h"
#include "cli/tune_shapes.h"

enum {
    KEY_BUDGET = 0x5000,
    KEY_OP,
    KEY_SET,
    KEY_TYPE,
    KEY_TRANS,
    KEY_BATCH,
    KEY_DB,
    KEY_EXPLAIN,
    KEY_EXPORT,
    KEY_FORGIVE,
};

static const struct argp_option options[] = {
    { "budget", KEY_BUDGET, "S", 0, "Seconds for each shape, compiling included (10)", 1 },
    { "op", KEY_OP, "gemm|conv", 0, "The operator (gemm)", 1 },
    { "set", KEY_SET, "square|dnn|resnet|depthwise", 0,
      "These shapes instead of M N K, or the last two instead of --input and --filters", 1 },
    { "type", KEY_TYPE, "TYPE", 0, "f32, f64, f16, bf16, c64, c128 or s8 (f32)", 1 },
    { "trans", KEY_TRANS, "NN|NT|TN|TT", 0, "Which of A and B lie transposed (NN)", 1 },
    { "batch", KEY_BATCH, "B", 0, "So many products at once (1), or images of a set", 1 },
    { "db", KEY_DB, "FILE", 0, "The database to read and write", 2 },
    { "explain", KEY_EXPLAIN, NULL, 0, "Measure nothing; say which variant runs, and why", 2 },
    { "forgive", KEY_FORGIVE, NULL, 0, "Lift the quarantine of VARIANT, or of all", 2 },
    { "export", KEY_EXPORT, "FILE", 0, "Write all entries of the databases to FILE", 2 },
    { 0 },
};

struct tune_options {
    struct cli_common common;
    struct tune_request request;
    const char *db, *export;
    double budget_s;
    bool explain, forgive;
    struct tune_shape shapes[TUNE_SHAPES_MAX];
    size_t n_shapes;
};

static enum yoke_type type_of(const char *text)
{
    const char *names[YOKE_S32 + 1] = { NULL };

    for (int i = YOKE_F32; i < YOKE_S32; i++)
        names[i] = yoke_type_name((enum yoke_type)i);
    return (enum yoke_type)arg_choice("--type", text, names);
}

static double budget_of(const char *text)
{
    const double s = arg_real("--budget", text);

    if (!(s >= 0.1 && s <= 86400))
        exit(cli_usage("--budget is '%s'; it must be from 0.1 to 86400 seconds", text));
    return s;
}

static void check_forgive(struct argp_state *state, const struct tune_options *opt)
{
    const struct tune_request *r = &opt->request;

    if (r->set || opt->explain || opt->export || r->conv.given)
        argp_error(state, "--forgive and --%s; give one of them",
                   r->set         ? "set"
                   : opt->explain ? "explain"
                   : opt->export  ? "export"
                                  : r->conv.given);
    if (r->n_args > 1)
        argp_error(state, "%zu arguments; --forgive takes at most a variant", r->n_args);
}

static void take_shapes(struct argp_state *state, struct tune_options *opt)
{
    if (opt->forgive) {
        check_forgive(state, opt);
        return;
    }
    opt->n_shapes = tune_shapes_list(state, &opt->request, opt->shapes);
    if (opt->n_shapes == 0 && !opt->export)
        argp_error(state, "0 arguments; give %s, or --set",
                   opt->request.kind == YOKE_OP_GEMM ? "M N K" : "--input and --filters");
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    static const char *const trans[] = { "NN", "NT", "TN", "TT", NULL };
    struct tune_options *opt = state->input;
    struct tune_request *r = &opt->request;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &opt->common;
        state->child_inputs[1] = &r->conv;
        return 0;
    case KEY_BUDGET: opt->budget_s = budget_of(arg); return 0;
    case KEY_OP:
        r->kind = (enum yoke_op_kind)(arg_choice("--op", arg, tune_op_names) + 1);
        return 0;
    case KEY_SET: r->set = arg; return 0;
    case KEY_TYPE: r->type = type_of(arg); return 0;
    case KEY_TRANS: r->trans = trans[arg_choice("--trans", arg, trans)]; return 0;
    case KEY_BATCH: r->batch = (size_t)arg_number("--batch", arg, 1, ARG_DIM_MAX); return 0;
    case KEY_DB: opt->db = arg; return 0;
    case KEY_EXPLAIN: opt->explain = true; return 0;
    case KEY_EXPORT: opt->export = arg; return 0;
    case KEY_FORGIVE: opt->forgive = true; return 0;
    case ARGP_KEY_ARG:
        if (r->n_args == TUNE_ARGS_MAX) argp_error(state, "'%s' is one argument too many", arg);
        r->args[r->n_args++] = arg;
        return 0;
    case ARGP_KEY_END: take_shapes(state, opt); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {
    { &cli_common_argp, 0, NULL, 0 },
    { &conv_options_argp, 0, "Of --op conv:", 3 },
    { 0 },
};
static const struct argp tune_argp = {
    .options = options,
    .parser = parse_option,
    .args_doc = "M N K\n--op conv --input NxCxHxW --filters KxCxRxS\n--set SET\n"
                "--forgive [VARIANT]\n--export FILE",
    .doc = "Measure which variant of an operator is fastest here, and remember it for every later "
           "process.",
    .children = children,
};

/* The library reads the databases that the environment names, by absolute paths. */
static int use_db(const char *db)
{
    char path[PATH_MAX], folder[PATH_MAX] = "";

    if (!db) return CLI_DONE;
    if (!db[0] || strchr(db, ':')) return cli_usage("--db is '%s'; it must name a file", db);
    if (db[0] != '/' && !getcwd(folder, sizeof folder))
        return cli_fail("--db is '%s'; the current directory: %s", db, strerror(errno));
    if (snprintf(path, sizeof path, "%s%s%s", folder, folder[0] ? "/" : "", db) >= (int)sizeof path)
        return cli_fail("--db is '%s'; its absolute path has more than %d bytes", db, PATH_MAX - 1);
    if (strchr(path, ':'))
        return cli_fail("--db is %s; there may be no ':' in its absolute path", path);
    return setenv("YOKE_TUNE_DB", path, 1) == 0 ? CLI_DONE : cli_fail("no memory for --db");
}

/* A device that fails leaves the others; the exit status tells. */
static int run_all(const struct tune_options *opt, yoke_team *team, json_t *entries)
{
    const bool json = opt->common.json;
    int status = CLI_DONE;

    for (size_t d = 0; d < yoke_team_device_count(team); d++) {
        yoke_device *dev = yoke_team_device(team, d);
        const struct yoke_device_info *info = yoke_device_get_info(dev);
        for (size_t i = 0; i < opt->n_shapes; i++) {
            const struct tune_shape *shape = &opt->shapes[i];
            json_t *entry = tune_shape_json(shape, info->id);
            if (!json) {
                tune_shape_print(shape);
                printf(", on %s (%s)\n", info->id, info->name);
                fflush(stdout);
            }
            const int one = opt->explain ? explain_one(dev, shape, json, entry)
                                         : tune_one(dev, shape, opt->budget_s, json, entry);
            if (one != CLI_DONE) status = one;
            json_array_append_new(entries, entry);
        }
    }
    return status;
}

/* All devices, or none where the variant does not exist. */
static int forgive_all(const struct tune_options *opt, yoke_team *team, json_t *entries)
{
    const struct tune_request *r = &opt->request;
    int status = CLI_DONE;
    size_t n;

    for (size_t d = 0; d < yoke_team_device_count(team); d++) {
        yoke_device *dev = yoke_team_device(team, d);
        const struct yoke_device_info *info = yoke_device_get_info(dev);
        const yoke_status st = yoke_tune_forgive(dev, r->n_args ? r->args[0] : NULL, &n);
        if (st == YOKE_ERR_INVALID)
            return cli_usage("VARIANT is '%s'; there is none of that name", r->args[0]);
        if (st != YOKE_OK) {
            status = cli_fail("%s", yoke_last_error());
            continue;
        }
        if (!opt->common.json)
            printf("%zu quarantine%s lifted on %s (%s)\n", n, n == 1 ? "" : "s", info->id,
                   info->name);
        json_array_append_new(entries,
                              json_pack("{ss sI}", "device", info->id, "lifted", (json_int_t)n));
    }
    return status;
}

static int run(const struct tune_options *opt)
{
    int status = CLI_DONE, printed = CLI_DONE;
    json_t *entries = json_array();
    const char *what = opt->forgive ? "forgiven" : opt->explain ? "explained" : "tuned";
    yoke_team *team = opt->n_shapes || opt->forgive ? cli_open_team(&opt->common, &status) : NULL;

    if (team) status = (opt->forgive ? forgive_all : run_all)(opt, team, entries);
    fflush(stdout); /* it may be what is written */
    if (status == CLI_DONE && opt->export && yoke_tune_export(opt->export) != YOKE_OK)
        status = cli_fail("%s", yoke_last_error());
    if (opt->common.json)
        printed = cli_print_json(json_pack("{ss sO}", "schema", "yoke-tune/1", what, entries));
    json_decref(entries);
    cli_close_team(&team);
    return status == CLI_DONE ? printed : status;
}

int cmd_tune(int argc, char **argv)
{
    struct tune_options opt = { .request.kind = YOKE_OP_GEMM };

    cli_parse(&tune_argp, argc, argv, &opt);
    int status = use_db(opt.db);
    if (status == CLI_DONE && opt.db && opt.n_shapes && !opt.explain)
        status = cli_check_output(opt.db);
    if (status == CLI_DONE && opt.export) status = cli_check_output(opt.export);
    return status == CLI_DONE ? run(&opt) : status;
}
