/* rival.c - whom a job is timed against.
 * SPDX-License-Identifier: MIT */
#include "rival.h"

#include <string.h>

/* The FILE of "PEER=FILE" among n; NULL if there is none. */
static const char *setting_of(const char *const *settings, size_t n, const char *peer)
{
    const size_t length = strlen(peer);

    for (size_t i = 0; i < n; i++)
        if (!strncmp(settings[i], peer, length) && settings[i][length] == '=')
            return settings[i] + length + 1;
    return NULL;
}

bool rival_start_peer(struct rival *rival, const char *name, const struct bench_options *o)
{
    *rival = (struct rival){ .name = name, .is_peer = true };
    return peer_start(&rival->peer, peer_find(name), setting_of(o->peer_libs, o->n_peer_libs, name),
                      setting_of(o->peer_cores, o->n_peer_cores, name));
}

void rival_start_own(struct rival *rival, const char *name)
{
    *rival = (struct rival){ .name = name };
}

/* The job as the rival does it; its arrays are not placed yet. */
static struct job own_job(const struct rival *rival, const struct job *job)
{
    struct job own = *job;

    if (!strcmp(rival->name, "plain"))
        own.epilogue = (struct yoke_epilogue){ 0 };
    else if (!strcmp(rival->name, "f32"))
        own.gemm.type = own.conv.type = YOKE_F32;
    else
        job_set_variant(&own, rival->name);
    return own;
}

size_t rival_arena_bytes(const struct rival *rival, const struct job *job)
{
    const struct job own = own_job(rival, job);

    return rival->is_peer ? 0 : job_arena_bytes(&own);
}

bool rival_load(struct rival *rival, const struct peer_setup *setup, yoke_team *team)
{
    rival->ours.team = team;
    return !rival->is_peer || peer_load(&rival->peer, setup);
}

static bool prepare_own(struct rival *rival, const struct job *job, void *arena,
                        const uint64_t seed[2])
{
    struct check check;
    bool ok;

    rival->ours.job = own_job(rival, job);
    job_place(&rival->ours.job, arena, seed[0]);
    if (!check_init(&check, &rival->ours.job, seed[1])) return false;
    ok = ours_check(&rival->ours, &check, rival->name);
    check_deinit(&check);
    return ok;
}

bool rival_prepare(struct rival *rival, const struct job *job, void *arena,
                   const struct check *check, const uint64_t seed[2])
{
    if (!rival->is_peer) return prepare_own(rival, job, arena, seed);
    job_spoil(job, job->out_peer);
    return peer_prepare(&rival->peer, job) &&
           check_passes(check, job, job->out_peer, rival->peer.how.by_norm, rival->name);
}

static bool their_burst(void *ctx, size_t warm_ups, size_t reps, double *ms)
{
    return peer_burst(ctx, warm_ups, reps, ms);
}

struct duel_side rival_side(struct rival *rival)
{
    if (rival->is_peer) return (struct duel_side){ .burst = their_burst, .ctx = &rival->peer };
    return (struct duel_side){ .burst = ours_burst, .ctx = &rival->ours };
}

const char *rival_version(const struct rival *rival)
{
    return rival->is_peer ? rival->peer.who.version : yoke_version();
}

const char *rival_core(const struct rival *rival)
{
    return rival->is_peer ? rival->peer.who.core : "our own";
}

const char *rival_method(const struct rival *rival)
{
    return rival->is_peer ? rival->peer.how.name : rival->ours.variants;
}

void rival_end(struct rival *rival)
{
    if (rival->is_peer) peer_end(&rival->peer);
    ours_deinit(&rival->ours);
}
