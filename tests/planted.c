/* planted.c - rows of matrix products that are wrong, hang or crash, to test the tuner with.
 * SPDX-License-Identifier: MIT */
#include "planted.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "device/cl_error.h"
#include "ops/gemm/families.h"
#include "ops/gemm/gemm.h"

enum { SLOWNESS = 4 };

typedef yoke_status run_fn(yoke_queue *q, const void *block, const struct yoke_bindings *bindings,
                           yoke_event **event);

/* After the general variant's steps one that calls a function, which gets the problem. */
static yoke_status plan_and_run(yoke_device *dev, const struct yoke_variant *variant,
                                const struct yoke_gemm_problem *p, run_fn *run,
                                struct yoke_plan *plan)
{
    struct where {
        size_t inside, behind, size;
    } where;
    struct yoke_step *step;
    const struct yoke_matrix *m = &p->at[YOKE_GEMM_C];
    yoke_status st = YOKE_OK;

    where.size = yoke_type_size(yoke_type_result(p->type));
    where.inside = m->offset + p->M / 2 * m->row + p->N / 3 * m->step;
    where.behind = m->extent;
    TRY(yoke_gemm_general_plan(dev, variant, p, plan));
    TRY(yoke_plan_append(plan, NULL, &step));
    yoke_step_value(step, &where, sizeof where);
    step->run = run;
out:
    return st;
}

static yoke_status slow(yoke_device *dev, const struct yoke_variant *variant, const void *problem,
                        struct yoke_plan *plan)
{
    yoke_status st = YOKE_OK;

    for (int i = 0; i < SLOWNESS; i++)
        TRY(yoke_gemm_general_plan(dev, variant, problem, plan));
out:
    return st;
}

/* One element of C, far from its corners, or the first one behind it. */
static yoke_status spoil(yoke_queue *q, const size_t *where, bool behind,
                         const struct yoke_bindings *bindings, yoke_event **event)
{
    const double value[2] = { 0.015625, 0 };
    yoke_status st = YOKE_OK;

    TRY(yoke_buffer_write(q, (yoke_buffer *)bindings->operand[YOKE_GEMM_C].buffer,
                          where[behind] * where[2], value, where[2]));
    if (event) TRY(yoke_event_mark(q, event));
out:
    return st;
}

static yoke_status spoil_inside(yoke_queue *q, const void *block,
                                const struct yoke_bindings *bindings, yoke_event **event)
{
    return spoil(q, block, false, bindings, event);
}

static yoke_status spoil_behind(yoke_queue *q, const void *block,
                                const struct yoke_bindings *bindings, yoke_event **event)
{
    return spoil(q, block, true, bindings, event);
}

static yoke_status hang_up(yoke_queue *q, const void *block, const struct yoke_bindings *bindings,
                           yoke_event **event)
{
    (void)q, (void)block, (void)bindings, (void)event;
    for (volatile unsigned i = 0;; i++)
        ;
    return YOKE_OK;
}

static yoke_status wait_for_ever(yoke_queue *q, const void *block,
                                 const struct yoke_bindings *bindings, yoke_event **event)
{
    (void)q, (void)block, (void)bindings, (void)event;
    for (;;)
        pause();
    return YOKE_OK;
}

static yoke_status fall(yoke_queue *q, const void *block, const struct yoke_bindings *bindings,
                        yoke_event **event)
{
    (void)q, (void)block, (void)bindings, (void)event;
    abort();
}

static yoke_status be_killed(yoke_queue *q, const void *block, const struct yoke_bindings *bindings,
                             yoke_event **event)
{
    (void)q, (void)block, (void)bindings, (void)event;
    raise(SIGKILL);
    return YOKE_OK;
}

static yoke_status be_interrupted(yoke_queue *q, const void *block,
                                  const struct yoke_bindings *bindings, yoke_event **event)
{
    (void)q, (void)block, (void)bindings, (void)event;
    raise(SIGINT);
    return YOKE_OK;
}

static yoke_status run_out(yoke_queue *q, const void *block, const struct yoke_bindings *bindings,
                           yoke_event **event)
{
    (void)q, (void)block, (void)bindings, (void)event;
    return yoke_cl_check(CL_OUT_OF_RESOURCES, "clEnqueueNDRangeKernel", NULL);
}

static yoke_status fall_once(yoke_queue *q, const void *block, const struct yoke_bindings *bindings,
                             yoke_event **event)
{
    const char *path = getenv("YOKE_TEST_ONCE");

    (void)block, (void)bindings;
    if (path && open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600) >= 0) abort();
    return event ? yoke_event_mark(q, event) : YOKE_OK;
}

static yoke_status take_a_nap(yoke_queue *q, const void *block,
                              const struct yoke_bindings *bindings, yoke_event **event)
{
    (void)block, (void)bindings;
    sleep(1);
    return event ? yoke_event_mark(q, event) : YOKE_OK;
}

#define PLAN(name, run)                                                                            \
    static yoke_status name(yoke_device *dev, const struct yoke_variant *variant,                  \
                            const void *problem, struct yoke_plan *plan)                           \
    {                                                                                              \
        return plan_and_run(dev, variant, problem, run, plan);                                     \
    }
PLAN(wrong, spoil_inside)
PLAN(stray, spoil_behind)
PLAN(hang, hang_up)
PLAN(waits, wait_for_ever)
PLAN(crash, fall)
PLAN(killed, be_killed)
PLAN(interrupted, be_interrupted)
PLAN(poor, run_out)
PLAN(once, fall_once)
PLAN(nap, take_a_nap)

static yoke_status broken(yoke_device *dev, const struct yoke_variant *variant, const void *problem,
                          struct yoke_plan *plan)
{
    (void)dev, (void)variant, (void)problem, (void)plan;
    return yoke_fail(YOKE_ERR_BUILD, "it does not\ncompile");
}

static bool never(const yoke_device *dev, const struct yoke_variant *row, const void *problem)
{
    (void)dev, (void)row, (void)problem;
    return false;
}

// clang-format off
#define ROW(ends, prefer, how) { \
    .name = "planted_" ends, .kernel = "gemm_general", \
    .accepts = yoke_variant_any_type, .prefers = prefer, .supports = yoke_variant_always, .plan = how }

const struct yoke_variant planted_rows[] = {
    ROW("slow",        yoke_variant_always, slow),
    ROW("wrong",       yoke_variant_always, wrong),
    ROW("stray",       never,               stray),
    ROW("hang",        never,               hang),
    ROW("crash",       never,               crash),
    ROW("broken",      never,               broken),
    ROW("killed",      never,               killed),
    ROW("interrupted", never,               interrupted),
    ROW("poor",        never,               poor),
    ROW("once",        never,               once),
    ROW("nap",         never,               nap),
    ROW("sleep",       never,               waits),
    ROW("plain",       yoke_variant_always, yoke_gemm_general_plan),
};
// clang-format on
const size_t n_planted_rows = sizeof planted_rows / sizeof *planted_rows;

struct yoke_op_class planted_class(const struct yoke_variant *variants, size_t n)
{
    struct yoke_op_class op = yoke_gemm_class;

    op.variants = variants;
    op.n_variants = n;
    return op;
}
