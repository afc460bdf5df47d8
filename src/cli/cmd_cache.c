/* cmd_cache.c - `yoke cache`: the compiled kernels on disk. SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/cli.h"
#include "cli/json_text.h"

enum action { INFO, CLEAR };

struct cache_options {
    struct cli_common common;
    const char *action;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct cache_options *opt = state->input;

    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &opt->common; return 0;
    case ARGP_KEY_ARG:
        if (opt->action)
            argp_error(state, "'%s' after '%s'; one action at a time", arg, opt->action);
        opt->action = arg;
        return 0;
    case ARGP_KEY_END:
        if (!opt->action) argp_error(state, "no action; it must be info or clear");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = { { &cli_common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp cache_argp = {
    .parser = parse_option,
    .args_doc = "info|clear",
    .doc = "Look at the compiled kernels on disk, or remove them.",
    .children = children,
};

static int print_info(const struct yoke_cache_info *info, bool json)
{
    if (json)
        return cli_print_json(
            json_pack("{ss sb so so sI sI sI}", "schema", "yoke-cache/1", "on",
                      info->reason[0] == '\0', "path", json_text(info->path), "reason",
                      json_text(info->reason), "entries", (json_int_t)info->n_entries, "bytes",
                      (json_int_t)info->bytes, "max_bytes", (json_int_t)info->max_bytes));
    if (info->reason[0]) printf("off: %s\n", info->reason);
    if (info->reason[0] && info->n_entries == 0) return CLI_DONE;
    printf("%s\n%zu programs, %.1f of at most %.1f MiB\n", info->path, info->n_entries,
           (double)info->bytes / 0x1p20, (double)info->max_bytes / 0x1p20);
    return CLI_DONE;
}

static int show(bool json)
{
    struct yoke_cache_info *info;

    if (yoke_cache_info_create(&info) != YOKE_OK) return cli_fail("%s", yoke_last_error());
    const int status = print_info(info, json);
    yoke_cache_info_destroy(&info);
    return status;
}

static int clear(bool json)
{
    size_t n_removed = 0;

    if (yoke_cache_clear(&n_removed) != YOKE_OK) return cli_fail("%s", yoke_last_error());
    if (json)
        return cli_print_json(
            json_pack("{ss sI}", "schema", "yoke-cache/1", "removed", (json_int_t)n_removed));
    printf("%zu programs removed\n", n_removed);
    return CLI_DONE;
}

int cmd_cache(int argc, char **argv)
{
    static const char *const actions[] = { "info", "clear", NULL };
    struct cache_options opt = { 0 };

    cli_parse(&cache_argp, argc, argv, &opt);
    switch (arg_choice("the action", opt.action, actions)) {
    case INFO: return show(opt.common.json);
    default: return clear(opt.common.json);
    }
}
