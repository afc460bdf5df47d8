/* gemm_share.c - a part of a matrix product on one device, from host arrays to host arrays.
 * SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/element.h"
#include "base/error.h"
#include "base/size.h"
#include "device/open.h"
#include "device/transfer.h"
#include "ops/gemm/packed.h"
#include "sched/gemm_part.h"

enum { PIECE_TILE = 64 }; /* where a dimension of several tiles is cut */

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
                           yoke_buffer *buffers[YOKE_GEMM_OPERANDS], void *host,
                           const char **variant)
{
    struct yoke_bindings bindings = { { NULL } };
    yoke_status st = YOKE_OK;
    yoke_event *done = NULL;

    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++)
        bindings.operand[i] = buffers[i];
    TRY(yoke_gemm_queue(m->q, p, &bindings, variant, &done));
    if (host && !(yoke_device_quirks(m->dev) & YOKE_QUIRK_TRULY_IN_PLACE))
        TRY(yoke_buffer_read(m->q, buffers[YOKE_GEMM_C], 0, host, bytes_of(p, YOKE_GEMM_C)));
    TRY(yoke_event_wait(done));
out:
    if (st != YOKE_OK) yoke_queue_drain(m->q);
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
        if (yoke_gemm_is_array(&part->p, i)) TRY(lend_or_make(m, part, i, &buffers[i]));
    TRY(compute(m, &part->p, buffers, part->host[YOKE_GEMM_C], &cost->variant));
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
    struct yoke_gemm_problem dense = yoke_gemm_dense(&part->p);
    yoke_buffer *buffers[YOKE_GEMM_OPERANDS] = { NULL };
    yoke_status st = YOKE_OK;

    dense.max_workspace_bytes -= dense.max_workspace_bytes / 2; /* the copies have the other half */
    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++) {
        if (!yoke_gemm_is_array(&dense, i)) continue;
        TRY(yoke_buffer_create(m->dev,
                               &(struct yoke_buffer_params){ .size_bytes = bytes_of(&dense, i) },
                               &buffers[i]));
        if (yoke_gemm_reads(&dense, i)) TRY(move(m, buffers[i], part, i, true, cost));
    }
    const double begin = yoke_now_ms();
    TRY(compute(m, &dense, buffers, NULL, &cost->variant));
    cost->compute_ms += yoke_now_ms() - begin;
    TRY(move(m, buffers[YOKE_GEMM_C], part, YOKE_GEMM_C, false, cost));
out:
    destroy_buffers(buffers);
    return st;
}

/* What copies may take: half of the caller's cap, whose other half is for scratch, or half of the
 * device's memory, whose other half others may need; and each buffer at most what the device
 * allows. */
static bool fits(const struct yoke_gemm_problem *dense, const struct yoke_device_info *info)
{
    const double cap = dense->max_workspace_bytes ? (double)dense->max_workspace_bytes / 2
                                                  : (double)info->memory_bytes / 2;
    double sum = 0;

    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++) {
        if (!yoke_gemm_is_array(dense, i)) continue;
        if (bytes_of(dense, i) > info->max_alloc_bytes) return false;
        sum += (double)bytes_of(dense, i);
    }
    return sum <= cap;
}

/* A dimension: it can be cut at multiples of `unit`, where it is longer than one. */
struct dimension {
    size_t extent, unit;
    double saved; /* by halving it: numbers, twice */
};

static size_t unit_of(const struct yoke_gemm_problem *p, size_t operand)
{
    return p->packed[operand] ? yoke_gemm_packed_unit(p->packed[operand]) : 1;
}

/* The cut whose halves save most memory; its extent is at most its unit when nothing can be cut.
 * Sums in 16 bits are not cut: each part would be rounded. */
static size_t best_cut(const struct yoke_gemm_problem *p, struct dimension *out)
{
    const double a = (double)p->M * (double)p->K, b = (double)p->K * (double)p->N;
    const double c = (double)p->M * (double)p->N * (1.0 + p->has_residual);
    const bool cut_sums = p->type != YOKE_F16 && p->type != YOKE_BF16 && !p->packed[YOKE_GEMM_A] &&
                          !p->packed[YOKE_GEMM_B];
    const struct dimension cuts[] = {
        [YOKE_CUT_ROWS] = { p->M, unit_of(p, YOKE_GEMM_A), a + c },
        [YOKE_CUT_COLUMNS] = { p->N, unit_of(p, YOKE_GEMM_B), b + c },
        [YOKE_CUT_BATCH] = { p->batch, 1, 2 * (a + b + c) },
        [YOKE_CUT_SUMS] = { cut_sums ? p->K : 1, 1, a + b },
    };
    size_t best = YOKE_CUT_ROWS;

    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
        if (cuts[i].extent > cuts[i].unit &&
            (cuts[best].extent <= cuts[best].unit || cuts[i].saved > cuts[best].saved))
            best = i;
    *out = cuts[best];
    return best;
}

static size_t half_of(const struct dimension *d)
{
    const size_t tile = yoke_round_up(PIECE_TILE, d->unit);

    return yoke_round_up(d->extent / 2, d->extent > 2 * tile ? tile : d->unit);
}

/* In pieces that fit the device, one after another. */
static yoke_status in_pieces(const struct yoke_gemm_product *part, struct yoke_member *m,
                             struct yoke_share_cost *cost)
{
    const struct yoke_device_info *info = yoke_device_get_info(m->dev);
    const struct yoke_gemm_problem dense = yoke_gemm_dense(&part->p);
    yoke_status st = YOKE_OK;
    struct dimension d;

    if (fits(&dense, info)) return with_copies(part, m, cost);
    const size_t cut = best_cut(&part->p, &d);
    if (d.extent <= d.unit)
        return yoke_fail(YOKE_ERR_LIMIT, "%zu x %zu of a product of K = %zu do not fit %s",
                         part->p.M, part->p.N, part->p.K,
                         dense.max_workspace_bytes ? "the workspace" : info->name);
    const size_t half = half_of(&d);
    const struct yoke_gemm_product first = yoke_gemm_part(part, cut, 0, half),
                                   second = yoke_gemm_part(part, cut, half, d.extent - half);
    TRY(in_pieces(&first, m, cost));
    TRY(in_pieces(&second, m, cost));
out:
    return st;
}

static bool can_lend(const struct yoke_gemm_problem *p, const yoke_device *dev)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);

    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++)
        if (yoke_gemm_is_array(p, i) && bytes_of(p, i) > info->max_alloc_bytes) return false;
    return info->host_memory;
}

/* Whether nobody else writes between the first and the last element of the share's C: memory that
 * is lent to a device comes back whole, with what lay there when the device took it. */
static bool has_own_span(const struct yoke_gemm_problem *all, size_t cut, size_t rows,
                         const yoke_device *dev)
{
    if (yoke_device_quirks(dev) & YOKE_QUIRK_TRULY_IN_PLACE) return true;
    if (cut == YOKE_CUT_BATCH) return true;
    if (cut == YOKE_CUT_ROWS) return all->batch == 1 || rows == all->M;
    return (all->batch == 1 && all->M == 1) || rows == all->N;
}

yoke_status yoke_gemm_share(const void *op, struct yoke_member *m, size_t cut, size_t first,
                            size_t rows, struct yoke_share_cost *cost)
{
    const struct yoke_gemm_product *all = op;
    const struct yoke_gemm_product part = yoke_gemm_part(all, cut, first, rows);

    *cost = (struct yoke_share_cost){ 0 };
    return can_lend(&part.p, m->dev) && has_own_span(&all->p, cut, rows, m->dev)
               ? in_place(&part, m, cost)
               : in_pieces(&part, m, cost);
}
