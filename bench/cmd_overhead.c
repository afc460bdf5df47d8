/* cmd_overhead.c - yoke-bench overhead: what the smallest calls cost.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "duel.h"
#include "report.h"

enum { N = 16, IN_A_ROW = 100 };

/* All that the calls need, on the first device of the team. */
struct bench {
    yoke_team *team;
    yoke_queue *queue;
    yoke_kernel *empty;
    yoke_buffer *A, *B, *C;
    struct job job;
    void *arena;
};

static bool gemm_run(struct bench *b)
{
    return b->job.kind->run(b->team, &b->job, NULL) == YOKE_OK;
}

static bool gemm_queue(struct bench *b)
{
    return yoke_gemm_enqueue(b->queue, &b->job.gemm, b->C, b->A, b->B, NULL) == YOKE_OK;
}

static bool empty_queue(struct bench *b)
{
    const struct yoke_launch launch = { .global = { 1 } };
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(b->C) };

    return yoke_kernel_enqueue(b->queue, b->empty, &launch, args, 1, NULL) == YOKE_OK;
}

struct call {
    const char *what;
    bool (*start)(struct bench *b);
    size_t in_a_row; /* calls before one finish; 0: the call returns when it is done */
};

static const struct call calls[] = {
    { "gemm 16x16x16, run", gemm_run, 0 },
    { "gemm 16x16x16, enqueue and finish", gemm_queue, 1 },
    { "gemm 16x16x16, each of 100 queued", gemm_queue, IN_A_ROW },
    { "empty kernel, enqueue and finish", empty_queue, 1 },
    { "empty kernel, each of 100 queued", empty_queue, IN_A_ROW },
};

enum { N_CALLS = sizeof calls / sizeof *calls };

struct timed {
    struct bench *bench;
    const struct call *call;
};

static bool once(const struct timed *t)
{
    for (size_t i = 0; i < (t->call->in_a_row ? t->call->in_a_row : 1); i++)
        if (!t->call->start(t->bench)) return false;
    return t->call->in_a_row == 0 || yoke_queue_finish(t->bench->queue) == YOKE_OK;
}

static bool burst(void *ctx, size_t warm_ups, size_t reps, double *ms)
{
    const struct timed *t = ctx;
    const double share = t->call->in_a_row ? 1.0 / (double)t->call->in_a_row : 1.0;

    for (size_t i = 0; i < warm_ups + reps; i++) {
        const double start = stats_now_ms();
        if (!once(t)) return bench_false("%s: %s", t->call->what, yoke_last_error());
        if (i >= warm_ups) ms[i - warm_ups] = share * (stats_now_ms() - start);
    }
    return true;
}

static yoke_status create_buffer(yoke_device *dev, void *initial, yoke_buffer **buf)
{
    const struct yoke_buffer_params params = { .size_bytes = N * N * sizeof(float),
                                               .initial = initial };

    return yoke_buffer_create(dev, &params, buf);
}

static bool prepare(struct bench *b, const struct bench_options *o)
{
    static const struct yoke_kernel_params empty = {
        .source = "__kernel void empty(__global float *p) { (void)p; }", .name = "empty"
    };
    yoke_device *dev = yoke_team_device(b->team, 0);

    b->job =
        (struct job){ .kind = &job_gemm, .gemm = { .M = N, .N = N, .K = N, .type = YOKE_F32 } };
    b->arena = aligned_alloc(4096, job_arena_bytes(&b->job));
    if (!b->arena) return bench_false("no memory");
    job_place(&b->job, b->arena, o->seed);
    if (yoke_queue_create(dev, &b->queue) == YOKE_OK &&
        yoke_kernel_create(dev, &empty, &b->empty) == YOKE_OK &&
        create_buffer(dev, b->job.lhs, &b->A) == YOKE_OK &&
        create_buffer(dev, b->job.rhs, &b->B) == YOKE_OK &&
        create_buffer(dev, NULL, &b->C) == YOKE_OK)
        return true;
    return bench_false("%s", yoke_last_error());
}

/* Both ways must give the product. */
static bool products_right(struct bench *b, const struct bench_options *o)
{
    struct check check;
    bool ok;

    if (!check_init(&check, &b->job, o->seed)) return false;
    job_spoil(&b->job, b->job.out);
    job_spoil(&b->job, b->job.out_peer);
    ok = gemm_run(b) && gemm_queue(b) &&
         yoke_buffer_read(b->queue, b->C, 0, b->job.out_peer, N * N * sizeof(float)) == YOKE_OK;
    if (!ok) bench_fail("%s", yoke_last_error());
    ok = ok && check_passes(&check, &b->job, b->job.out, false, "the result of run") &&
         check_passes(&check, &b->job, b->job.out_peer, false, "the result of enqueue");
    check_deinit(&check);
    return ok;
}

static bool measure(struct bench *b, const struct bench_options *o, struct report *report)
{
    struct timed timed[N_CALLS];
    struct duel_side sides[N_CALLS];

    for (size_t i = 0; i < N_CALLS; i++) {
        timed[i] = (struct timed){ b, &calls[i] };
        sides[i] = (struct duel_side){ .burst = burst, .ctx = &timed[i] };
    }
    if (!duel_run(sides, N_CALLS, o->rounds)) return false;
    printf("%-36s %9s %9s %9s\n", "call", "min us", "median", "p90");
    for (size_t i = 0; i < N_CALLS; i++) {
        const struct stats *ms = &sides[i].ms;
        printf("%-36s %9.2f %9.2f %9.2f\n", calls[i].what, 1e3 * ms->min, 1e3 * ms->median,
               1e3 * ms->p90);
        report_add(report,
                   json_pack("{s:s, s:s, s:s, s:o, s:b}", "op", "overhead", "type", "f32", "label",
                             calls[i].what, "ms", report_stats(*ms), "checked", 1));
    }
    return true;
}

int bench_overhead(const struct bench_options *options)
{
    struct bench b = { .team = bench_open_team(options->devices) };
    struct report report;
    int status = BENCH_FAILED;

    if (!b.team) return BENCH_FAILED;
    if (prepare(&b, options) && products_right(&b, options)) {
        report_begin(&report, options->command, b.team, NULL);
        status = report_end(&report, options, measure(&b, options, &report));
    }
    yoke_kernel_destroy(&b.empty);
    yoke_buffer_destroy(&b.A);
    yoke_buffer_destroy(&b.B);
    yoke_buffer_destroy(&b.C);
    yoke_queue_destroy(&b.queue);
    yoke_team_destroy(&b.team);
    free(b.arena);
    return status;
}
