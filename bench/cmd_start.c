/* cmd_start.c - yoke-bench start: first use with an empty and with a filled kernel cache.
 * SPDX-License-Identifier: MIT
 *
 * Whole processes are timed: this program starts itself again, which opens the team and multiplies
 * 64 x 64 matrices. PoCL's own cache is off on both sides. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "check.h"
#include "report.h"

enum { N = 64, LEAST_ROUNDS = 5, PATH_BYTES = 4096 };

static bool right(const struct job *job, uint64_t seed)
{
    struct check check;
    bool ok;

    if (!check_init(&check, job, seed)) return false;
    ok = check_passes(&check, job, job->out, false, "yoke's result");
    check_deinit(&check);
    return ok;
}

/* The child: say on stdout what it took, as two numbers of milliseconds. */
static int first_use(const struct bench_options *o)
{
    const double start = yoke_now_ms();
    struct job job = { .kind = &job_gemm, .gemm = { .M = N, .N = N, .K = N, .type = YOKE_F32 } };
    void *arena = aligned_alloc(4096, job_arena_bytes(&job));
    yoke_team *team = bench_open_team(o->devices);
    int status = BENCH_FAILED;

    if (arena && team) {
        const double opened = yoke_now_ms();
        job_place(&job, arena, o->seed);
        job_spoil(&job, job.out);
        if (job.kind->run(team, &job, NULL) != YOKE_OK) {
            bench_fail("%s", yoke_last_error());
        } else {
            printf("%.6f %.6f\n", opened - start, yoke_now_ms() - opened);
            if (right(&job, o->seed)) status = BENCH_DONE;
        }
    }
    yoke_team_destroy(&team);
    free(arena);
    return status;
}

/* Times of some processes: from fork to end, and the parts that the child tells. */
struct starts {
    struct yoke_samples total, open, product;
};

static void starts_deinit(struct starts *s)
{
    yoke_samples_deinit(&s->total);
    yoke_samples_deinit(&s->open);
    yoke_samples_deinit(&s->product);
}

static void exec_self(const char *cache, const char *devices)
{
    char *args[] = { "yoke-bench", "start", "--first-use", NULL, NULL, NULL };

    setenv("YOKE_CACHE_DIR", cache, 1);
    unsetenv("YOKE_CACHE");
    setenv("POCL_KERNEL_CACHE", "0", 1);
    if (devices) {
        args[3] = "--devices";
        args[4] = (char *)devices; /* execv's prototype is older than const */
    }
    execv("/proc/self/exe", args);
    _exit(127);
}

static bool start_once(const char *cache, const char *devices, struct starts *times)
{
    const double start = yoke_now_ms();
    double open = 0.0, product = 0.0, total;
    int fds[2], status = 0, got = 0;
    FILE *out;
    pid_t pid;

    if (pipe(fds)) return bench_false("no pipe: %s", strerror(errno));
    pid = fork();
    if (pid == 0) {
        dup2(fds[1], STDOUT_FILENO);
        close(fds[0]);
        close(fds[1]);
        exec_self(cache, devices);
    }
    close(fds[1]);
    out = fdopen(fds[0], "r");
    if (out && pid > 0) got = fscanf(out, "%lf %lf", &open, &product);
    if (pid > 0) waitpid(pid, &status, 0);
    total = yoke_now_ms() - start;
    if (out) fclose(out);
    if (pid < 0 || got != 2 || status != 0) return bench_false("the started process failed");
    return (yoke_samples_add(&times->total, &total, 1) &&
            yoke_samples_add(&times->open, &open, 1) &&
            yoke_samples_add(&times->product, &product, 1)) ||
           bench_false("no memory for the times");
}

/* Caches under the folder of this program: one in a shared temporary folder would not be used. */
static bool make_folder(char *path)
{
    char *folder = bench_exe_folder();

    snprintf(path, PATH_BYTES, "%s/start-XXXXXX", folder ? folder : ".");
    free(folder);
    if (mkdtemp(path)) return true;
    bench_fail("no folder %s for a cache: %s", path, strerror(errno));
    path[0] = '\0';
    return false;
}

/* Empty the cache that lies there. */
static bool clear_cache(const char *path)
{
    setenv("YOKE_CACHE_DIR", path, 1);
    if (yoke_cache_clear(NULL) == YOKE_OK) return true;
    return bench_false("%s", yoke_last_error());
}

/* Without entries a warm start is none. */
static bool cache_filled(void)
{
    struct yoke_cache_info *info;
    bool filled = true;

    if (yoke_cache_info_create(&info) != YOKE_OK) return bench_false("%s", yoke_last_error());
    if (info->n_entries == 0)
        filled = bench_false("the cache in %s stayed empty: %s", info->path,
                             info->reason[0] ? info->reason : "nothing was stored");
    yoke_cache_info_destroy(&info);
    return filled;
}

static bool measure(const struct bench_options *o, const char *folder, struct starts *cold,
                    struct starts *warm)
{
    const size_t rounds = o->rounds ? o->rounds : LEAST_ROUNDS;
    struct starts first = { { 0 }, { 0 }, { 0 } };
    bool ok = start_once(folder, o->devices, &first); /* reads the driver from disk */

    for (size_t i = 0; ok && i < rounds; i++)
        ok = clear_cache(folder) && start_once(folder, o->devices, cold) && cache_filled() &&
             start_once(folder, o->devices, warm);
    starts_deinit(&first);
    return ok;
}

static json_t *tell(const char *what, struct starts *s)
{
    const struct yoke_stats total = yoke_stats_of(s->total.values, s->total.n);
    const double open = yoke_median(s->open.values, s->open.n);
    const double product = yoke_median(s->product.values, s->product.n);

    printf("%-6s %9.2f %9.2f %9.2f %9.2f %9.2f\n", what, total.min, total.median, total.p90, open,
           product);
    return json_pack("{s:o, s:f, s:f}", "ms", report_stats(total), "open_ms", open, "product_ms",
                     product);
}

static void conclude(struct report *report, struct starts *cold, struct starts *warm)
{
    json_t *row = json_pack("{s:s, s:s, s:{s:i, s:i, s:i}, s:s, s:b}", "op", "start", "type", "f32",
                            "shape", "M", N, "N", N, "K", N, "label", "start", "checked", 1);
    json_t *warm_json, *cold_json;

    printf("%-6s %9s %9s %9s %9s %9s\n", "start", "min ms", "median", "p90", "open", "product");
    cold_json = tell("cold", cold);
    warm_json = tell("warm", warm);
    json_object_update(row, warm_json);
    json_object_set_new(row, "cold", cold_json);
    json_object_set_new(row, "ratio",
                        json_pack("{s:f}", "cold",
                                  yoke_median(cold->total.values, cold->total.n) /
                                      yoke_median(warm->total.values, warm->total.n)));
    json_decref(warm_json);
    report_add(report, row);
}

int bench_start(const struct bench_options *options)
{
    struct starts cold = { { 0 }, { 0 }, { 0 } }, warm = { { 0 }, { 0 }, { 0 } };
    char folder[PATH_BYTES];
    struct report report;
    yoke_team *team;
    int status = BENCH_FAILED;

    if (options->first_use) return first_use(options);
    if (!make_folder(folder)) return BENCH_FAILED;
    if (measure(options, folder, &cold, &warm) && (team = bench_open_team(options->devices))) {
        report_begin(&report, options->command, team, NULL);
        conclude(&report, &cold, &warm);
        status = report_end(&report, options, true);
        yoke_team_destroy(&team);
    }
    starts_deinit(&cold);
    starts_deinit(&warm);
    clear_cache(folder);
    if (rmdir(folder)) bench_fail("%s stays: %s", folder, strerror(errno));
    return status;
}
