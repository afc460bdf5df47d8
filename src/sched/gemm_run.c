/* gemm_run.c - a matrix product over a team: host arrays in, host arrays out.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/size.h"
#include "device/scratch.h"
#include "device/transfer.h"
#include "sched/gemm_part.h"

enum { ROW_TILE = 12, COLUMN_TILE = 32 };

/* An operand as stored: lines of elements side by side. */
struct lines {
    size_t n, length, pitch;
};

static struct lines lines_of(const struct yoke_gemm_problem *p, size_t operand)
{
    const struct yoke_matrix *m = &p->at[operand];
    const size_t rows = yoke_gemm_rows(p, operand), cols = yoke_gemm_cols(p, operand);

    if (operand == YOKE_GEMM_BIAS) return (struct lines){ 1, cols, cols };
    return m->step == 1 ? (struct lines){ rows, cols, m->row }
                        : (struct lines){ cols, rows, m->step };
}

/* An empty operand (K = 0) still needs a buffer: one element that nobody reads. */
static size_t bytes_of(const struct yoke_gemm_problem *p, size_t operand)
{
    return yoke_size_max(p->at[operand].extent, 1) * yoke_type_size(yoke_gemm_type(p, operand));
}

static void destroy_buffers(yoke_buffer *buffers[YOKE_GEMM_OPERANDS])
{
    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++)
        yoke_buffer_destroy(&buffers[i]);
}

/* Only its event says for sure whether a kernel failed. Where C lies in host memory, `host`, making
 * it visible there waits for the kernel as well: one wait instead of two. */
static yoke_status compute(struct yoke_member *m, const struct yoke_gemm_problem *p,
                           yoke_buffer *buffers[YOKE_GEMM_OPERANDS], void *host)
{
    struct yoke_gemm_arrays arrays;
    yoke_status st = YOKE_OK;
    yoke_event *done = NULL;

    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++)
        arrays.at[i] = buffers[i];
    TRY(yoke_gemm_queue(m->q, p, &arrays, &done));
    if (host) TRY(yoke_buffer_read(m->q, buffers[YOKE_GEMM_C], 0, host, bytes_of(p, YOKE_GEMM_C)));
    TRY(yoke_event_wait(done));
out:
    if (st != YOKE_OK) yoke_queue_tickets_lost(m->q);
    yoke_event_destroy(&done);
    return st;
}

static yoke_status lend_or_make(struct yoke_member *m, const struct yoke_gemm_product *part,
                                size_t operand, yoke_buffer **out)
{
    const size_t size_bytes = bytes_of(&part->p, operand);

    if (part->p.at[operand].extent == 0)
        return yoke_buffer_create(m->dev, &(struct yoke_buffer_params){ .size_bytes = size_bytes },
                                  out);
    return yoke_buffer_lend(m->dev, part->host[operand], size_bytes, operand != YOKE_GEMM_C, out);
}

static yoke_status in_place(const struct yoke_gemm_product *part, struct yoke_member *m,
                            struct yoke_share_cost *cost)
{
    yoke_buffer *buffers[YOKE_GEMM_OPERANDS] = { NULL };
    const double begin = yoke_now_ms();
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++)
        if (yoke_gemm_has(&part->p, i)) TRY(lend_or_make(m, part, i, &buffers[i]));
    TRY(compute(m, &part->p, buffers, part->host[YOKE_GEMM_C]));
    cost->compute_ms = yoke_now_ms() - begin;
out:
    destroy_buffers(buffers);
    return st;
}

/* Copy an operand of the host to or from a dense one on the device. */
static yoke_status move(struct yoke_member *m, yoke_buffer *buf,
                        const struct yoke_gemm_product *part, size_t operand, bool to_device,
                        struct yoke_share_cost *cost)
{
    yoke_status st = YOKE_OK;
    const struct lines lines = lines_of(&part->p, operand);
    const size_t size = yoke_type_size(yoke_gemm_type(&part->p, operand));
    const size_t matrix_bytes = lines.n * lines.length * size, stride = part->p.at[operand].batch;
    const double begin = yoke_now_ms();

    for (size_t b = 0; b < (stride ? part->p.batch : 1) && matrix_bytes > 0; b++) {
        char *at = part->host[operand] + b * stride * size;
        const struct yoke_span span = { b * matrix_bytes, lines.length * size, lines.n,
                                        lines.length * size, lines.pitch * size };
        if (to_device)
            TRY(yoke_queue_write_span(m->q, buf, at, &span));
        else
            TRY(yoke_queue_read_span(m->q, buf, at, &span));
        cost->bytes += matrix_bytes;
    }
    cost->transfer_ms += yoke_now_ms() - begin;
out:
    return st;
}

static yoke_status with_copies(const struct yoke_gemm_product *part, struct yoke_member *m,
                               struct yoke_share_cost *cost)
{
    const struct yoke_gemm_problem dense = yoke_gemm_dense(&part->p);
    yoke_buffer *buffers[YOKE_GEMM_OPERANDS] = { NULL };
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++) {
        if (!yoke_gemm_has(&dense, i)) continue;
        TRY(yoke_buffer_create(m->dev,
                               &(struct yoke_buffer_params){ .size_bytes = bytes_of(&dense, i) },
                               &buffers[i]));
        if (yoke_gemm_reads(&dense, i)) TRY(move(m, buffers[i], part, i, true, cost));
    }
    const double begin = yoke_now_ms();
    TRY(compute(m, &dense, buffers, NULL));
    cost->compute_ms = yoke_now_ms() - begin;
    TRY(move(m, buffers[YOKE_GEMM_C], part, YOKE_GEMM_C, false, cost));
out:
    destroy_buffers(buffers);
    return st;
}

yoke_status yoke_gemm_share(const void *op, struct yoke_member *m, size_t cut, size_t first,
                            size_t rows, struct yoke_share_cost *cost)
{
    const struct yoke_gemm_product part = yoke_gemm_part(op, cut, first, rows);

    *cost = (struct yoke_share_cost){ 0 };
    return yoke_device_get_info(m->dev)->host_memory ? in_place(&part, m, cost)
                                                     : with_copies(&part, m, cost);
}

static yoke_status variant(const void *op, const yoke_device *dev, const char **name)
{
    const struct yoke_gemm_product *all = op;
    const struct yoke_variant *row;
    const yoke_status st = yoke_gemm_choose(dev, &all->p, &row);

    *name = st == YOKE_OK ? row->name : "";
    return st;
}

static void describe_cuts(const struct yoke_gemm_problem *p, struct yoke_job *job)
{
    const double size = (double)yoke_type_size(p->type), b = (double)p->batch;
    const double M = (double)p->M, N = (double)p->N, K = (double)p->K;
    const double c_size = (double)yoke_type_size(yoke_type_result(p->type)) *
                          (1.0 + yoke_gemm_reads(p, YOKE_GEMM_C) + p->has_residual);

    job->cuts[job->n_cuts++] =
        (struct yoke_cut){ p->M, ROW_TILE, size * b * K * N, b * (size * K + c_size * N) };
    job->cuts[job->n_cuts++] =
        (struct yoke_cut){ p->N, COLUMN_TILE, size * b * K * M, b * (size * K + c_size * M) };
    if (p->batch > 1)
        job->cuts[job->n_cuts++] =
            (struct yoke_cut){ p->batch, 1, 0, size * (M * K + K * N) + c_size * M * N };
}

static yoke_status check_arrays(const struct yoke_gemm_product *all)
{
    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++)
        if (yoke_gemm_has(&all->p, i) && !all->host[i] && all->p.at[i].extent > 0)
            return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_run: a NULL array");
    return YOKE_OK;
}

yoke_status yoke_gemm_run(yoke_team *team, const struct yoke_gemm *gemm, void *C, const void *A,
                          const void *B, struct yoke_report *report)
{
    yoke_status st = YOKE_OK;
    struct yoke_gemm_product all;
    struct yoke_job job = { .op = &all,
                            .class = YOKE_CLASS_GEMM,
                            .variant = variant,
                            .share = yoke_gemm_share,
                            .sample = yoke_gemm_sample };

    if (!team || !gemm) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_run: a NULL argument");
    TRY(yoke_gemm_prepare(gemm, &all.p));
    if (yoke_gemm_is_nothing(&all.p)) {
        if (report) yoke_report_clear(team, report);
        return YOKE_OK;
    }
    const struct yoke_epilogue *e = gemm->epilogue;
    all.host[YOKE_GEMM_C] = C;
    all.host[YOKE_GEMM_A] = (char *)(all.p.swapped ? B : A);
    all.host[YOKE_GEMM_B] = (char *)(all.p.swapped ? A : B);
    all.host[YOKE_GEMM_R] = (char *)(e ? e->residual_array : NULL);
    all.host[YOKE_GEMM_BIAS] = (char *)(e ? e->bias_array : NULL);
    TRY(check_arrays(&all));
    job.type = all.p.type;
    job.flops = 2.0 * (double)all.p.batch * (double)all.p.M * (double)all.p.N *
                (double)yoke_size_max(all.p.K, 1);
    describe_cuts(&all.p, &job);
    TRY(yoke_job_run(team, &job, report));
out:
    return st;
}
