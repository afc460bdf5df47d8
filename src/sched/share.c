/* share.c - a share of a task on one device, from host arrays to host arrays.
 * SPDX-License-Identifier: MIT */
#include "sched/share.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/size.h"
#include "device/open.h"
#include "device/transfer.h"
#include "sched/move.h"

enum { PIECE_TILE = 64 }; /* where a dimension of several tiles is cut into pieces */

static void destroy_buffers(yoke_buffer *buffers[YOKE_OP_OPERANDS_MAX])
{
    for (size_t i = 0; i < YOKE_OP_OPERANDS_MAX; i++)
        yoke_buffer_destroy(&buffers[i]);
}

/* Only its event says for sure whether a kernel failed. Where the result lies in host memory,
 * making it visible there waits for the kernel as well: one wait instead of two. */
static yoke_status compute(struct yoke_member *m, const struct yoke_task *task,
                           yoke_buffer *buffers[YOKE_OP_OPERANDS_MAX], bool in_place,
                           const char **variant)
{
    struct yoke_bindings bindings = { .workspace = NULL };
    yoke_status st = YOKE_OK;
    yoke_event *done = NULL;

    for (size_t i = 0; i < task->op->n_operands; i++)
        bindings.operand[i].buffer = buffers[i];
    TRY(yoke_op_queue(m->q, task->op, task->p.bytes, &bindings, variant, &done));
    if (in_place && !(yoke_device_quirks(m->dev) & YOKE_QUIRK_TRULY_IN_PLACE))
        TRY(yoke_buffer_read(m->q, buffers[0], 0, task->host[0], yoke_task_bytes(task, 0)));
    TRY(yoke_event_wait(done));
out:
    if (st != YOKE_OK) yoke_queue_drain(m->q);
    yoke_event_destroy(&done);
    return st;
}

static yoke_status use_in_place(struct yoke_member *m, const struct yoke_task *task, size_t i,
                                const struct yoke_operand *o, yoke_buffer **out)
{
    const size_t size_bytes = yoke_task_bytes(task, i);

    if (yoke_operand_extent(o) == 0)
        return yoke_buffer_create(m->dev, &(struct yoke_buffer_params){ .size_bytes = size_bytes },
                                  out);
    return yoke_buffer_lend(m->dev, task->host[i], size_bytes, i > 0, out);
}

static yoke_status in_place(const struct yoke_task *task, struct yoke_member *m,
                            struct yoke_share_cost *cost)
{
    yoke_buffer *buffers[YOKE_OP_OPERANDS_MAX] = { NULL };
    const double begin = yoke_now_ms();
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < task->op->n_operands; i++) {
        const struct yoke_operand o = yoke_task_operand(task, i);
        if (o.is_array) TRY(use_in_place(m, task, i, &o, &buffers[i]));
    }
    TRY(compute(m, task, buffers, true, &cost->variant));
    cost->compute_ms = yoke_now_ms() - begin;
out:
    destroy_buffers(buffers);
    return st;
}

/* `dense` is the task as the device gets it. */
static yoke_status upload(const struct yoke_task *task, const struct yoke_task *dense,
                          struct yoke_member *m, yoke_buffer *buffers[YOKE_OP_OPERANDS_MAX],
                          struct yoke_share_cost *cost)
{
    const double begin = yoke_now_ms();
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < task->op->n_operands; i++) {
        const struct yoke_operand o = yoke_task_operand(task, i);
        const struct yoke_buffer_params params = { .size_bytes = yoke_task_bytes(dense, i) };
        if (!o.is_array) continue;
        TRY(yoke_buffer_create(m->dev, &params, &buffers[i]));
        if (o.is_read)
            TRY(yoke_move(m->q, buffers[i], task->host[i], &o.tensor, true, &cost->bytes));
    }
    cost->transfer_ms += yoke_now_ms() - begin;
out:
    return st;
}

static yoke_status with_copies(const struct yoke_task *task, struct yoke_task *dense,
                               struct yoke_member *m, struct yoke_share_cost *cost)
{
    const struct yoke_operand result = yoke_task_operand(task, 0);
    size_t *cap = task->op->max_workspace(dense->p.bytes);
    yoke_buffer *buffers[YOKE_OP_OPERANDS_MAX] = { NULL };
    yoke_status st = YOKE_OK;

    *cap -= *cap / 2; /* the copies have the other half */
    TRY(upload(task, dense, m, buffers, cost));
    double begin = yoke_now_ms();
    TRY(compute(m, dense, buffers, false, &cost->variant));
    cost->compute_ms += yoke_now_ms() - begin;
    begin = yoke_now_ms();
    TRY(yoke_move(m->q, buffers[0], task->host[0], &result.tensor, false, &cost->bytes));
    cost->transfer_ms += yoke_now_ms() - begin;
out:
    destroy_buffers(buffers);
    return st;
}

/* What copies may take: half of the caller's cap, whose other half is for scratch, or half of the
 * device's memory, whose other half others may need; and each buffer at most what the device
 * allows. */
static bool fits(struct yoke_task *dense, const struct yoke_device_info *info)
{
    const size_t max = *dense->op->max_workspace(dense->p.bytes);
    const double cap = max ? (double)max / 2 : (double)info->memory_bytes / 2;
    double sum = 0;

    for (size_t i = 0; i < dense->op->n_operands; i++) {
        const struct yoke_operand o = yoke_task_operand(dense, i);
        if (!o.is_array) continue;
        if (yoke_task_bytes(dense, i) > info->max_alloc_bytes) return false;
        sum += (double)yoke_task_bytes(dense, i);
    }
    return sum <= cap;
}

static size_t half_of(const struct yoke_cut *cut)
{
    const size_t tile = yoke_round_up(PIECE_TILE, cut->unit);

    return yoke_round_up(cut->extent / 2, cut->extent > 2 * tile ? tile : cut->unit);
}

/* The cut whose halves need least memory. False when nothing can be cut. */
static bool find_cut(const struct yoke_task *task, struct yoke_task *room, size_t *cut,
                     struct yoke_cut *out)
{
    struct yoke_cut cuts[YOKE_CUTS_MAX];
    const size_t n = task->op->cuts(task->p.bytes, cuts);
    double least = 0;

    for (size_t i = 0; i < n; i++) {
        if (cuts[i].extent <= cuts[i].unit) continue;
        yoke_task_part(task, i, 0, half_of(&cuts[i]), room);
        const double bytes = yoke_task_traffic(room);
        if (least > 0 && bytes >= least) continue;
        least = bytes;
        *cut = i;
        *out = cuts[i];
    }
    return least > 0;
}

static yoke_status refuse(const struct yoke_task *task, const struct yoke_device_info *info)
{
    struct yoke_problem p = task->p;
    char key[YOKE_KEY_MAX];

    task->op->key(task->p.bytes, key);
    return yoke_fail(YOKE_ERR_LIMIT, "the arrays of %s %.200s do not fit %s", task->op->name, key,
                     *task->op->max_workspace(p.bytes) ? "the workspace" : info->name);
}

/* In pieces that fit the device, one after another. */
static yoke_status in_pieces(const struct yoke_task *task, struct yoke_member *m,
                             struct yoke_share_cost *cost)
{
    const struct yoke_device_info *info = yoke_device_get_info(m->dev);
    struct yoke_task other; /* the task as it would be copied, then a piece of it */
    struct yoke_cut along = { 0 };
    yoke_status st = YOKE_OK;
    size_t cut = 0;

    yoke_task_dense(task, &other);
    if (fits(&other, info)) return with_copies(task, &other, m, cost);
    if (!find_cut(task, &other, &cut, &along)) return refuse(task, info);
    const size_t half = half_of(&along);
    yoke_task_part(task, cut, 0, half, &other);
    TRY(in_pieces(&other, m, cost));
    yoke_task_part(task, cut, half, along.extent - half, &other);
    TRY(in_pieces(&other, m, cost));
out:
    return st;
}

static bool can_be_in_place(const struct yoke_task *task, const struct yoke_device_info *info)
{
    for (size_t i = 0; info->host_memory && i < task->op->n_operands; i++) {
        const struct yoke_operand o = yoke_task_operand(task, i);
        if (o.is_array && yoke_task_bytes(task, i) > info->max_alloc_bytes) return false;
    }
    return info->host_memory;
}

/* Whether nobody else writes between the first and the last element of the part's result: memory
 * that a device uses in place comes back whole, with what lay there when the device took it. */
static bool has_own_span(const struct yoke_task *part, const struct yoke_task *all,
                         const yoke_device *dev)
{
    const struct yoke_operand mine = yoke_task_operand(part, 0), whole = yoke_task_operand(all, 0);

    return (yoke_device_quirks(dev) & YOKE_QUIRK_TRULY_IN_PLACE) ||
           yoke_operand_is_alone(&mine.tensor, &whole.tensor);
}

yoke_status yoke_share_run(const struct yoke_task *task, struct yoke_member *m, size_t cut,
                           size_t first, size_t n, struct yoke_share_cost *cost)
{
    struct yoke_task part;

    *cost = (struct yoke_share_cost){ 0 };
    yoke_task_part(task, cut, first, n, &part);
    return can_be_in_place(&part, yoke_device_get_info(m->dev)) && has_own_span(&part, task, m->dev)
               ? in_place(&part, m, cost)
               : in_pieces(&part, m, cost);
}
