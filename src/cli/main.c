/* main.c - the command `yoke`: finds the command named and runs it. SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/ending.h"
#include "cli/cli.h"

struct command {
    const char *name;
    char *title; /* argv[0] of the command, for its messages */
    int (*run)(int argc, char **argv);
    const char *summary;
};

static const struct command commands[] = {
    { "devices", "yoke devices", cmd_devices,
      "what OpenCL offers here, and whether Yoke can use it" },
    { "demo", "yoke demo", cmd_demo, "classify and filter real images on all devices" },
    { "gemm", "yoke gemm", cmd_gemm, "multiply matrices: .npy files, or a shape" },
    { "conv", "yoke conv", cmd_conv, "convolve images with filters: .npy files, or a shape" },
    { "tune", "yoke tune", cmd_tune, "measure which kernels are fastest here, and remember it" },
    { "cache", "yoke cache", cmd_cache, "look at the compiled kernels on disk, or remove them" },
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void print_version(FILE *out, struct argp_state *state)
{
    (void)state;
    fprintf(out, "yoke %s\n", yoke_version());
}

static int print_help(void)
{
    puts("Usage: yoke COMMAND [OPTION...]\n"
         "Puts every OpenCL device of this machine to one job.\n");
    for (int i = 0; i < N_COMMANDS; i++)
        printf("  %-10s%s\n", commands[i].name, commands[i].summary);
    puts("\n'yoke COMMAND --help' tells the options; 'man yoke' tells all.");
    return CLI_DONE;
}

static const char *command_list(void)
{
    static char list[128];

    list[0] = '\0';
    for (int i = 0; i < N_COMMANDS; i++) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", commands[i].name);
    }
    return list;
}

static int run_command(int argc, char **argv)
{
    if (argc < 2) return cli_usage("no command; it must be one of: %s", command_list());
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0) return print_help();
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        print_version(stdout, NULL);
        return CLI_DONE;
    }
    for (int i = 0; i < N_COMMANDS; i++) {
        if (strcmp(argv[1], commands[i].name) != 0) continue;
        argv[1] = commands[i].title;
        return commands[i].run(argc - 1, argv + 1);
    }
    if (argv[1][0] == '-')
        return cli_usage("unknown option '%s'; before the command only --help and --version",
                         argv[1]);
    return cli_usage("unknown command '%s'; it must be one of: %s", argv[1], command_list());
}

int main(int argc, char **argv)
{
    argp_program_version_hook = print_version;
    yoke_ending_prepare();
    const int status = run_command(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) return cli_fail("stdout: cannot write to it");
    return status;
}
