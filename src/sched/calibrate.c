/* calibrate.c - measure the devices that were never measured.
 * SPDX-License-Identifier: MIT */
#include "sched/calibrate.h"

#include <stdlib.h>

#include "base/element.h"
#include "base/error.h"

enum { FIRST_RUNS = 2, LAST_RUNS = 5 };

/* A problem that takes longer than this tells enough. */
static const double enough_ms = 0.4;

/* A member slower than this part of its rival was not misjudged by noise. */
static const double within_reach = 0.5;

/* A sample problem of the job's operator. */
struct sample {
    struct yoke_problem descriptor;
    struct yoke_task task;
};

static size_t numbers_of(const struct yoke_operand *o)
{
    return yoke_operand_extent(o) * yoke_type_parts(o->tensor.type);
}

static yoke_status make_arrays(struct sample *s)
{
    const struct yoke_op_class *op = s->task.op;

    for (size_t i = 0; i < op->n_operands; i++) {
        const struct yoke_operand o = yoke_task_operand(&s->task, i);
        if (!o.is_array) continue;
        s->task.host[i] = calloc(1, yoke_task_bytes(&s->task, i));
        if (!s->task.host[i])
            return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a known answer");
        for (size_t k = 0; i > 0 && k < numbers_of(&o); k++)
            yoke_element_set(o.tensor.type, s->task.host[i], k,
                             op->known(s->descriptor.bytes, i, k));
    }
    return YOKE_OK;
}

static bool answer_is_right(const struct sample *s)
{
    const struct yoke_operand result = yoke_task_operand(&s->task, 0);

    for (size_t k = 0; k < numbers_of(&result); k++)
        if (yoke_element_get(result.tensor.type, s->task.host[0], k) !=
            s->task.op->known(s->descriptor.bytes, 0, k))
            return false;
    return true;
}

/* Do the sample of a level; *flops is its size. */
static yoke_status run_sample(const struct yoke_job *job, struct yoke_member *m, int level,
                              double *flops, struct yoke_share_cost *cost)
{
    struct sample s = { .task = { .op = job->task.op } };
    const struct yoke_op_class *op = s.task.op;
    struct yoke_cut cuts[YOKE_CUTS_MAX];
    yoke_status st = YOKE_OK;

    op->sample(job->type, level, s.descriptor.bytes);
    TRY(op->prepare(s.descriptor.bytes, s.task.p.bytes));
    TRY(make_arrays(&s));
    op->cuts(s.task.p.bytes, cuts);
    TRY(yoke_share_run(&s.task, m, 0, 0, cuts[0].extent, cost));
    if (!answer_is_right(&s))
        TRY(yoke_fail(YOKE_ERR_DEVICE, "%s with a known answer came out wrong", op->name));
    *flops = op->flops(s.task.p.bytes);
out:
    for (size_t i = 0; i < YOKE_OP_OPERANDS_MAX; i++)
        free(s.task.host[i]);
    return st;
}

/* The best rate of a few runs of one level, and what the last of them took. */
static yoke_status run_level(const struct yoke_job *job, struct yoke_member *m, int level, int runs,
                             double *best, double *ms)
{
    yoke_status st = YOKE_OK;
    struct yoke_share_cost cost;
    double flops;

    *best = 0;
    for (int run = 0; run < runs; run++) {
        TRY(run_sample(job, m, level, &flops, &cost));
        yoke_rate_add(&m->rates.bytes, (double)cost.bytes, cost.transfer_ms);
        *ms = cost.compute_ms;
        if (*ms > 0 && flops / *ms > *best) *best = flops / *ms;
    }
out:
    return st;
}

static yoke_status measure(const struct yoke_job *job, struct yoke_member *m)
{
    yoke_status st = YOKE_OK;
    double best = 0, ms = 0;

    TRY(run_level(job, m, 0, 1, &best, &ms)); /* compiles; its time is not counted */
    ms = 0;
    for (int level = 0; level < YOKE_SAMPLE_LEVELS && ms < enough_ms; level++)
        TRY(run_level(job, m, level, level == YOKE_SAMPLE_LEVELS - 1 ? LAST_RUNS : FIRST_RUNS,
                      &best, &ms));
    yoke_rate_add(&yoke_job_rate(job, m)->flops, best, 1.0);
out:
    return st;
}

/* A passing lack of memory is no reason to leave a device out for good. */
static void judge(const struct yoke_log *log, const struct yoke_job *job, struct yoke_member *m,
                  yoke_status st)
{
    if (st == YOKE_OK) return;
    yoke_job_rate(job, m)->distrusted = st == YOKE_ERR_DEVICE || st == YOKE_ERR_BUILD;
    yoke_log_line(log, "device %s failed a problem with a known answer: %s",
                  yoke_device_get_info(m->dev)->id, yoke_last_error());
}

void yoke_recalibrate(yoke_team *team, struct yoke_member *m, const struct yoke_job *job,
                      double rival)
{
    struct yoke_rate *rate = &yoke_job_rate(job, m)->flops;
    double best, ms;

    if (rate->n == 0 || yoke_rate_get(rate) < within_reach * rival) return;
    const yoke_status st = run_level(job, m, YOKE_SAMPLE_LEVELS - 1, FIRST_RUNS, &best, &ms);
    if (st == YOKE_OK) yoke_rate_add(rate, best, 1.0);
    judge(&team->log, job, m, st);
}

void yoke_calibrate(yoke_team *team, const struct yoke_job *job)
{
    for (size_t i = 0; i < team->n; i++) {
        struct yoke_member *m = &team->members[i];
        const struct yoke_op_rate *rate = yoke_job_rate(job, m);
        if (rate->flops.n > 0 || rate->distrusted || yoke_job_ask(job, m) != YOKE_OK) continue;
        judge(&team->log, job, m, measure(job, m));
    }
}
