/* duel.c - bursts that alternate.
 * SPDX-License-Identifier: MIT */
#include "duel.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "bench.h"

static const double settle_ms = 200.0, total_ms = 300.0;

enum { LEAST_ROUNDS = 7 };

/* Shorter runs are repeated and warmed up in every burst: after a pause threads must wake up and
 * caches fill. Beside longer ones that is nothing. */
static const struct yoke_burst bursts = {
    .burst_ms = 30.0, .long_ms = 200.0, .min_runs = 3, .max_runs = DUEL_MAX_REPS
};

/* One side's state between its bursts. */
struct corner {
    double run_ms; /* roughly */
    size_t warm_ups, reps;
    struct yoke_samples all, rounds;
};

/* Run until clocks, caches and what the library learns have settled; see how long a run takes. */
static bool settle(struct duel_side *side, struct corner *corner, double *ms)
{
    const double until = yoke_now_ms() + settle_ms;
    size_t reps = 1;

    do {
        if (!side->burst(side->ctx, 0, reps, ms)) return false;
        corner->run_ms = fmax(yoke_median(ms, reps), 1e-4);
        reps = yoke_burst_runs(&bursts, corner->run_ms);
    } while (yoke_now_ms() < until);
    corner->reps = reps;
    corner->warm_ups = corner->run_ms < bursts.long_ms;
    return true;
}

static bool round_of(struct duel_side *sides, struct corner *corners, size_t n_sides, double *ms)
{
    for (size_t i = 0; i < n_sides; i++) {
        struct corner *c = &corners[i];
        if (!sides[i].burst(sides[i].ctx, c->warm_ups, c->reps, ms)) return false;
        if (!yoke_samples_add(&c->all, ms, c->reps)) return bench_false("no memory for the times");
        const double median = yoke_median(ms, c->reps);
        if (!yoke_samples_add(&c->rounds, &median, 1))
            return bench_false("no memory for the times");
    }
    return true;
}

/* Their times give way to ratios: the first side comes last. */
static void conclude(struct duel_side *side, struct corner *corner, const struct corner *first)
{
    double *ratios = corner->rounds.values;

    for (size_t r = 0; r < corner->rounds.n; r++)
        ratios[r] /= first->rounds.values[r];
    side->ratio = yoke_median(ratios, corner->rounds.n);
    side->ms = yoke_stats_of(corner->all.values, corner->all.n);
}

bool duel_run(struct duel_side *sides, size_t n_sides, size_t rounds)
{
    struct corner *corners = calloc(n_sides, sizeof *corners);
    double *ms = malloc(DUEL_MAX_REPS * sizeof *ms);
    bool ok = corners && ms;

    for (size_t i = 0; ok && i < n_sides; i++)
        ok = settle(&sides[i], &corners[i], ms);
    if (ok && !rounds)
        rounds = (size_t)fmax(LEAST_ROUNDS,
                              ceil(total_ms / (corners[0].run_ms * (double)corners[0].reps)));
    for (size_t r = 0; ok && r < rounds; r++)
        ok = round_of(sides, corners, n_sides, ms);
    for (size_t i = n_sides; ok && i-- > 0;)
        conclude(&sides[i], &corners[i], &corners[0]);
    for (size_t i = 0; corners && i < n_sides; i++) {
        yoke_samples_deinit(&corners[i].all);
        yoke_samples_deinit(&corners[i].rounds);
    }
    free(corners);
    free(ms);
    return ok;
}
