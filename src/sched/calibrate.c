/* calibrate.c - measure the devices that were never measured.
 * SPDX-License-Identifier: MIT */
#include "sched/calibrate.h"

#include "base/error.h"

enum { LEVELS = 3, FIRST_RUNS = 2, LAST_RUNS = 5 };

/* A problem that takes longer than this tells enough. */
static const double enough_ms = 0.4;

/* A member slower than this part of its rival was not misjudged by noise. */
static const double within_reach = 0.5;

/* The best rate of a few runs of one level, and what the last of them took. */
static yoke_status run_level(const struct yoke_job *job, struct yoke_member *m, int level, int runs,
                             double *best, double *ms)
{
    yoke_status st = YOKE_OK;
    struct yoke_share_cost cost;
    double flops;

    *best = 0;
    for (int run = 0; run < runs; run++) {
        TRY(job->sample(job->type, m, level, &flops, &cost));
        yoke_rate_add(&m->bytes, (double)cost.bytes, cost.transfer_ms);
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
    for (int level = 0; level < LEVELS && ms < enough_ms; level++)
        TRY(run_level(job, m, level, level == LEVELS - 1 ? LAST_RUNS : FIRST_RUNS, &best, &ms));
    yoke_rate_add(&m->flops[yoke_class_index(job->class, job->type)], best, 1.0);
out:
    return st;
}

/* A passing lack of memory is no reason to leave a device out for good. */
static void judge(const struct yoke_log *log, const struct yoke_job *job, struct yoke_member *m,
                  yoke_status st)
{
    if (st == YOKE_OK) return;
    m->distrusted[yoke_class_index(job->class, job->type)] =
        st == YOKE_ERR_DEVICE || st == YOKE_ERR_BUILD;
    yoke_log_line(log, "device %s failed a problem with a known answer: %s",
                  yoke_device_get_info(m->dev)->id, yoke_last_error());
}

void yoke_recalibrate(yoke_team *team, struct yoke_member *m, const struct yoke_job *job,
                      double rival)
{
    struct yoke_rate *rate = &m->flops[yoke_class_index(job->class, job->type)];
    double best, ms;

    if (rate->n == 0 || yoke_rate_get(rate) < within_reach * rival) return;
    const yoke_status st = run_level(job, m, LEVELS - 1, FIRST_RUNS, &best, &ms);
    if (st == YOKE_OK) yoke_rate_add(rate, best, 1.0);
    judge(&team->log, job, m, st);
}

void yoke_calibrate(yoke_team *team, const struct yoke_job *job)
{
    for (size_t i = 0; i < team->n; i++) {
        struct yoke_member *m = &team->members[i];
        const size_t class = yoke_class_index(job->class, job->type);
        const char *name;
        if (m->flops[class].n > 0 || m->distrusted[class]) continue;
        if (job->variant(job->op, m->dev, &name) != YOKE_OK) continue;
        judge(&team->log, job, m, measure(job, m));
    }
}
