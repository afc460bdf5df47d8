/* cmd_tune.c - yoke-bench tune: what a tuning in its time finds, against an exhaustive search.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/layers.h"
#include "check.h"
#include "duel.h"
#include "report.h"
#include "shapes.h"

enum { VARIANTS_MAX = 64 };

/* A variant that takes so many times as long as the tuned one in a single run cannot be the best.
 */
static const double hopeless = 3.0;

/* One variant of the table, forced by its name. */
struct forced {
    yoke_team *team;
    struct job job;
    const char *name;
    double once_ms;
};

struct bench {
    const struct bench_options *options;
    yoke_team *team;
    struct report report;
};

static bool run(void *ctx)
{
    const struct forced *f = ctx;

    return f->job.kind->run(f->team, &f->job, NULL) == YOKE_OK ||
           bench_false("%s: %s", f->name, yoke_last_error());
}

static bool burst(void *ctx, size_t warm_ups, size_t reps, double *ms)
{
    return yoke_burst_take(run, ctx, warm_ups, reps, ms);
}

/* Whether the variant takes the job here; its time after the run that compiles. */
static bool runs(struct forced *f)
{
    if (f->job.kind->run(f->team, &f->job, NULL) != YOKE_OK) return false;
    const double start = yoke_now_ms();
    if (f->job.kind->run(f->team, &f->job, NULL) != YOKE_OK) return false;
    f->once_ms = yoke_now_ms() - start;
    return true;
}

static bool is_right(const struct forced *f, const struct bench_options *o)
{
    struct check check;

    if (!check_init(&check, &f->job, o->seed + 1)) return false;
    job_spoil(&f->job, f->job.out);
    bool ok = f->job.kind->run(f->team, &f->job, NULL) == YOKE_OK;
    if (!ok) bench_fail("%s: %s", f->name, yoke_last_error());
    ok = ok && check_passes(&check, &f->job, f->job.out, false, f->name);
    check_deinit(&check);
    return ok;
}

/* The tuned variant first, then every other one that may be as fast. */
static size_t list_variants(const struct bench *b, const struct job *job,
                            const struct yoke_tune_result *tuned, struct forced *list)
{
    const enum yoke_op_kind kind = job_op(job).kind;
    const char *name = tuned->variant;
    size_t n = 0;

    for (size_t i = 0; name && n < VARIANTS_MAX; name = yoke_op_variant_name(kind, i++)) {
        struct forced *f = &list[n];
        if (n > 0 && !strcmp(name, list[0].name)) continue;
        *f = (struct forced){ .team = b->team, .job = *job, .name = name };
        job_set_variant(&f->job, name);
        n += runs(f) && f->once_ms <= hopeless * list[0].once_ms;
    }
    return n;
}

static void report_one(struct bench *b, const struct job *job, const struct yoke_tune_result *tuned,
                       const struct forced *list, const struct duel_side *sides, size_t n)
{
    size_t best = 0;
    char label[96];

    for (size_t i = 1; i < n; i++)
        if (sides[i].ratio < sides[best].ratio) best = i;
    job->kind->label(job, label, sizeof label);
    printf("%-24s %-22s %9.4f  %-22s %9.4f  %5zu %7.1f %7.3f\n", label, list[0].name,
           sides[0].ms.median, list[best].name, sides[best].ms.median, n, tuned->time_s,
           sides[best].ratio);
    report_add(&b->report,
               json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:I, s:f, s:f, s:o, s:b, s:{s:f}}",
                         "op", "tune", "label", label, "type", yoke_type_name(job_type(job)),
                         "shape", job->kind->shape(job), "variant", list[0].name, "untuned",
                         tuned->untuned, "exhaustive", list[best].name, "rows", (json_int_t)n,
                         "seconds", tuned->time_s, "ratio_untuned", tuned->ratio, "ms",
                         report_stats(sides[0].ms), "checked", 1, "ratio", "exhaustive",
                         sides[best].ratio));
}

static bool do_job(struct bench *b, struct job *job)
{
    const struct yoke_tune_params params = { .budget_s = b->options->budget_s };
    struct yoke_tune_result *tuned = NULL;
    struct forced *list = calloc(VARIANTS_MAX, sizeof *list);
    struct duel_side sides[VARIANTS_MAX];
    const struct yoke_op op = job_op(job);
    void *arena = aligned_alloc(4096, (job_arena_bytes(job) + 4095) / 4096 * 4096);
    bool ok = list && arena;
    size_t n = 0;

    if (!ok) bench_fail("no memory");
    if (ok) job_place(job, arena, b->options->seed);
    if (ok && yoke_op_tune(yoke_team_device(b->team, 0), &op, &params, &tuned) != YOKE_OK)
        ok = bench_false("%s", yoke_last_error());
    if (ok) n = list_variants(b, job, tuned, list);
    for (size_t i = 0; ok && i < n; i++) {
        ok = is_right(&list[i], b->options);
        sides[i] = (struct duel_side){ .burst = burst, .ctx = &list[i] };
    }
    ok = ok && n > 0 && duel_run(sides, n, b->options->rounds);
    if (ok) report_one(b, job, tuned, list, sides, n);
    free(arena);
    free(list);
    yoke_tune_result_destroy(&tuned);
    return ok;
}

int bench_tune(const struct bench_options *options)
{
    struct job *jobs = calloc(SHAPES_MAX, sizeof *jobs);
    const bool layers = options->set && yoke_layer_set_find(options->set);
    const size_t n = jobs ? (layers ? shapes_conv : shapes_gemm)(options, jobs) : 0;
    struct bench b = { .options = options };
    int status = BENCH_USAGE;
    bool ok = true;

    /* What others tuned does not count here, nor this for others. */
    if (n > 0 && setenv("YOKE_TUNE_DB", "", 1) == 0) b.team = bench_open_team(options->devices);
    if (b.team) {
        report_begin(&b.report, options->command, b.team, NULL);
        printf("%-24s %-22s %9s  %-22s %9s  %5s %7s %7s\n", "shape", "tuned", "median ms",
               "exhaustive", "median ms", "tried", "tuning s", "ratio");
        for (size_t i = 0; ok && i < n; i++)
            ok = do_job(&b, &jobs[i]);
        status = report_end(&b.report, options, ok);
    } else if (n > 0) {
        status = BENCH_FAILED;
    }
    yoke_team_destroy(&b.team);
    free(jobs);
    return status;
}
