/* calibrate.c - measure the devices that were never measured.
 * SPDX-License-Identifier: MIT */
#include "sched/calibrate.h"

#include "base/error.h"

enum { LEVELS = 3, RUNS = 2 };

/* A problem that takes longer than this tells enough. */
static const double enough_ms = 0.4;

static yoke_status measure(const struct yoke_job *job, struct yoke_member *m)
{
    yoke_status st = YOKE_OK;
    struct yoke_share_cost cost;
    double flops, best = 0, ms = 0;

    TRY(job->sample(job->type, m, 0, &flops, &cost)); /* compiles; its time is not counted */
    for (int level = 0; level < LEVELS && ms < enough_ms; level++) {
        best = 0;
        for (int run = 0; run < RUNS; run++) {
            TRY(job->sample(job->type, m, level, &flops, &cost));
            yoke_rate_add(&m->bytes, (double)cost.bytes, cost.transfer_ms);
            ms = cost.compute_ms;
            if (flops > best * ms && ms > 0) best = flops / ms;
        }
    }
    yoke_rate_add(&m->flops[job->class + job->type], best, 1.0);
out:
    return st;
}

void yoke_calibrate(yoke_team *team, const struct yoke_job *job)
{
    for (size_t i = 0; i < team->n; i++) {
        struct yoke_member *m = &team->members[i];
        const size_t class = job->class + job->type;
        const char *name;
        if (m->flops[class].n > 0 || m->distrusted[class]) continue;
        if (job->variant(job->op, m->dev, &name) != YOKE_OK) continue;
        if (measure(job, m) == YOKE_OK) continue;
        m->distrusted[class] = true;
        yoke_log_line(&team->log, "device %s is not used: %s", yoke_device_get_info(m->dev)->id,
                      yoke_last_error());
    }
}
