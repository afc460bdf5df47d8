/* common.c - what the commands of `yoke` share. SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/json_text.h"

enum { KEY_DEVICES = 0x1000, KEY_JSON };

static const struct argp_option options[] = {
    { "devices", KEY_DEVICES, "SEL", 0,
      "Use these devices: ids (0:1), types (gpu, cpu, accelerator, custom) or parts of names, "
      "joined by commas; '!' before one excludes it",
      20 },
    { "json", KEY_JSON, NULL, 0, "Report as JSON", 20 },
    { "verbose", 'v', NULL, 0, "Show the library's log and compilers' messages", 20 },
    { 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct cli_common *common = state->input;

    switch (key) {
    case KEY_DEVICES: common->devices = arg; return 0;
    case KEY_JSON: common->json = true; return 0;
    case 'v': common->verbose = true; return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_common_argp = { .options = options, .parser = parse_option };

void cli_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    argp_err_exit_status = CLI_USAGE;
    const error_t err = argp_parse(argp, argc, argv, 0, NULL, input);
    if (err) exit(cli_fail("the command line: %s", strerror(err)));
}

YOKE_PRINTF(1, 0) static void say(const char *fmt, va_list args)
{
    fflush(stdout);
    fputs("yoke: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
}

int cli_fail(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(fmt, args);
    va_end(args);
    return CLI_FAILED;
}

int cli_usage(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(fmt, args);
    va_end(args);
    return CLI_USAGE;
}

static void log_line(void *user, const char *line)
{
    (void)user;
    fprintf(stderr, "yoke: %s\n", line);
}

/* What the library asks a program to set is set here, while it has one thread. */
static bool can_help(yoke_status st)
{
    return st == YOKE_ERR_DEVICE && strstr(yoke_last_error(), "OCL_ICD_PLATFORM_SORT=none") &&
           setenv("OCL_ICD_PLATFORM_SORT", "none", 1) == 0;
}

yoke_status cli_create_team(const struct yoke_team_params *params, yoke_team **team)
{
    const yoke_status st = yoke_team_create(params, team);

    return can_help(st) ? yoke_team_create(params, team) : st;
}

yoke_status cli_create_system(yoke_system **sys)
{
    const yoke_status st = yoke_system_create(sys);

    return can_help(st) ? yoke_system_create(sys) : st;
}

yoke_team *cli_open_team(const struct cli_common *common, int *exit_status)
{
    const struct yoke_team_params params = { .select = common->devices,
                                             .log = common->verbose ? log_line : NULL };
    yoke_team *team;

    const yoke_status st = cli_create_team(&params, &team);
    if (st == YOKE_OK) {
        *exit_status = CLI_DONE;
        return team;
    }
    *exit_status = st == YOKE_ERR_INVALID ? cli_usage("%s", yoke_last_error())
                                          : cli_fail("%s", yoke_last_error());
    return NULL;
}

void cli_close_team(yoke_team **team)
{
    fflush(stdout);
    yoke_team_destroy(team);
}

int cli_print_json(json_t *root)
{
    const size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(9);

    if (!root) return cli_fail("the report: no memory");
    const int err = json_dumpf(root, stdout, flags);
    json_decref(root);
    if (err || putchar('\n') == EOF) return cli_fail("the report: cannot write it to stdout");
    return CLI_DONE;
}

json_t *cli_json_devices(const yoke_team *team, const struct tally *tally)
{
    json_t *list = json_array();

    for (size_t i = 0; i < tally->n_devices; i++) {
        const struct tally_share *s = &tally->devices[i];
        const struct yoke_device_info *info = yoke_device_get_info(yoke_team_device(team, i));
        json_array_append_new(list,
                              json_pack("{ss so ss sf sf sI}", "id", s->id, "name",
                                        json_text(info->name), "variant", s->variant, "share",
                                        s->share, "ms", s->time_ms, "bytes", (json_int_t)s->bytes));
    }
    return list;
}

json_t *cli_json_variants(const struct tally *tally)
{
    json_t *variants = json_object();

    for (size_t i = 0; i < tally->n_devices; i++)
        if (tally->devices[i].variant[0])
            json_object_set_new(variants, tally->devices[i].id,
                                json_string(tally->devices[i].variant));
    return variants;
}

double cli_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

void cli_progress(bool on, const char *what, double done, double total)
{
    static const char bar[] = "##############################";
    static int shown = -1;
    const int width = (int)sizeof bar - 1;
    const int percent = total > 0 ? (int)(100.0 * done / total) : 100;

    if (!on || !isatty(STDERR_FILENO) || percent == shown) return;
    const int n = percent * width / 100;
    fprintf(stderr, "\r%-24s [%-*.*s] %3d %%", what, width, n, bar, percent);
    if (done >= total) fputc('\n', stderr);
    shown = done >= total ? -1 : percent;
}
