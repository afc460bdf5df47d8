/* cmd_tune.c - `yoke tune`: measure which variant is fastest, or tell which one runs and why.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/cli.h"
#include "cli/json_text.h"
#include "cli/output.h"
#include "cli/tune_profile.h"
#include "cli/tune_sets.h"

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
    KEY_PROFILE,
};

static const struct argp_option options[] = {
    { "budget", KEY_BUDGET, "S", 0,
      "Seconds for each shape (10) or profile (60), compiling included", 1 },
    { "op", KEY_OP, "gemm", 0, "The operator (gemm)", 1 },
    { "set", KEY_SET, "square|dnn", 0, "These shapes instead of M N K", 1 },
    { "type", KEY_TYPE, "TYPE", 0, "f32, f64, f16, bf16, c64, c128 or s8 (f32)", 1 },
    { "trans", KEY_TRANS, "NN|NT|TN|TT", 0, "Which of A and B lie transposed (NN)", 1 },
    { "batch", KEY_BATCH, "B", 0, "So many products at once (1)", 1 },
    { "db", KEY_DB, "FILE", 0, "The database to read and write", 2 },
    { "device-profile", KEY_PROFILE, NULL, 0,
      "Measure the devices' block sizes and what packing and waking cost", 1 },
    { "explain", KEY_EXPLAIN, NULL, 0, "Measure nothing; say which variant runs, and why", 2 },
    { "forgive", KEY_FORGIVE, NULL, 0, "Lift the quarantine of VARIANT, or of all", 2 },
    { "export", KEY_EXPORT, "FILE", 0, "Write all entries of the databases to FILE", 2 },
    { 0 },
};

struct tune_options {
    struct cli_common common;
    const char *args[3], *db, *export;
    size_t n_args, batch;
    const char *trans; /* NULL: as the shapes have it, and the batch 0 alike */
    enum yoke_type type;
    double budget_s;
    bool set_given, explain, forgive, profile;
    struct tune_shape shapes[TUNE_SET_MAX];
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

static void take_shape(struct argp_state *state, struct tune_options *opt)
{
    static const char *const what[] = { "M", "N", "K" };
    size_t dims[3];

    if (opt->forgive) {
        if (opt->set_given || opt->explain || opt->export || opt->profile)
            argp_error(state, "--forgive and --set, --explain, --export or --device-profile; give "
                              "one of them");
        if (opt->n_args > 1)
            argp_error(state, "%zu arguments; --forgive takes at most a variant", opt->n_args);
        return;
    }
    if (opt->profile && (opt->set_given || opt->explain || opt->n_args))
        argp_error(state, "--device-profile and M N K, --set or --explain; give one of them");
    if (opt->set_given && opt->n_args)
        argp_error(state, "'%s' and --set; give one of them", opt->args[0]);
    if (!opt->set_given && opt->n_args != 3 && !((opt->export || opt->profile) && opt->n_args == 0))
        argp_error(state, "%zu arguments; give M N K, or --set", opt->n_args);
    for (size_t i = 0; i < opt->n_args; i++)
        dims[i] = (size_t)arg_number(what[i], opt->args[i], 1, ARG_DIM_MAX);
    if (opt->n_args == 3)
        opt->shapes[opt->n_shapes++] = (struct tune_shape){ dims[0], dims[1], dims[2], 0, "NN" };
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    static const char *const trans[] = { "NN", "NT", "TN", "TT", NULL };
    static const char *const ops[] = { "gemm", NULL };
    struct tune_options *opt = state->input;

    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &opt->common; return 0;
    case KEY_BUDGET: opt->budget_s = budget_of(arg); return 0;
    case KEY_OP: arg_choice("--op", arg, ops); return 0;
    case KEY_SET:
        opt->n_shapes = tune_set_list(arg_choice("--set", arg, tune_set_names), opt->shapes);
        opt->set_given = true;
        return 0;
    case KEY_TYPE: opt->type = type_of(arg); return 0;
    case KEY_TRANS: opt->trans = trans[arg_choice("--trans", arg, trans)]; return 0;
    case KEY_BATCH: opt->batch = (size_t)arg_number("--batch", arg, 1, ARG_DIM_MAX); return 0;
    case KEY_DB: opt->db = arg; return 0;
    case KEY_EXPLAIN: opt->explain = true; return 0;
    case KEY_EXPORT: opt->export = arg; return 0;
    case KEY_FORGIVE: opt->forgive = true; return 0;
    case KEY_PROFILE: opt->profile = true; return 0;
    case ARGP_KEY_ARG:
        if (opt->n_args == 3) argp_error(state, "'%s' is one argument too many", arg);
        opt->args[opt->n_args++] = arg;
        return 0;
    case ARGP_KEY_END: take_shape(state, opt); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = { { &cli_common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp tune_argp = {
    .options = options,
    .parser = parse_option,
    .args_doc = "M N K\n--set square|dnn\n--device-profile\n--forgive [VARIANT]\n--export FILE",
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

static struct yoke_gemm gemm_of(const struct tune_options *opt, const struct tune_shape *s)
{
    const char *trans = opt->trans ? opt->trans : s->trans;

    return (struct yoke_gemm){
        .M = s->M,
        .N = s->N,
        .K = s->K,
        .batch = opt->batch ? opt->batch : s->batch,
        .type = opt->type,
        .trans_a = trans[0] == 'T',
        .trans_b = trans[1] == 'T',
    };
}

static const char *trans_name(const struct yoke_gemm *g)
{
    static const char *const names[] = { "NN", "NT", "TN", "TT" };

    return names[2 * g->trans_a + g->trans_b];
}

static json_t *json_shape(const struct yoke_gemm *g, const char *device)
{
    return json_pack("{ss ss ss s{sI sI sI sI ss}}", "op", "gemm", "device", device, "type",
                     yoke_type_name(g->type), "shape", "M", (json_int_t)g->M, "N", (json_int_t)g->N,
                     "K", (json_int_t)g->K, "batch", (json_int_t)(g->batch ? g->batch : 1), "trans",
                     trans_name(g));
}

static void print_shape(const struct yoke_gemm *g, const struct yoke_device_info *info)
{
    printf("gemm ");
    if (g->batch > 1) printf("%zu x ", g->batch);
    printf("(%zu x %zu x %zu) %s, %s, on %s (%s)\n", g->M, g->N, g->K, trans_name(g),
           yoke_type_name(g->type), info->id, info->name);
}

struct show {
    bool on;
    char what[64];
};

static void show_progress(void *user, const struct yoke_tune_progress *p)
{
    const struct show *show = user;
    char what[64];

    snprintf(what, sizeof what, "%.8s %s", p->what, p->row);
    cli_progress(show->on, what, p->done < 0.999 ? p->done : 0.999, 1.0);
}

static void print_result(const struct yoke_tune_result *r)
{
    size_t n_untried = 0;

    for (size_t i = 0; i < r->n_rows; i++) {
        const struct yoke_tune_row *row = &r->rows[i];
        n_untried += row->verdict == YOKE_TUNE_UNTRIED;
        printf("  %-24s %-11s", row->name, yoke_tune_verdict_name(row->verdict));
        if (row->ms > 0) printf("  %10.4f ms", row->ms);
        if (row->ratio > 0) printf("  %6.3f x", row->ratio);
        if (row->n_rounds > 0) printf(" +- %.3f in %zu rounds", row->spread, row->n_rounds);
        printf("%s%s\n", row->why[0] ? "  " : "", row->why);
    }
    printf("%s, %.3f times as fast as %s untuned; %.1f s%s%s\n", r->variant, r->ratio, r->untuned,
           r->time_s, r->path[0] ? "; in " : "; written nowhere", r->path);
    if (n_untried)
        printf("%zu untried: tune again, what was compiled is kept, or with more --budget\n",
               n_untried);
}

static void add_result(json_t *entry, const struct yoke_tune_result *r)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < r->n_rows; i++) {
        const struct yoke_tune_row *row = &r->rows[i];
        json_array_append_new(rows,
                              json_pack("{ss ss sf sf sf sI so}", "variant", row->name, "verdict",
                                        yoke_tune_verdict_name(row->verdict), "ms", row->ms,
                                        "ratio", row->ratio, "spread", row->spread, "rounds",
                                        (json_int_t)row->n_rounds, "why", json_text(row->why)));
    }
    json_object_set_new(entry, "variant", json_text(r->variant));
    json_object_set_new(entry, "untuned", json_text(r->untuned));
    json_object_set_new(entry, "ratio", json_real(r->ratio));
    json_object_set_new(entry, "seconds", json_real(r->time_s));
    json_object_set_new(entry, "database", json_text(r->path));
    json_object_set_new(entry, "rows", rows);
}

static int tune_one(const struct tune_options *opt, yoke_device *dev, const struct yoke_gemm *g,
                    json_t *entry)
{
    struct show show = { .on = !opt->common.json };
    const struct yoke_tune_params params = { .budget_s = opt->budget_s,
                                             .progress = show_progress,
                                             .progress_user = &show };
    struct yoke_tune_result result;

    const yoke_status st = yoke_gemm_tune(dev, g, &params, &result);
    cli_progress(show.on, "done", 1.0, 1.0);
    if (st != YOKE_OK && st != YOKE_ERR_IO) return cli_fail("%s", yoke_last_error());
    if (opt->common.json)
        add_result(entry, &result);
    else
        print_result(&result);
    return st == YOKE_OK ? CLI_DONE : cli_fail("%s", yoke_last_error());
}

static int explain_one(const struct tune_options *opt, yoke_device *dev, const struct yoke_gemm *g,
                       json_t *entry)
{
    struct yoke_tune_reason reason;

    if (yoke_gemm_tune_explain(dev, g, &reason) != YOKE_OK)
        return cli_fail("%s", yoke_last_error());
    if (!opt->common.json) {
        printf("  %s\n", reason.sentence);
        return CLI_DONE;
    }
    json_object_set_new(entry, "variant", json_text(reason.variant));
    json_object_set_new(entry, "source", json_string(yoke_tune_source_name(reason.source)));
    json_object_set_new(entry, "ratio", json_real(reason.ratio));
    json_object_set_new(entry, "why", json_text(reason.sentence));
    return CLI_DONE;
}

/* A device that fails leaves the others; the exit status tells. */
static int run_all(const struct tune_options *opt, yoke_team *team, json_t *entries)
{
    int status = CLI_DONE;

    for (size_t d = 0; d < yoke_team_device_count(team); d++) {
        yoke_device *dev = yoke_team_device(team, d);
        const struct yoke_device_info *info = yoke_device_get_info(dev);
        if (!opt->explain && tune_profile_first(dev, opt->budget_s, opt->common.json) != CLI_DONE)
            status = CLI_FAILED;
        for (size_t i = 0; i < opt->n_shapes; i++) {
            const struct yoke_gemm g = gemm_of(opt, &opt->shapes[i]);
            json_t *entry = json_shape(&g, info->id);
            if (!opt->common.json) print_shape(&g, info);
            fflush(stdout);
            const int one = (opt->explain ? explain_one : tune_one)(opt, dev, &g, entry);
            if (one != CLI_DONE) status = one;
            json_array_append_new(entries, entry);
        }
    }
    return status;
}

/* All devices, or none where the variant does not exist. */
static int forgive_all(const struct tune_options *opt, yoke_team *team, json_t *entries)
{
    int status = CLI_DONE;
    size_t n;

    for (size_t d = 0; d < yoke_team_device_count(team); d++) {
        yoke_device *dev = yoke_team_device(team, d);
        const struct yoke_device_info *info = yoke_device_get_info(dev);
        const yoke_status st = yoke_tune_forgive(dev, opt->n_args ? opt->args[0] : NULL, &n);
        if (st == YOKE_ERR_INVALID)
            return cli_usage("VARIANT is '%s'; there is none of that name", opt->args[0]);
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

static int run_team(const struct tune_options *opt, yoke_team *team, json_t *entries)
{
    if (opt->forgive) return forgive_all(opt, team, entries);
    if (opt->profile) return tune_profiles(team, opt->budget_s, opt->common.json ? entries : NULL);
    return run_all(opt, team, entries);
}

static int run(const struct tune_options *opt)
{
    int status = CLI_DONE, printed = CLI_DONE;
    json_t *entries = json_array();
    const char *what = opt->forgive   ? "forgiven"
                       : opt->profile ? "profiled"
                       : opt->explain ? "explained"
                                      : "tuned";
    const bool any = opt->n_shapes || opt->forgive || opt->profile;
    yoke_team *team = any ? cli_open_team(&opt->common, &status) : NULL;

    if (team) status = run_team(opt, team, entries);
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
    struct tune_options opt = { 0 };

    cli_parse(&tune_argp, argc, argv, &opt);
    int status = use_db(opt.db);
    if (status == CLI_DONE && opt.db && (opt.n_shapes || opt.profile) && !opt.explain)
        status = cli_check_output(opt.db);
    if (status == CLI_DONE && opt.export) status = cli_check_output(opt.export);
    return status == CLI_DONE ? run(&opt) : status;
}
