/* main.c - yoke-bench: how fast Yoke is, and beside whom.
 * SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ending.h"
#include "base/writer.h"
#include "bench.h"

static void say(const char *fmt, va_list args)
{
    fputs("yoke-bench: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
}

int bench_fail(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(fmt, args);
    va_end(args);
    return BENCH_FAILED;
}

int bench_usage(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(fmt, args);
    va_end(args);
    return BENCH_USAGE;
}

bool bench_false(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(fmt, args);
    va_end(args);
    return false;
}

yoke_team *bench_open_team(const char *select)
{
    const struct yoke_team_params params = { .select = select };
    yoke_team *team;

    if (yoke_team_create(&params, &team) == YOKE_OK) return team;
    bench_fail("%s", yoke_last_error());
    return NULL;
}

char *bench_exe_folder(void)
{
    char path[4096];
    const ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    char *slash;

    if (n <= 0) return NULL;
    path[n] = '\0';
    slash = strrchr(path, '/');
    if (slash) *slash = '\0';
    return strdup(path);
}

/* Before the work, so that it is not lost. */
static bool can_write(const char *path)
{
    const int error = path ? yoke_writer_check(AT_FDCWD, path) : 0;

    return !error || bench_false("%s: cannot write it: %s", path, strerror(error));
}

int main(int argc, char **argv)
{
    struct bench_options options;
    const struct bench_command *command = bench_parse(argc, argv, &options);

    setvbuf(stdout, NULL, _IOLBF, 0); /* rows are seen as they come */
    yoke_ending_prepare();
    if (!can_write(options.json_path) || !can_write(options.plot_path)) return BENCH_FAILED;
    return command->run(&options);
}
