/* plan.c - how one operation runs on one device: made once, queued many times.
 * SPDX-License-Identifier: MIT */
#include "op/plan.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/size.h"
#include "device/scratch.h"
#include "kernel/kernel.h"
#include "op/work.h"

/* Work-groups along y or z that every driver counts. */
enum { MAX_GROUPS = 65535 };

yoke_status yoke_plan_make(yoke_device *dev, const struct yoke_variant *variant,
                           const void *problem, struct yoke_plan **out)
{
    struct yoke_plan *plan = calloc(1, sizeof *plan);
    yoke_status st = YOKE_OK;

    *out = NULL;
    if (!plan) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a plan");
    atomic_init(&plan->users, 1);
    plan->dev = dev;
    plan->variant = variant;
    TRY(variant->plan(dev, variant, problem, plan));
    *out = plan;
    plan = NULL;
out:
    yoke_plan_release(plan);
    return st;
}

struct yoke_plan *yoke_plan_share(struct yoke_plan *plan)
{
    atomic_fetch_add_explicit(&plan->users, 1, memory_order_relaxed);
    return plan;
}

void yoke_plan_clear(struct yoke_plan *plan)
{
    free(plan->steps);
    plan->steps = NULL;
    plan->n_steps = 0;
}

void yoke_plan_release(struct yoke_plan *plan)
{
    if (!plan || atomic_fetch_sub_explicit(&plan->users, 1, memory_order_acq_rel) != 1) return;
    yoke_plan_clear(plan);
    free(plan);
}

yoke_status yoke_plan_append(struct yoke_plan *plan, yoke_kernel *kernel, struct yoke_step **out)
{
    struct yoke_step *steps = realloc(plan->steps, (plan->n_steps + 1) * sizeof *steps);

    *out = NULL;
    if (!steps) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a plan");
    plan->steps = steps;
    *out = &steps[plan->n_steps++];
    memset(*out, 0, sizeof **out);
    (*out)->kernel = kernel;
    return YOKE_OK;
}

void yoke_plan_need(struct yoke_plan *plan, size_t workspace_bytes, size_t partials_bytes)
{
    plan->workspace_bytes = yoke_size_max(plan->workspace_bytes, workspace_bytes);
    plan->partials_bytes = yoke_size_max(plan->partials_bytes, partials_bytes);
}

static struct yoke_step_arg *next_arg(struct yoke_step *step, enum yoke_step_source from)
{
    assert(step->n_args < YOKE_STEP_ARGS);
    struct yoke_step_arg *arg = &step->args[step->n_args++];

    arg->from = from;
    return arg;
}

void yoke_step_operand(struct yoke_step *step, size_t operand)
{
    next_arg(step, YOKE_FROM_OPERAND)->operand = operand;
}

void yoke_step_from(struct yoke_step *step, enum yoke_step_source from)
{
    next_arg(step, from);
}

size_t yoke_step_value(struct yoke_step *step, const void *value, size_t size_bytes)
{
    struct yoke_step_arg *arg = next_arg(step, YOKE_FROM_BLOCK);

    arg->at = yoke_round_up(step->block_bytes, 16);
    arg->size_bytes = size_bytes;
    step->block_bytes = arg->at + size_bytes;
    assert(step->block_bytes <= sizeof step->block);
    memcpy(step->block + arg->at, value, size_bytes);
    return arg->at;
}

void yoke_step_grid(struct yoke_step *step, const size_t size[3])
{
    const size_t max_group = yoke_kernel_max_group(step->kernel);
    size_t *local = step->launch.local;

    local[0] = 16;
    local[1] = 4;
    local[2] = 1;
    while (local[1] > 1 && local[0] * local[1] > max_group)
        local[1] /= 2;
    while (local[0] > 1 && local[0] > max_group)
        local[0] /= 2;
    memcpy(step->launch.global, size, sizeof step->launch.global);
}

void yoke_step_chunks(struct yoke_step *step, size_t groups, size_t n_chunks, size_t work_at)
{
    step->launch = (struct yoke_launch){ .global = { groups }, .local = { 1 } };
    step->n_chunks = n_chunks;
    step->work_at = work_at;
}

/* What the arguments of one call are made of. */
struct call {
    yoke_queue *q;
    const struct yoke_bindings *bindings;
    const yoke_buffer *workspace, *partials, *counter;
    _Alignas(16) unsigned char block[YOKE_STEP_BLOCK_BYTES];
};

/* Kernels read nothing of operands that are not there, but drivers want a buffer: the result. */
static struct yoke_arg argument_of(const struct call *c, const struct yoke_step_arg *arg)
{
    const yoke_buffer *const *operand = c->bindings->operand;

    switch (arg->from) {
    case YOKE_FROM_OPERAND:
        return YOKE_ARG_BUFFER(operand[arg->operand] ? operand[arg->operand] : operand[0]);
    case YOKE_FROM_WORKSPACE: return YOKE_ARG_BUFFER(c->workspace);
    case YOKE_FROM_PARTIALS: return YOKE_ARG_BUFFER(c->partials);
    case YOKE_FROM_COUNTER: return YOKE_ARG_BUFFER(c->counter);
    case YOKE_FROM_BLOCK: break;
    }
    return YOKE_ARG_MAKE(NULL, c->block + arg->at, arg->size_bytes);
}

/* In as many launches as it takes for every driver to count the work-groups. */
static yoke_status launch(struct call *c, const struct yoke_step *step, const struct yoke_arg *args,
                          yoke_event **event)
{
    const size_t *global = step->launch.global, *local = step->launch.local;
    const size_t most[3] = { 0, MAX_GROUPS * yoke_size_max(local[1], 1),
                             MAX_GROUPS * yoke_size_max(local[2], 1) };
    const size_t Y = yoke_size_max(global[1], 1), Z = yoke_size_max(global[2], 1);
    struct yoke_launch part = step->launch;
    yoke_status st = YOKE_OK;

    for (size_t z = 0; z < Z; z += most[2])
        for (size_t y = 0; y < Y; y += most[1]) {
            const bool last = z + most[2] >= Z && y + most[1] >= Y;
            part.offset[1] = y;
            part.offset[2] = z;
            if (global[1]) part.global[1] = yoke_size_min(Y - y, most[1]);
            if (global[2]) part.global[2] = yoke_size_min(Z - z, most[2]);
            TRY(yoke_kernel_enqueue(c->q, step->kernel, &part, args, step->n_args,
                                    last ? event : NULL));
        }
out:
    return st;
}

static yoke_status enqueue_step(struct call *c, const struct yoke_step *step, yoke_event **event)
{
    struct yoke_counter *counter = NULL;
    struct yoke_arg args[YOKE_STEP_ARGS];
    struct yoke_work work;
    yoke_status st = YOKE_OK;

    if (step->run) return step->run(c->q, step->block, c->bindings, event);
    memcpy(c->block, step->block, step->block_bytes);
    if (step->n_chunks) {
        counter = yoke_queue_counter(c->q);
        TRY(yoke_work_begin(counter, yoke_queue_device(c->q), step->n_chunks, &work));
        c->counter = counter->memory;
        memcpy(c->block + step->work_at, &work.first, sizeof work.first);
    }
    for (size_t i = 0; i < step->n_args; i++)
        args[i] = argument_of(c, &step->args[i]);
    st = launch(c, step, args, event);
    if (counter && st == YOKE_OK)
        yoke_work_queued(counter, step->launch.global[0]);
    else if (counter)
        yoke_queue_counter_lost(c->q);
out:
    return st;
}

yoke_status yoke_plan_enqueue(yoke_queue *q, const struct yoke_plan *plan,
                              const struct yoke_bindings *bindings, yoke_event **event)
{
    struct call c = { .q = q, .bindings = bindings };
    yoke_status st = YOKE_OK;

    if (event) *event = NULL;
    if (plan->partials_bytes) TRY(yoke_queue_partials(q, plan->partials_bytes, &c.partials));
    if (plan->workspace_bytes) TRY(yoke_queue_scratch(q, plan->workspace_bytes, &c.workspace));
    for (size_t i = 0; i < plan->n_steps; i++)
        TRY(enqueue_step(&c, &plan->steps[i], i + 1 == plan->n_steps ? event : NULL));
out:
    return st;
}
