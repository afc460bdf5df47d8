/* op.c - what `yoke gemm` and `yoke conv` share. SPDX-License-Identifier: MIT */
#include "cli/op.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/quantile.h"
#include "cli/args.h"
#include "cli/npy.h"
#include "cli/output.h"

#define REPEAT_MAX 1000000

enum { KEY_TYPE = 0x2000, KEY_SEED, KEY_REPEAT, KEY_CHECK, KEY_VARIANT };

static const struct argp_option options[] = {
    { "output", 'o', "FILE", 0, "Write the result here, as .npy", 10 },
    { "type", KEY_TYPE, "TYPE", 0,
      "Type of the elements: f32, f64; of gemm also f16, bf16, c64, c128, s8 (f32; of files: their "
      "own)",
      10 },
    { "seed", KEY_SEED, "S", 0, "Seed of random data and of the check's sample (0)", 10 },
    { "repeat", KEY_REPEAT, "N", 0, "Run N times after a warm-up; report the least and the median",
      10 },
    { "check", KEY_CHECK, NULL, 0, "Compare with a reference in double precision", 10 },
    { "variant", KEY_VARIANT, "NAME", 0, "Use this variant of the operator", 10 },
    { 0 },
};

static enum yoke_type parse_type(const char *text, enum yoke_type last)
{
    const char *names[YOKE_S32 + 1] = { NULL };

    for (size_t i = 0; i <= last; i++)
        names[i] = yoke_type_name((enum yoke_type)i);
    return (enum yoke_type)arg_choice("--type", text, names);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct op_options *opt = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        opt->repeat = 1;
        state->child_inputs[0] = &opt->common;
        return 0;
    case 'o': opt->output = arg; return 0;
    case KEY_TYPE:
        opt->type = parse_type(arg, opt->last_type);
        opt->type_given = true;
        return 0;
    case KEY_SEED: opt->seed = arg_number("--seed", arg, 0, UINT64_MAX); return 0;
    case KEY_REPEAT: opt->repeat = (size_t)arg_number("--repeat", arg, 1, REPEAT_MAX); return 0;
    case KEY_CHECK: opt->check = true; return 0;
    case KEY_VARIANT: opt->variant = arg; return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = { { &cli_common_argp, 0, NULL, 0 }, { 0 } };
const struct argp op_argp = { .options = options, .parser = parse_option, .children = children };

int op_open(struct array *a, const char *path, struct op_options *opt)
{
    const int status = npy_open(a, path);

    if (status != CLI_DONE) return status;
    if (opt->type_given && opt->type != a->type)
        return cli_usage("%s holds %s, not %s; all arrays must be of one type", path,
                         yoke_type_name(a->type), yoke_type_name(opt->type));
    if (a->type > opt->last_type)
        return cli_usage("%s holds %s, which this operator does not take", path,
                         yoke_type_name(a->type));
    opt->type = a->type;
    opt->type_given = true;
    return CLI_DONE;
}

int op_open_result(struct array *a, const char *path, const struct op_options *opt)
{
    const enum yoke_type type = yoke_type_result(opt->type);
    const int status = npy_open(a, path);

    if (status != CLI_DONE || a->type == type) return status;
    return cli_usage("%s holds %s; results of %s are %s, and so is what is added to them", path,
                     yoke_type_name(a->type), yoke_type_name(opt->type), yoke_type_name(type));
}

static int check_variant(const struct op *op, const char *variant)
{
    char list[512] = "";
    const char *name;

    for (size_t i = 0; (name = yoke_op_variant_name(op->kind, i)); i++) {
        const size_t used = strlen(list);
        if (strcmp(name, variant) == 0) return CLI_DONE;
        snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", name);
    }
    return cli_usage("--variant is '%s'; it must be one of: %s", variant, list);
}

/* Past 2e9 operations, a sample of so many. */
static const struct yoke_ref_effort effort = { 2e9, 2e8, 2, 0 };

struct result {
    struct yoke_report *report; /* of each run    */
    struct tally tally;         /* of the last one */
    struct yoke_ref_result check;
    double min_ms, median_ms, gflops;
};

static int run_once(const struct op *op, yoke_team *team, void *task, struct yoke_report *report,
                    double *ms)
{
    op->reset(task);
    const double start_ms = cli_now_ms();
    const yoke_status st = op->run(task, team, report);
    *ms = cli_now_ms() - start_ms;
    if (st == YOKE_OK) return CLI_DONE;
    return st == YOKE_ERR_INVALID ? cli_usage("%s", yoke_last_error())
                                  : cli_fail("%s", yoke_last_error());
}

/* With more than one run, the first of all warms up and does not count. */
static int time_runs(const struct op *op, const struct op_options *opt, yoke_team *team, void *task,
                     struct result *r)
{
    const size_t n = opt->repeat;
    double *ms = malloc(n * sizeof *ms);
    struct yoke_ref ref;
    int status = CLI_DONE;

    if (!ms) return cli_fail("no memory for %zu timings", n);
    if (n > 1) status = run_once(op, team, task, r->report, &ms[0]);
    for (size_t i = 0; i < n && status == CLI_DONE; i++) {
        status = run_once(op, team, task, r->report, &ms[i]);
        cli_progress(n > 1 && !opt->common.json, op->name, (double)(i + 1), (double)n);
    }
    if (status == CLI_DONE) {
        tally_add(&r->tally, r->report, 1.0);
        yoke_sort(ms, n);
        r->min_ms = ms[0];
        r->median_ms = yoke_quantile(ms, n, 0.5);
        op->reference(task, &ref);
        r->gflops = ref.flops / (r->median_ms * 1e6);
    }
    free(ms);
    return status;
}

static json_t *json_check(const struct yoke_ref_result *check)
{
    json_t *ratio = isfinite(check->worst_ratio) ? json_real(check->worst_ratio) : json_null();

    return json_pack("{sI sI sb so}", "elements", (json_int_t)check->elements, "total",
                     (json_int_t)check->total, "sampled", check->elements < check->total,
                     "worst_ratio", ratio);
}

static int print_json(const struct op *op, const struct op_options *opt, const yoke_team *team,
                      const void *task, const struct result *r)
{
    char schema[32];

    snprintf(schema, sizeof schema, "yoke-%s/1", op->name);
    json_t *root =
        json_pack("{ss so ss so s{sf sf} sf}", "schema", schema, "shape", op->shape(task), "type",
                  yoke_type_name(opt->type), "variant", cli_json_variants(&r->tally), "ms", "min",
                  r->min_ms, "median", r->median_ms, "gflops", r->gflops);
    if (opt->check) {
        json_object_set_new(root, "checked", json_boolean(r->check.passed));
        json_object_set_new(root, "check", json_check(&r->check));
    }
    json_object_set_new(root, "devices", cli_json_devices(team, &r->tally));
    return cli_print_json(root);
}

static void print_devices(const yoke_team *team, const struct tally *tally)
{
    for (size_t i = 0; i < tally->n_devices; i++) {
        const struct tally_share *s = &tally->devices[i];
        const struct yoke_device_info *info = yoke_device_get_info(yoke_team_device(team, i));
        if (!s->variant[0]) {
            printf("  %-6s nothing to do  (%s)\n", s->id, info->name);
            continue;
        }
        printf("  %-6s %5.1f %%  %.3f ms  %s  %.1f MiB moved  (%s)\n", s->id, 100.0 * s->share,
               s->time_ms, s->variant, (double)s->bytes / 0x1p20, info->name);
    }
}

static void print_check(const struct yoke_ref_result *check)
{
    printf("check %s: ", check->passed ? "passed" : "FAILED");
    if (check->elements < check->total)
        printf("a seeded sample of %zu of %zu elements", check->elements, check->total);
    else
        printf("all %zu elements", check->elements);
    printf(", worst error %.3g of the bound\n", check->worst_ratio);
}

static void print_text(const struct op *op, const struct op_options *opt, const yoke_team *team,
                       const void *task, const struct result *r)
{
    printf("%s ", op->name);
    op->describe(task);
    printf(", %s\n", yoke_type_name(opt->type));
    print_devices(team, &r->tally);
    if (opt->repeat > 1)
        printf("median of %zu: %.3f ms, least %.3f ms, ", opt->repeat, r->median_ms, r->min_ms);
    else
        printf("%.3f ms, ", r->median_ms);
    printf("%.1f GFLOP/s\n", r->gflops);
    if (opt->check) print_check(&r->check);
}

/* A result that failed its check is not written. */
static int finish(const struct op *op, const struct op_options *opt, const yoke_team *team,
                  void *task, struct result *r)
{
    struct yoke_ref ref;
    int status = CLI_DONE;

    if (opt->check) {
        op->reference(task, &ref);
        yoke_ref_check(&ref, &effort, opt->seed, op->result(task)->data, &r->check);
    }
    const bool wrong = opt->check && !r->check.passed;
    if (opt->output && !wrong) status = npy_write(opt->output, op->result(task));
    if (status != CLI_DONE) return status;

    if (opt->common.json)
        status = print_json(op, opt, team, task, r);
    else
        print_text(op, opt, team, task, r);
    if (wrong)
        return cli_fail("%s: the worst error is %g times its bound; the result is wrong%s%s",
                        op->name, r->check.worst_ratio, opt->output ? ", and not written to " : "",
                        opt->output ? opt->output : "");
    return status;
}

int op_execute(const struct op *op, const struct op_options *opt, void *task)
{
    struct result result = { 0 };
    int status = CLI_DONE;

    if (opt->variant) status = check_variant(op, opt->variant);
    if (status == CLI_DONE && opt->output && !npy_has_type(opt->type))
        status = cli_usage("-o is '%s' with %s, for which NumPy has no type", opt->output,
                           yoke_type_name(opt->type));
    if (status == CLI_DONE && opt->output) status = cli_check_output(opt->output);
    if (status == CLI_DONE) status = op->prepare(task);
    if (status != CLI_DONE) return status;

    yoke_team *team = cli_open_team(&opt->common, &status);
    if (!team) return status;
    if (yoke_report_create(&result.report) != YOKE_OK) status = cli_fail("%s", yoke_last_error());
    if (status == CLI_DONE) status = time_runs(op, opt, team, task, &result);
    if (status == CLI_DONE) status = finish(op, opt, team, task, &result);
    yoke_report_destroy(&result.report);
    cli_close_team(&team);
    return status;
}
