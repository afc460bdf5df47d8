/* planted.c - variants that are wrong, hang or crash, to test the tuner with.
 * SPDX-License-Identifier: MIT */
#include "planted.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "device/cl_error.h"
#include "op/plan.h"
#include "ops/conv/conv.h"
#include "ops/gemm/gemm.h"

enum { SLOWNESS = 4 };

typedef yoke_status run_fn(yoke_queue *q, const void *block, const struct yoke_bindings *bindings,
                           yoke_event **event);

/* Where a variant that goes astray writes: bytes of an element, and which of the array. */
struct places {
    size_t size_bytes, inside, behind;
};

static struct places places_of(const struct yoke_op_class *op, const void *problem)
{
    struct yoke_operand result;
    struct places p;

    op->operand(problem, 0, &result);
    p.size_bytes = yoke_type_size(result.tensor.type);
    p.inside = result.offset;
    for (size_t d = 0; d < result.tensor.rank; d++)
        p.inside += result.tensor.dims[d] / 2 * result.tensor.strides[d];
    p.behind = yoke_operand_extent(&result);
    return p;
}

/* The last variant of the operator's own class, a planted variant's config: it takes anything. */
static yoke_status plan_plain(yoke_device *dev, const struct yoke_variant *variant,
                              const void *problem, struct yoke_plan *plan)
{
    const struct yoke_op_class *op = variant->config;
    const struct yoke_variant *last = &op->variants[op->n_variants - 1];

    return last->plan(dev, last, problem, plan);
}

/* After the plain variant's steps one that calls a function, which gets the places. */
static yoke_status plan_and_run(yoke_device *dev, const struct yoke_variant *variant,
                                const void *problem, run_fn *run, struct yoke_plan *plan)
{
    const struct places places = places_of(variant->config, problem);
    struct yoke_step *step;
    yoke_status st = YOKE_OK;

    TRY(plan_plain(dev, variant, problem, plan));
    TRY(yoke_plan_append(plan, NULL, &step));
    yoke_step_value(step, &places, sizeof places);
    step->run = run;
out:
    return st;
}

static yoke_status slow(yoke_device *dev, const struct yoke_variant *variant, const void *problem,
                        struct yoke_plan *plan)
{
    yoke_status st = YOKE_OK;

    for (int i = 0; i < SLOWNESS; i++)
        TRY(plan_plain(dev, variant, problem, plan));
out:
    return st;
}

/* An element of the result's buffer, from the bindings' offset on. */
static yoke_status spoil(yoke_queue *q, const struct places *p, size_t at,
                         const struct yoke_bindings *bindings, yoke_event **event)
{
    const struct yoke_binding *b = &bindings->operand[0];
    const double value[2] = { 0.015625, 0 };
    yoke_status st = YOKE_OK;

    TRY(yoke_buffer_write(q, (yoke_buffer *)b->buffer, (b->offset + at) * p->size_bytes, value,
                          p->size_bytes));
    if (event) TRY(yoke_event_mark(q, event));
out:
    return st;
}

/* Far from the corners. */
static yoke_status spoil_inside(yoke_queue *q, const void *block,
                                const struct yoke_bindings *bindings, yoke_event **event)
{
    const struct places *p = block;

    return spoil(q, p, p->inside, bindings, event);
}

/* The first one behind. */
static yoke_status spoil_behind(yoke_queue *q, const void *block,
                                const struct yoke_bindings *bindings, yoke_event **event)
{
    const struct places *p = block;

    return spoil(q, p, p->behind, bindings, event);
}

/* The last one before, where the buffer has one. */
static yoke_status spoil_before(yoke_queue *q, const void *block,
                                const struct yoke_bindings *bindings, yoke_event **event)
{
    if (bindings->operand[0].offset == 0) return event ? yoke_event_mark(q, event) : YOKE_OK;
    return spoil(q, block, (size_t)-1, bindings, event);
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
PLAN(early, spoil_before)
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

static bool never(const yoke_device *dev, const struct yoke_variant *variant, const void *problem)
{
    (void)dev, (void)variant, (void)problem;
    return false;
}

// clang-format off
#define VARIANT(op, ends, prefer, how) { \
    .name = "planted_" ends, .kernel = #op "_general", .accepts = yoke_variant_any_type, \
    .prefers = prefer, .supports = yoke_variant_always, .plan = how, .config = &yoke_##op##_class }

static const struct yoke_variant of_gemm[] = {
    VARIANT(gemm, "slow",        yoke_variant_always, slow),
    VARIANT(gemm, "wrong",       yoke_variant_always, wrong),
    VARIANT(gemm, "stray",       never,               stray),
    VARIANT(gemm, "early",       never,               early),
    VARIANT(gemm, "hang",        never,               hang),
    VARIANT(gemm, "crash",       never,               crash),
    VARIANT(gemm, "broken",      never,               broken),
    VARIANT(gemm, "killed",      never,               killed),
    VARIANT(gemm, "interrupted", never,               interrupted),
    VARIANT(gemm, "poor",        never,               poor),
    VARIANT(gemm, "once",        never,               once),
    VARIANT(gemm, "nap",         never,               nap),
    VARIANT(gemm, "sleep",       never,               waits),
    VARIANT(gemm, "plain",       yoke_variant_always, plan_plain),
};

static const struct yoke_variant of_conv[] = {
    VARIANT(conv, "slow",  yoke_variant_always, slow),
    VARIANT(conv, "wrong", yoke_variant_always, wrong),
    VARIANT(conv, "stray", never,               stray),
    VARIANT(conv, "early", never,               early),
    VARIANT(conv, "plain", yoke_variant_always, plan_plain),
};
// clang-format on

const struct yoke_op_class *planted_find(const char *op)
{
    static struct yoke_op_class gemm, conv;

    gemm = yoke_gemm_class;
    gemm.variants = of_gemm;
    gemm.n_variants = sizeof of_gemm / sizeof *of_gemm;
    conv = yoke_conv_class;
    conv.variants = of_conv;
    conv.n_variants = sizeof of_conv / sizeof *of_conv;
    return strcmp(op, gemm.name) == 0 ? &gemm : strcmp(op, conv.name) == 0 ? &conv : NULL;
}

struct yoke_op_class planted_some(const char *op, const char *names, struct yoke_variant *variants)
{
    const struct yoke_op_class *all = planted_find(op);
    struct yoke_op_class some = *all;

    some.variants = variants;
    some.n_variants = 0;
    for (size_t i = 0; i < all->n_variants; i++)
        if (strstr(names, all->variants[i].name)) variants[some.n_variants++] = all->variants[i];
    return some;
}
