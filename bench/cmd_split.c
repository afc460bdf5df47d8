/* cmd_split.c - yoke-bench split: the team against each of its devices alone.
 * SPDX-License-Identifier: MIT
 *
 * A team of one is compared with the same product on device buffers instead. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "check.h"
#include "duel.h"
#include "report.h"
#include "shapes.h"
#include "split.h"

struct bench {
    const struct bench_options *options;
    yoke_team *team;
    yoke_team *alone[YOKE_TEAM_MAX]; /* of one device each; none for a team of one */
    size_t n_devices, n_alone;
    yoke_queue *queue; /* for a team of one */
    struct report report;
};

/* A team at work on a job. */
struct workers {
    yoke_team *team;
    const struct job *job;
    struct yoke_report *report; /* of the last run */
    struct yoke_samples balance;
};

/* The same on device buffers. */
struct direct {
    yoke_queue *queue;
    const struct job *job;
    yoke_buffer *A, *B, *C;
};

static double balance_of(const struct yoke_report *r)
{
    double first = 0.0, last = 0.0;

    for (size_t i = 0; i < r->n_devices; i++) {
        const double ms = r->devices[i]->time_ms;
        if (r->devices[i]->share <= 0.0) continue;
        if (first == 0.0 || ms < first) first = ms;
        if (ms > last) last = ms;
    }
    return last > 0.0 ? first / last : 1.0;
}

static bool team_burst(void *ctx, size_t warm_ups, size_t reps, double *ms)
{
    struct workers *w = ctx;

    for (size_t i = 0; i < warm_ups + reps; i++) {
        const double start = yoke_now_ms();
        if (w->job->kind->run(w->team, w->job, w->report) != YOKE_OK)
            return bench_false("%s", yoke_last_error());
        if (i < warm_ups) continue;
        ms[i - warm_ups] = yoke_now_ms() - start;
        const double balance = balance_of(w->report);
        if (!yoke_samples_add(&w->balance, &balance, 1))
            return bench_false("no memory for the times");
    }
    return true;
}

static bool run_direct(void *ctx)
{
    const struct direct *d = ctx;

    return (yoke_gemm_enqueue(d->queue, &d->job->gemm, d->C, d->A, d->B, NULL) == YOKE_OK &&
            yoke_queue_finish(d->queue) == YOKE_OK) ||
           bench_false("%s", yoke_last_error());
}

static bool direct_burst(void *ctx, size_t warm_ups, size_t reps, double *ms)
{
    return yoke_burst_take(run_direct, ctx, warm_ups, reps, ms);
}

static bool upload(yoke_queue *queue, void *initial, size_t n, const struct job *job,
                   yoke_buffer **buf)
{
    const struct yoke_buffer_params params = { .size_bytes = n * yoke_type_size(job_type(job)),
                                               .initial = initial };

    return yoke_buffer_create(yoke_queue_device(queue), &params, buf) == YOKE_OK;
}

static bool direct_init(struct direct *d, yoke_queue *queue, const struct job *job)
{
    size_t out, lhs, rhs;

    *d = (struct direct){ .queue = queue, .job = job };
    if (!queue) return true;
    job->kind->elements(job, &out, &lhs, &rhs);
    if (upload(queue, job->lhs, lhs, job, &d->A) && upload(queue, job->rhs, rhs, job, &d->B) &&
        upload(queue, NULL, out, job, &d->C))
        return true;
    return bench_false("%s", yoke_last_error());
}

static void direct_deinit(struct direct *d)
{
    yoke_buffer_destroy(&d->A);
    yoke_buffer_destroy(&d->B);
    yoke_buffer_destroy(&d->C);
}

/* The team's product, and each device's own, against the reference. */
static bool check_all(struct bench *b, const struct job *job)
{
    struct check check;
    bool ok;

    if (!check_init(&check, job, b->options->seed + 1)) return false;
    ok = true;
    for (size_t i = 0; ok && i < 1 + b->n_alone; i++) {
        job_spoil(job, job->out);
        ok = job->kind->run(i ? b->alone[i - 1] : b->team, job, NULL) == YOKE_OK;
        if (!ok) bench_fail("%s", yoke_last_error());
        ok = ok && check_passes(&check, job, job->out, false,
                                i ? "the result of one device" : "the team's result");
    }
    check_deinit(&check);
    return ok;
}

/* Sides: the team; then each device alone, or for a team of one the direct call. */
static bool time_all(struct bench *b, const struct job *job, struct workers *workers,
                     struct direct *direct, struct split_row *row)
{
    struct duel_side sides[1 + YOKE_TEAM_MAX];
    size_t n = 0;

    for (size_t i = 0; i < 1 + b->n_alone; i++) {
        workers[i].team = i ? b->alone[i - 1] : b->team;
        workers[i].job = job;
        if (yoke_report_create(&workers[i].report) != YOKE_OK)
            return bench_false("%s", yoke_last_error());
        sides[n++] = (struct duel_side){ .burst = team_burst, .ctx = &workers[i] };
    }
    if (direct->queue) sides[n++] = (struct duel_side){ .burst = direct_burst, .ctx = direct };
    if (!duel_run(sides, n, b->options->rounds)) return false;
    row->ms = sides[0].ms;
    row->alone[0] = 1.0;
    for (size_t i = 0; i < b->n_alone; i++)
        row->alone[i] = sides[1 + i].ratio;
    row->direct = direct->queue ? sides[1].ratio : 0.0;
    row->balance = yoke_median(workers[0].balance.values, workers[0].balance.n);
    row->last = workers[0].report;
    return true;
}

static bool do_job(struct bench *b, struct job *job, void *arena)
{
    struct workers *workers = calloc(1 + b->n_alone, sizeof *workers);
    struct split_row row = { .job = job };
    struct direct direct;
    bool ok;

    if (!workers) return bench_false("no memory");
    job_place(job, arena, b->options->seed);
    ok = direct_init(&direct, b->queue, job) && check_all(b, job) &&
         time_all(b, job, workers, &direct, &row);
    if (ok) {
        split_judge(&row, b->team);
        split_row_print(&row);
        report_add(&b->report, split_row_json(&row, b->team));
    }
    direct_deinit(&direct);
    for (size_t i = 0; i < 1 + b->n_alone; i++) {
        yoke_samples_deinit(&workers[i].balance);
        yoke_report_destroy(&workers[i].report);
    }
    free(workers);
    return ok;
}

static bool open_all(struct bench *b)
{
    b->team = bench_open_team(b->options->devices);
    if (!b->team) return false;
    b->n_devices = yoke_team_device_count(b->team);
    if (b->n_devices == 1)
        return yoke_queue_create(yoke_team_device(b->team, 0), &b->queue) == YOKE_OK ||
               bench_false("%s", yoke_last_error());
    while (b->n_alone < b->n_devices) {
        yoke_device *dev = yoke_team_device(b->team, b->n_alone);
        b->alone[b->n_alone] = bench_open_team(yoke_device_get_info(dev)->id);
        if (!b->alone[b->n_alone]) return false;
        b->n_alone++;
    }
    return true;
}

static void close_all(struct bench *b)
{
    yoke_queue_destroy(&b->queue);
    for (size_t i = 0; i < b->n_alone; i++)
        yoke_team_destroy(&b->alone[i]);
    yoke_team_destroy(&b->team);
    free(b);
}

static int do_jobs(struct bench *b, struct job *jobs, size_t n_jobs, void *arena)
{
    bool ok = true;

    report_begin(&b->report, b->options->command, b->team, NULL);
    printf("%-24s %9s %7s %7s %6s %7s %7s\n", "shape", "median ms", "speedup", "most", "eff.",
           "worse", "balance");
    for (size_t i = 0; ok && i < n_jobs; i++)
        ok = do_job(b, &jobs[i], arena);
    return report_end(&b->report, b->options, ok);
}

int bench_split(const struct bench_options *options)
{
    struct bench_options asked = *options;
    struct job *jobs = calloc(SHAPES_MAX, sizeof *jobs);
    struct bench *b = calloc(1, sizeof *b);
    size_t n = 0, arena_bytes = 0;
    void *arena = NULL;
    int status = BENCH_FAILED;

    for (size_t size = 64; !options->n_sizes && size <= 4096; size *= 2)
        asked.sizes[asked.n_sizes++] = (struct bench_size){ size, size, size };
    if (jobs && b) n = shapes_gemm(&asked, jobs);
    for (size_t i = 0; i < n; i++)
        if (job_arena_bytes(&jobs[i]) > arena_bytes) arena_bytes = job_arena_bytes(&jobs[i]);
    if (n) arena = aligned_alloc(4096, arena_bytes);
    if (arena) {
        b->options = options;
        if (open_all(b)) status = do_jobs(b, jobs, n, arena);
        close_all(b);
    } else {
        bench_fail("no memory for the arrays, %zu bytes", arena_bytes);
        free(b);
    }
    free(arena);
    free(jobs);
    return status;
}
