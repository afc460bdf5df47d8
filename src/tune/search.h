/* search.h - which of several candidates is fastest, on a machine whose times are noisy.
 * SPDX-License-Identifier: MIT
 *
 * Only what ran in the same round is compared (base/paired.h): in each round the best so far and
 * every challenger take a turn, and a challenger's ratio is the best's time over its own. Medians
 * of ratios decide. */
#ifndef YOKE_TUNE_SEARCH_H
#define YOKE_TUNE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

/* Most rounds of a challenger against one best. */
enum { YOKE_SEARCH_MAX_ROUNDS = 61 };

/* A challenger must be so much faster, and by more than the spread of its ratios. */
#define YOKE_SEARCH_MARGIN 0.03

enum yoke_search_state {
    YOKE_SEARCH_OPEN, /* nothing is decided yet */
    YOKE_SEARCH_WON,
    YOKE_SEARCH_LOST,
    YOKE_SEARCH_OUT, /* could not be measured, or not in the time there was */
};

/* What the ratios of n rounds (the best's time / the challenger's) say. median and spread (the
 * median distance from it) are filled in for n > 0. */
enum yoke_search_state yoke_search_judge(const double *ratios, size_t n, double *median,
                                         double *spread);

struct yoke_search_candidate {
    bool enters;        /* in: a candidate                                          */
    double expected_ms; /* in: how long it may take, roughly; 0: unknown            */
    enum yoke_search_state state;
    double ms;            /* the median of its times; 0: never measured             */
    double ratio, spread; /* of the untuned candidate's time to its own                   */
    size_t n;             /* rounds behind them                                     */
};

struct yoke_search {
    struct yoke_search_candidate *candidates;
    size_t n, untuned; /* the candidate that is best until another one wins */
    double deadline_ms;
    double (*now_ms)(void *ctx);
    bool (*measure)(void *ctx, size_t candidate, double *ms); /* false: it cannot run */
    void *ctx;
};

/* The best candidate, confirmed against the untuned one in fresh rounds: or that one itself. Ends
 * when all is decided, at the deadline at the latest, as far as expected times are right. False
 * where memory is short or the untuned candidate cannot be measured. */
bool yoke_search_run(struct yoke_search *s, size_t *best);

#endif /* YOKE_TUNE_SEARCH_H */
