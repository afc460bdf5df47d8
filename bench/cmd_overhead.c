/* cmd_overhead.c - yoke-bench overhead: what the smallest calls cost.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "duel.h"
#include "report.h"

enum { IN_A_ROW = 100 };

static const size_t sizes[] = { 16, 32, 64 };
enum { N_SIZES = sizeof sizes / sizeof *sizes };

/* All that the calls need, on the first device of the team. */
struct bench {
    yoke_team *team;
    yoke_queue *queue;
    yoke_kernel *empty;
    yoke_buffer *A[N_SIZES], *B[N_SIZES], *C[N_SIZES];
    struct job jobs[N_SIZES]; /* the products of sizes */
    void *arenas[N_SIZES];
};

static bool gemm_run(struct bench *b, size_t i)
{
    return b->jobs[i].kind->run(b->team, &b->jobs[i], NULL) == YOKE_OK;
}

static bool gemm_queue(struct bench *b, size_t i)
{
    return yoke_gemm_enqueue(b->queue, &b->jobs[i].gemm, b->C[i], b->A[i], b->B[i], NULL) ==
           YOKE_OK;
}

static bool empty_queue(struct bench *b, size_t i)
{
    const struct yoke_launch launch = { .global = { 1 } };
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(b->C[i]) };

    return yoke_kernel_enqueue(b->queue, b->empty, &launch, args, 1, NULL) == YOKE_OK;
}

struct call {
    const char *what;
    bool (*start)(struct bench *b, size_t i);
    size_t in_a_row; /* calls before one finish; 0: the call returns when it is done */
    bool sized;      /* once for each of sizes                                       */
};

static const struct call calls[] = {
    { "empty kernel, enqueue and finish", empty_queue, 1, false },
    { "empty kernel, each of 100 queued", empty_queue, IN_A_ROW, false },
    { "gemm, run", gemm_run, 0, true },
    { "gemm, enqueue and finish", gemm_queue, 1, true },
    { "gemm, each of 100 queued", gemm_queue, IN_A_ROW, true },
};

enum { N_CALLS = sizeof calls / sizeof *calls, MAX_TIMED = N_CALLS * N_SIZES };

struct timed {
    struct bench *bench;
    const struct call *call;
    size_t i; /* of sizes */
};

static bool once(void *ctx)
{
    const struct timed *t = ctx;

    for (size_t i = 0; i < (t->call->in_a_row ? t->call->in_a_row : 1); i++)
        if (!t->call->start(t->bench, t->i)) return false;
    return t->call->in_a_row == 0 || yoke_queue_finish(t->bench->queue) == YOKE_OK;
}

static bool burst(void *ctx, size_t warm_ups, size_t reps, double *ms)
{
    const struct timed *t = ctx;
    const double share = t->call->in_a_row ? 1.0 / (double)t->call->in_a_row : 1.0;

    if (!yoke_burst_take(once, ctx, warm_ups, reps, ms))
        return bench_false("%s: %s", t->call->what, yoke_last_error());
    for (size_t i = 0; i < reps; i++)
        ms[i] *= share;
    return true;
}

static yoke_status create_buffer(yoke_device *dev, size_t size_bytes, void *initial,
                                 yoke_buffer **buf)
{
    const struct yoke_buffer_params params = { .size_bytes = size_bytes, .initial = initial };

    return yoke_buffer_create(dev, &params, buf);
}

static bool prepare_product(struct bench *b, size_t i, uint64_t seed)
{
    const size_t n = sizes[i];
    yoke_device *dev = yoke_queue_device(b->queue);
    struct job *job = &b->jobs[i];

    *job = (struct job){ .kind = &job_gemm, .gemm = { .M = n, .N = n, .K = n, .type = YOKE_F32 } };
    b->arenas[i] = aligned_alloc(4096, job_arena_bytes(job));
    if (!b->arenas[i]) return bench_false("no memory");
    job_place(job, b->arenas[i], seed);
    return (create_buffer(dev, job_out_bytes(job), job->lhs, &b->A[i]) == YOKE_OK &&
            create_buffer(dev, job_out_bytes(job), job->rhs, &b->B[i]) == YOKE_OK &&
            create_buffer(dev, job_out_bytes(job), NULL, &b->C[i]) == YOKE_OK) ||
           bench_false("%s", yoke_last_error());
}

static bool prepare(struct bench *b, const struct bench_options *o)
{
    static const struct yoke_kernel_params empty = {
        .source = "__kernel void empty(__global float *p) { (void)p; }", .name = "empty"
    };
    yoke_device *dev = yoke_team_device(b->team, 0);

    if (yoke_queue_create(dev, &b->queue) != YOKE_OK ||
        yoke_kernel_create(dev, &empty, &b->empty) != YOKE_OK)
        return bench_false("%s", yoke_last_error());
    for (size_t i = 0; i < N_SIZES; i++)
        if (!prepare_product(b, i, o->seed)) return false;
    return true;
}

/* Both ways must give the product. */
static bool product_right(struct bench *b, size_t i, uint64_t seed)
{
    const struct job *job = &b->jobs[i];
    struct check check;
    bool ok;

    if (!check_init(&check, job, seed)) return false;
    job_spoil(job, job->out);
    job_spoil(job, job->out_peer);
    ok = gemm_run(b, i) && gemm_queue(b, i) &&
         yoke_buffer_read(b->queue, b->C[i], 0, job->out_peer, job_out_bytes(job)) == YOKE_OK;
    if (!ok) bench_fail("%s", yoke_last_error());
    ok = ok && check_passes(&check, job, job->out, false, "the result of run") &&
         check_passes(&check, job, job->out_peer, false, "the result of enqueue");
    check_deinit(&check);
    return ok;
}

static bool products_right(struct bench *b, const struct bench_options *o)
{
    for (size_t i = 0; i < N_SIZES; i++)
        if (!product_right(b, i, o->seed)) return false;
    return true;
}

static size_t list_calls(struct bench *b, struct timed timed[MAX_TIMED])
{
    size_t n = 0;

    for (size_t c = 0; c < N_CALLS; c++)
        for (size_t i = 0; i < (calls[c].sized ? N_SIZES : 1); i++)
            timed[n++] = (struct timed){ b, &calls[c], i };
    return n;
}

static void tell(const struct timed *t, const struct yoke_stats *ms, struct report *report)
{
    char label[64];
    json_t *row;

    if (t->call->sized)
        snprintf(label, sizeof label, "%s %zu", t->call->what, sizes[t->i]);
    else
        snprintf(label, sizeof label, "%s", t->call->what);
    printf("%-36s %9.2f %9.2f %9.2f\n", label, 1e3 * ms->min, 1e3 * ms->median, 1e3 * ms->p90);
    row = json_pack("{s:s, s:s, s:s, s:o, s:b}", "op", "overhead", "type", "f32", "label", label,
                    "ms", report_stats(*ms), "checked", 1);
    if (t->call->sized)
        json_object_set_new(row, "shape", t->bench->jobs[t->i].kind->shape(&t->bench->jobs[t->i]));
    report_add(report, row);
}

static bool measure(struct bench *b, const struct bench_options *o, struct report *report)
{
    struct timed timed[MAX_TIMED];
    struct duel_side sides[MAX_TIMED];
    const size_t n = list_calls(b, timed);

    for (size_t i = 0; i < n; i++)
        sides[i] = (struct duel_side){ .burst = burst, .ctx = &timed[i] };
    if (!duel_run(sides, n, o->rounds)) return false;
    printf("%-36s %9s %9s %9s\n", "call", "min us", "median", "p90");
    for (size_t i = 0; i < n; i++)
        tell(&timed[i], &sides[i].ms, report);
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
    for (size_t i = 0; i < N_SIZES; i++) {
        yoke_buffer_destroy(&b.A[i]);
        yoke_buffer_destroy(&b.B[i]);
        yoke_buffer_destroy(&b.C[i]);
        free(b.arenas[i]);
    }
    yoke_queue_destroy(&b.queue);
    yoke_team_destroy(&b.team);
    return status;
}
