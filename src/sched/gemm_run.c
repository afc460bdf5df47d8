/* gemm_run.c - a matrix product over a team: host arrays in, host arrays out.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/clock.h"
#include "base/element.h"
#include "base/error.h"
#include "base/size.h"
#include "device/scratch.h"
#include "device/transfer.h"
#include "ops/gemm.h"
#include "sched/job.h"

enum { CUT_ROWS, CUT_COLUMNS, CUT_BATCH, ROW_TILE = 12, COLUMN_TILE = 32 };

struct product {
    struct yoke_gemm_problem p;
    const char *A, *B; /* of the problem: already swapped */
    char *C;
};

/* An operand as stored: lines of elements side by side. */
struct lines {
    size_t n, length, pitch;
};

static struct lines lines_of(const struct yoke_matrix *m, size_t rows, size_t cols)
{
    return m->step == 1 ? (struct lines){ rows, cols, m->row }
                        : (struct lines){ cols, rows, m->step };
}

static void set_extent(struct yoke_matrix *m, size_t rows, size_t cols, size_t batch)
{
    m->extent =
        rows && cols ? (batch - 1) * m->batch + (rows - 1) * m->row + (cols - 1) * m->step + 1 : 0;
}

/* The part of a product with rows first.. of one cut, its arrays beginning at offset 0. */
static struct product part_of(const struct product *all, size_t cut, size_t first, size_t rows)
{
    const size_t size = yoke_type_size(all->p.type);
    struct product part = *all;
    struct yoke_gemm_problem *p = &part.p;

    if (cut == CUT_ROWS) {
        p->M = rows;
        p->A.offset += first * p->A.row;
        p->C.offset += first * p->C.row;
    } else if (cut == CUT_COLUMNS) {
        p->N = rows;
        p->B.offset += first * p->B.step;
        p->C.offset += first * p->C.step;
    } else {
        p->batch = rows;
        p->A.offset += first * p->A.batch;
        p->B.offset += first * p->B.batch;
        p->C.offset += first * p->C.batch;
    }
    part.A += p->A.offset * size;
    part.B += p->B.offset * size;
    part.C += p->C.offset * size;
    p->A.offset = p->B.offset = p->C.offset = 0;
    set_extent(&p->A, p->M, p->K, p->batch);
    set_extent(&p->B, p->K, p->N, p->batch);
    set_extent(&p->C, p->M, p->N, p->batch);
    return part;
}

/* An empty operand (K = 0) still needs a buffer: one element that nobody reads. */
static size_t bytes_of(const struct yoke_matrix *m, enum yoke_type type)
{
    return yoke_size_max(m->extent, 1) * yoke_type_size(type);
}

static yoke_status lend_or_make(struct yoke_member *m, const void *host,
                                const struct yoke_matrix *matrix, enum yoke_type type,
                                bool read_only, yoke_buffer **out)
{
    const struct yoke_buffer_params spare = { .size_bytes = yoke_type_size(type) };

    if (matrix->extent == 0) return yoke_buffer_create(m->dev, &spare, out);
    return yoke_buffer_lend(m->dev, host, bytes_of(matrix, type), read_only, out);
}

/* Only its event says for sure whether a kernel failed. Where C lies in host memory, `host`, making it
 * visible there waits for the kernel as well: one wait instead of two. */
static yoke_status compute(struct yoke_member *m, const struct yoke_gemm_problem *p,
                           const struct yoke_gemm_arrays *arrays, void *host)
{
    yoke_status st = YOKE_OK;
    yoke_event *done = NULL;

    TRY(yoke_gemm_queue(m->q, p, arrays, &done));
    if (host) TRY(yoke_buffer_read(m->q, arrays->C, 0, host, bytes_of(&p->C, p->type)));
    TRY(yoke_event_wait(done));
out:
    if (st != YOKE_OK) yoke_queue_tickets_lost(m->q);
    yoke_event_destroy(&done);
    return st;
}

static yoke_status in_place(const struct product *part, struct yoke_member *m,
                            struct yoke_share_cost *cost)
{
    const struct yoke_gemm_problem *p = &part->p;
    yoke_buffer *A = NULL, *B = NULL, *C = NULL;
    const double begin = yoke_now_ms();
    yoke_status st = YOKE_OK;

    TRY(lend_or_make(m, part->A, &p->A, p->type, true, &A));
    TRY(lend_or_make(m, part->B, &p->B, p->type, true, &B));
    TRY(lend_or_make(m, part->C, &p->C, p->type, false, &C));
    TRY(compute(m, p, &(struct yoke_gemm_arrays){ C, A, B }, part->C));
    cost->compute_ms = yoke_now_ms() - begin;
out:
    yoke_buffer_destroy(&C);
    yoke_buffer_destroy(&B);
    yoke_buffer_destroy(&A);
    return st;
}

/* Copy an operand of the host (from: its strides there) to or from a dense one on the device. */
static yoke_status move(struct yoke_member *m, yoke_buffer *buf, void *host, bool to_device,
                        const struct yoke_matrix *from, size_t rows, size_t cols, size_t batch,
                        enum yoke_type type, struct yoke_share_cost *cost)
{
    yoke_status st = YOKE_OK;
    const struct lines lines = lines_of(from, rows, cols);
    const size_t size = yoke_type_size(type), matrix_bytes = rows * cols * size;
    const double begin = yoke_now_ms();

    for (size_t b = 0; b < (from->batch ? batch : 1) && matrix_bytes > 0; b++) {
        char *at = (char *)host + b * from->batch * size;
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

/* The strides of an operand once it is dense on the device. */
static struct yoke_matrix dense(const struct yoke_matrix *from, size_t rows, size_t cols,
                                size_t batch)
{
    struct yoke_matrix m = { .batch = from->batch ? rows * cols : 0 };

    m.row = from->step == 1 ? cols : 1;
    m.step = from->step == 1 ? 1 : rows;
    set_extent(&m, rows, cols, batch);
    return m;
}

static yoke_status make(struct yoke_member *m, const struct yoke_matrix *matrix,
                        enum yoke_type type, yoke_buffer **out)
{
    return yoke_buffer_create(
        m->dev, &(struct yoke_buffer_params){ .size_bytes = bytes_of(matrix, type) }, out);
}

static yoke_status with_copies(const struct product *part, struct yoke_member *m,
                               struct yoke_share_cost *cost)
{
    const struct yoke_gemm_problem *h = &part->p;
    struct yoke_gemm_problem d = *h;
    yoke_buffer *A = NULL, *B = NULL, *C = NULL;
    yoke_status st = YOKE_OK;

    d.A = dense(&h->A, h->M, h->K, h->batch);
    d.B = dense(&h->B, h->K, h->N, h->batch);
    d.C = dense(&h->C, h->M, h->N, h->batch);
    TRY(make(m, &d.A, d.type, &A));
    TRY(make(m, &d.B, d.type, &B));
    TRY(make(m, &d.C, d.type, &C));
    TRY(move(m, A, (void *)part->A, true, &h->A, h->M, h->K, h->batch, h->type, cost));
    TRY(move(m, B, (void *)part->B, true, &h->B, h->K, h->N, h->batch, h->type, cost));
    if (h->beta != 0) TRY(move(m, C, part->C, true, &h->C, h->M, h->N, h->batch, h->type, cost));
    const double begin = yoke_now_ms();
    TRY(compute(m, &d, &(struct yoke_gemm_arrays){ C, A, B }, NULL));
    cost->compute_ms = yoke_now_ms() - begin;
    TRY(move(m, C, part->C, false, &h->C, h->M, h->N, h->batch, h->type, cost));
out:
    yoke_buffer_destroy(&C);
    yoke_buffer_destroy(&B);
    yoke_buffer_destroy(&A);
    return st;
}

static yoke_status share(const void *op, struct yoke_member *m, size_t cut, size_t first,
                         size_t rows, struct yoke_share_cost *cost)
{
    const struct product part = part_of(op, cut, first, rows);

    *cost = (struct yoke_share_cost){ 0 };
    return yoke_device_get_info(m->dev)->host_memory ? in_place(&part, m, cost)
                                                     : with_copies(&part, m, cost);
}

static yoke_status variant(const void *op, const yoke_device *dev, const char **name)
{
    const struct product *all = op;
    const struct yoke_variant *row;
    const yoke_status st = yoke_gemm_choose(dev, &all->p, &row);

    *name = st == YOKE_OK ? row->name : "";
    return st;
}

/* Products of vectors a b' with factors along k, in small whole numbers: exact in every type. */
static double a_of(size_t m, size_t k)
{
    return (double)(m % 4 + 1) * (k % 2 ? -1 : 1);
}
static double b_of(size_t k, size_t n)
{
    return ((double)(n % 5) - 2) * (double)(k % 3 + 1);
}

static bool answer_is_right(const struct yoke_gemm_problem *p, const void *C)
{
    double sum = 0;

    for (size_t k = 0; k < p->K; k++)
        sum += a_of(0, k) * b_of(k, 0) / (a_of(0, 0) * b_of(0, 0));
    for (size_t m = 0; m < p->M; m++)
        for (size_t n = 0; n < p->N; n++)
            if (yoke_element_get(p->type, C, m * p->N + n) != a_of(m, 0) * b_of(0, n) * sum)
                return false;
    return true;
}

static yoke_status sample(enum yoke_type type, struct yoke_member *member, int level, double *flops,
                          struct yoke_share_cost *cost)
{
    static const struct {
        size_t M, N, K;
    } sizes[] = { { 48, 128, 128 }, { 96, 512, 256 }, { 192, 768, 512 } };
    const struct yoke_gemm gemm = {
        .M = sizes[level].M, .N = sizes[level].N, .K = sizes[level].K, .type = type
    };
    const size_t size = yoke_type_size(type);
    struct product all = { .A = NULL };
    yoke_status st = YOKE_OK;

    TRY(yoke_gemm_prepare(&gemm, &all.p));
    void *A = calloc(all.p.A.extent, size), *B = calloc(all.p.B.extent, size);
    all.A = A;
    all.B = B;
    all.C = calloc(all.p.C.extent, size);
    if (!A || !B || !all.C) TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a known answer"));
    for (size_t i = 0; i < all.p.A.extent; i++)
        yoke_element_set(type, A, i, a_of(i / gemm.K, i % gemm.K));
    for (size_t i = 0; i < all.p.B.extent; i++)
        yoke_element_set(type, B, i, b_of(i / gemm.N, i % gemm.N));
    TRY(share(&all, member, CUT_ROWS, 0, gemm.M, cost));
    if (!answer_is_right(&all.p, all.C))
        TRY(yoke_fail(YOKE_ERR_DEVICE, "a product with a known answer came out wrong"));
    *flops = 2.0 * (double)gemm.M * (double)gemm.N * (double)gemm.K;
out:
    free((void *)all.A);
    free((void *)all.B);
    free(all.C);
    return st;
}

static void describe_cuts(const struct yoke_gemm_problem *p, struct yoke_job *job)
{
    const double size = (double)yoke_type_size(p->type), b = (double)p->batch;
    const double M = (double)p->M, N = (double)p->N, K = (double)p->K;
    const double c_moves = p->beta != 0 ? 2 : 1;

    job->cuts[job->n_cuts++] =
        (struct yoke_cut){ p->M, ROW_TILE, size * b * K * N, size * b * (K + c_moves * N) };
    job->cuts[job->n_cuts++] =
        (struct yoke_cut){ p->N, COLUMN_TILE, size * b * K * M, size * b * (K + c_moves * M) };
    if (p->batch > 1)
        job->cuts[job->n_cuts++] =
            (struct yoke_cut){ p->batch, 1, 0, size * (M * K + K * N + c_moves * M * N) };
}

yoke_status yoke_gemm_run(yoke_team *team, const struct yoke_gemm *gemm, void *C, const void *A,
                          const void *B, struct yoke_report *report)
{
    yoke_status st = YOKE_OK;
    struct product all;
    struct yoke_job job = {
        .op = &all, .class = YOKE_CLASS_GEMM, .variant = variant, .share = share, .sample = sample
    };

    if (!team || !gemm) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_run: a NULL argument");
    TRY(yoke_gemm_prepare(gemm, &all.p));
    if (yoke_gemm_is_nothing(&all.p)) {
        if (report) yoke_report_clear(team, report);
        return YOKE_OK;
    }
    if (!C || (gemm->K > 0 && (!A || !B)))
        return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_run: a NULL array");
    all.A = all.p.swapped ? B : A;
    all.B = all.p.swapped ? A : B;
    all.C = C;
    job.type = all.p.type;
    job.flops = 2.0 * (double)all.p.batch * (double)all.p.M * (double)all.p.N *
                (double)yoke_size_max(all.p.K, 1);
    describe_cuts(&all.p, &job);
    TRY(yoke_job_run(team, &job, report));
out:
    return st;
}
