/* cli.h - what the commands of `yoke` share. They use the public interface only.
 * SPDX-License-Identifier: MIT
 *
 * Data goes to stdout, messages to stderr. Exit status: 0 done, 1 failed, 2 wrong usage. */
#ifndef YOKE_CLI_H
#define YOKE_CLI_H

#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/tally.h"
#include "yoke/yoke.h"

enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/* The commands, one file each: cmd_NAME.c. argv[0] is "yoke NAME". */
int cmd_devices(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_gemm(int argc, char **argv);
int cmd_conv(int argc, char **argv);
int cmd_tune(int argc, char **argv);
int cmd_cache(int argc, char **argv);

/* The options that every command has. Each command's argp lists cli_common_argp as a child whose
 * input is its struct cli_common. */
struct cli_common {
    const char *devices; /* --devices SEL, or NULL */
    bool json;           /* --json */
    bool verbose;        /* -v: the library's log to stderr */
};
extern const struct argp cli_common_argp;

/* Parse, with wrong usage (an unknown option, a missing argument) ending in exit status 2. */
void cli_parse(const struct argp *argp, int argc, char **argv, void *input);

/* Print "yoke: " and the sentence to stderr; return CLI_FAILED or CLI_USAGE. */
int cli_fail(const char *fmt, ...) YOKE_PRINTF(1, 2);
int cli_usage(const char *fmt, ...) YOKE_PRINTF(1, 2);

/* The library's functions; where they fail for want of a variable in the environment, which a
 * library leaves alone, it is set, and they are asked again. */
yoke_status cli_create_team(const struct yoke_team_params *params, yoke_team **team);
yoke_status cli_create_system(yoke_system **sys);

/* Open the selected devices. NULL after printing why; *exit_status says how to exit (a selection
 * that matches nothing is wrong usage). */
yoke_team *cli_open_team(const struct cli_common *common, int *exit_status);

/* Close them. What was said goes out before: drivers are known to crash at their end. */
void cli_close_team(yoke_team **team);

/* Print a JSON value and a newline to stdout, and release it; CLI_FAILED if that fails. */
int cli_print_json(json_t *root);

/* The "devices" array of a report: [{"id","name","variant","share","ms","bytes"}]. */
json_t *cli_json_devices(const yoke_team *team, const struct tally *tally);

/* {"0:0":"gemm_tile"}, the variant each device that worked ran. */
json_t *cli_json_variants(const struct tally *tally);

/* Milliseconds of a monotonic clock. */
double cli_now_ms(void);

/* A progress bar on stderr, only where that is a terminal and --json is not given. done of total;
 * done == total ends the line. */
void cli_progress(bool on, const char *what, double done, double total);

#endif /* YOKE_CLI_H */
