/* rival.h - whom a job is timed against: another library, or ourselves doing it otherwise.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_RIVAL_H
#define YOKE_BENCH_RIVAL_H

#include "duel.h"
#include "ours.h"
#include "peer.h"

/* As many peers as ways of our own. */
enum { RIVALS_MAX = 2 * BENCH_MAX_PEERS };

struct rival {
    const char *name; /* "openblas"; of our own "f32", "plain" or a variant */
    bool is_peer;
    struct peer peer; /* if it is one  */
    struct ours ours; /* if it is none */
};

/* Begin with a peer of the options, whose process this forks: before OpenCL is touched. Memory that
 * it should see must be shared and mapped before. This and the others return false after printing
 * why. */
bool rival_start_peer(struct rival *rival, const char *name, const struct bench_options *options);

/* Begin with a way of our own: "f32" is the same job in that type, "plain" the job without its
 * epilogue, any other name a variant. */
void rival_start_own(struct rival *rival, const char *name);

/* Memory that it needs for a job, beside the job's own arrays. */
size_t rival_arena_bytes(const struct rival *rival, const struct job *job);

/* Now that the team is open: load a peer's library as the setup says. */
bool rival_load(struct rival *rival, const struct peer_setup *setup, yoke_team *team);

/* Get ready for a placed job: do it once and check the result. arena: as much memory as
 * rival_arena_bytes says. check: that of the job. seed: of the data and of the check. */
bool rival_prepare(struct rival *rival, const struct job *job, void *arena,
                   const struct check *check, const uint64_t seed[2]);

/* As a side of a duel. */
struct duel_side rival_side(struct rival *rival);

/* Version, core and way of doing the job prepared last. */
const char *rival_version(const struct rival *rival);
const char *rival_core(const struct rival *rival);
const char *rival_method(const struct rival *rival);

/* Does nothing to a rival that is all zero. */
void rival_end(struct rival *rival);

#endif /* YOKE_BENCH_RIVAL_H */
