/* ours.c - a job on our own team.
 * SPDX-License-Identifier: MIT */
#include "ours.h"

#include <stdio.h>
#include <string.h>

#include "base/paired.h"

static bool is_new(const char *list, const char *name)
{
    const char *at = strstr(list, name);

    return !at || (at[strlen(name)] != '\0' && at[strlen(name)] != ',');
}

static void name_variants(struct ours *ours)
{
    ours->variants[0] = '\0';
    for (size_t i = 0; i < ours->did->n_devices; i++) {
        const struct yoke_share *share = ours->did->devices[i];
        const size_t used = strlen(ours->variants);
        if (share->share > 0.0 && is_new(ours->variants, share->variant))
            snprintf(ours->variants + used, sizeof ours->variants - used, "%s%s", used ? "," : "",
                     share->variant);
    }
}

bool ours_check(struct ours *ours, const struct check *check, const char *whose)
{
    const struct job *job = &ours->job;

    job_spoil(job, job->out);
    if ((!ours->did && yoke_report_create(&ours->did) != YOKE_OK) ||
        job->kind->run(ours->team, job, ours->did) != YOKE_OK)
        return bench_false("%s", yoke_last_error());
    name_variants(ours);
    return check_passes(check, job, job->out, strstr(ours->variants, "wino") != NULL, whose);
}

void ours_deinit(struct ours *ours)
{
    yoke_report_destroy(&ours->did);
}

static bool run(void *ctx)
{
    const struct ours *ours = ctx;

    return ours->job.kind->run(ours->team, &ours->job, NULL) == YOKE_OK ||
           bench_false("%s", yoke_last_error());
}

bool ours_burst(void *ctx, size_t warm_ups, size_t reps, double *ms)
{
    return yoke_burst_take(run, ctx, warm_ups, reps, ms);
}
