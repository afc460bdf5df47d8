/* duel.h - time several things in turns (base/paired.h), all of them for as many rounds.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_DUEL_H
#define YOKE_BENCH_DUEL_H

#include "base/paired.h"

enum { DUEL_MAX_REPS = 4096 };

struct duel_side {
    /* Run warm_ups times, then reps (at most DUEL_MAX_REPS) times, each timed into ms. False after
     * printing why. */
    bool (*burst)(void *ctx, size_t warm_ups, size_t reps, double *ms);
    void *ctx;

    struct yoke_stats ms; /* out: of every timed run                                    */
    double ratio;         /* out: median over the rounds of its time / that of side 0   */
};

/* rounds 0: at least 7, and as many as make 0.3 s of side 0. False when a burst failed. */
bool duel_run(struct duel_side *sides, size_t n_sides, size_t rounds);

#endif /* YOKE_BENCH_DUEL_H */
