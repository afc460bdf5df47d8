/* search.c - which of several candidates is fastest, on a machine whose times are noisy.
 * SPDX-License-Identifier: MIT */
#include "tune/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/paired.h"
#include "base/quantile.h"

enum {
    LEAST_ROUNDS = 5,   /* of a decision, if every ratio is past the margin or none   */
    LOSS_ROUNDS = 9,    /* of a defeat, if three quarters of them are not            */
    SIGN_ROUNDS = 11,   /* else, and then so many on the right side as chance gives  */
    PATIENT_ROUNDS = 21 /* after that, half the margin must show; of those that won, too     */
};
static const double sign_z = 3.3;        /* to one search in 2000                               */
static const double hopeless = 1 / 1.3;  /* ratios that noise does not make, twice              */
static const double hopeless_once = 0.3; /* nor once                                            */
static const double far_ahead = 1.25, contending = 0.95;
static const double search_part = 0.65; /* of the time; the rest confirms                      */

/* A search at work: ratios against the best, and all times. */
struct work {
    struct yoke_search *s;
    double (*ratios)[YOKE_SEARCH_MAX_ROUNDS];
    double (*times)[YOKE_SEARCH_MAX_ROUNDS];
    size_t *n_ratios, *n_times;
    double *cost;      /* what the last measurement of each took in all */
    double *round;     /* the times of one round */
    double best_ratio; /* the best against the untuned one */
    size_t best;
};

static bool is_significant(const double *sorted, size_t n)
{
    size_t above = 0;

    for (size_t i = 0; i < n; i++)
        above += sorted[i] > 1.0;
    const double z = ((double)above - 0.5 * (double)n) / (0.5 * sqrt((double)n));
    return (n >= LEAST_ROUNDS && sorted[0] >= 1.0 + YOKE_SEARCH_MARGIN) ||
           (n >= SIGN_ROUNDS && z >= sign_z);
}

static bool is_lost(const double *sorted, size_t n, double median)
{
    const double most = sorted[n - 1];

    return most < hopeless_once || (n >= 2 && most < hopeless) ||
           (n >= LEAST_ROUNDS && most < 1.0 + YOKE_SEARCH_MARGIN) ||
           (n >= LOSS_ROUNDS && yoke_quantile(sorted, n, 0.75) < 1.0 + YOKE_SEARCH_MARGIN) ||
           (n >= PATIENT_ROUNDS && median < 1.0 + 0.5 * YOKE_SEARCH_MARGIN) ||
           n >= YOKE_SEARCH_MAX_ROUNDS;
}

enum yoke_search_state yoke_search_judge(const double *ratios, size_t n, double *median,
                                         double *spread)
{
    double sorted[YOKE_SEARCH_MAX_ROUNDS], distances[YOKE_SEARCH_MAX_ROUNDS];

    if (n == 0) return YOKE_SEARCH_OPEN;
    memcpy(sorted, ratios, n * sizeof *ratios);
    const struct yoke_ratio ratio = yoke_ratio_of(sorted, n, distances);
    *median = ratio.median;
    *spread = ratio.spread;
    if (*median >= 1.0 + fmax(YOKE_SEARCH_MARGIN, *spread) && is_significant(sorted, n))
        return YOKE_SEARCH_WON;
    return is_lost(sorted, n, *median) ? YOKE_SEARCH_LOST : YOKE_SEARCH_OPEN;
}

static bool measure(struct work *w, size_t candidate)
{
    struct yoke_search_candidate *r = &w->s->candidates[candidate];
    const double begin = w->s->now_ms(w->s->ctx);
    double ms;

    if (!w->s->measure(w->s->ctx, candidate, &ms) || !(ms > 0)) {
        r->state = YOKE_SEARCH_OUT;
        return false;
    }
    w->cost[candidate] = w->s->now_ms(w->s->ctx) - begin;
    w->round[candidate] = ms;
    w->times[candidate][w->n_times[candidate]++ % YOKE_SEARCH_MAX_ROUNDS] = ms;
    return true;
}

/* The greatest ratio of a candidate that has won, 0 where none has. */
static double top_ratio(const struct work *w)
{
    double top = 0;

    for (size_t i = 0; i < w->s->n; i++)
        if (i != w->best && w->s->candidates[i].state == YOKE_SEARCH_WON)
            top = fmax(top, w->s->candidates[i].ratio);
    return top;
}

/* Whether a candidate that has won may be the best of those that have: that takes more rounds to
 * see.
 */
static bool is_contender(const struct work *w, size_t candidate)
{
    const struct yoke_search_candidate *r = &w->s->candidates[candidate];

    return candidate != w->best && r->state == YOKE_SEARCH_WON &&
           w->n_ratios[candidate] < PATIENT_ROUNDS && r->ratio > contending * top_ratio(w);
}

static bool is_challenger(const struct work *w, size_t candidate)
{
    const struct yoke_search_candidate *r = &w->s->candidates[candidate];

    return candidate != w->best && r->enters &&
           (r->state == YOKE_SEARCH_OPEN || is_contender(w, candidate));
}

/* Whether a measurement of the candidate ends in time; the first one warms up. */
static bool has_time(const struct work *w, size_t candidate, double end_ms)
{
    const double first = 2 * w->s->candidates[candidate].expected_ms;
    const double expected = w->n_times[candidate] > 0 ? w->cost[candidate] : first;

    return w->s->now_ms(w->s->ctx) + expected < end_ms;
}

/* Whether a candidate that never ran would not be decided on in the time there is. */
static bool is_too_slow(const struct work *w, size_t candidate, double end_ms)
{
    const double all_ms = LEAST_ROUNDS * w->s->candidates[candidate].expected_ms;

    return w->n_times[candidate] == 0 && w->s->now_ms(w->s->ctx) + all_ms >= end_ms;
}

static void note_ratio(struct work *w, size_t candidate)
{
    struct yoke_search_candidate *r = &w->s->candidates[candidate];
    double median;

    w->ratios[candidate][w->n_ratios[candidate]++] = w->round[w->best] / w->round[candidate];
    r->state = yoke_search_judge(w->ratios[candidate], w->n_ratios[candidate], &median, &r->spread);
    r->ratio = median * w->best_ratio;
    r->n = w->n_ratios[candidate];
}

/* One turn of the best and of every challenger, in the order of their numbers with the best first,
 * and next time all the other way round: what a candidate leaves behind it and what comes before it
 * then favours nobody. False where the time is over, or the best cannot run. */
static bool play_round(struct work *w, bool backwards, double end_ms)
{
    const size_t n = w->s->n;

    memset(w->round, 0, n * sizeof *w->round);
    for (size_t i = 0; i <= n; i++) {
        const size_t place = backwards ? n - i : i, candidate = place == 0 ? w->best : place - 1;
        if (place > 0 && !is_challenger(w, candidate)) continue;
        if (place > 0 && is_too_slow(w, candidate, end_ms)) {
            w->s->candidates[candidate].state = YOKE_SEARCH_OUT;
            continue;
        }
        if (!has_time(w, candidate, end_ms)) return false;
        if (!measure(w, candidate) && place == 0) return false;
    }
    for (size_t candidate = 0; candidate < n; candidate++)
        if (candidate != w->best && w->round[candidate] > 0) note_ratio(w, candidate);
    return true;
}

/* The candidate that has won by the greatest ratio; the best so far where none has. */
static size_t leader(const struct work *w)
{
    const double top = top_ratio(w);
    size_t winner = w->best;

    for (size_t i = 0; i < w->s->n; i++)
        if (i != w->best && w->s->candidates[i].state == YOKE_SEARCH_WON &&
            w->s->candidates[i].ratio == top)
            winner = i;
    return winner;
}

/* A candidate that is far ahead takes the place of the best, so that rounds get shorter; the others
 * begin anew. Those that are not so far stay measured by the same candidate, and the best of them
 * is found in the end. */
static void crown(struct work *w)
{
    struct yoke_search_candidate *candidates = w->s->candidates;
    const size_t winner = leader(w);

    if (winner == w->best || candidates[winner].ratio < far_ahead * w->best_ratio) return;
    candidates[w->best].state = YOKE_SEARCH_LOST;
    w->best = winner;
    w->best_ratio = candidates[winner].ratio;
    for (size_t i = 0; i < w->s->n; i++) {
        w->n_ratios[i] = 0;
        if (i != winner && candidates[i].state == YOKE_SEARCH_WON)
            candidates[i].state = YOKE_SEARCH_OPEN;
    }
}

/* The candidates that are not decided on play, and beside them those that won and may still be
 * overtaken.
 */
static size_t search(struct work *w, double end_ms)
{
    for (bool backwards = false;; backwards = !backwards) {
        size_t n_open = 0, n_contenders = 0;
        for (size_t i = 0; i < w->s->n; i++) {
            n_open += is_challenger(w, i) && w->s->candidates[i].state == YOKE_SEARCH_OPEN;
            n_contenders += is_contender(w, i);
        }
        if ((n_open == 0 && n_contenders < 2) || !play_round(w, backwards, end_ms))
            return leader(w);
        crown(w);
    }
}

/* Whoever won among many may have been lucky: only what it does in fresh rounds counts, and some
 * more of them than a decision needs make the ratio that is written down. */
static bool confirm(struct work *w, size_t winner)
{
    const size_t untuned = w->s->untuned;
    struct yoke_search_candidate *r = &w->s->candidates[winner];

    w->best = untuned;
    w->best_ratio = 1.0;
    w->n_ratios[winner] = 0;
    r->state = YOKE_SEARCH_OPEN;
    for (bool backwards = false;; backwards = !backwards) {
        const size_t first = backwards ? winner : untuned, second = backwards ? untuned : winner;
        const bool enough = r->state == YOKE_SEARCH_WON && w->n_ratios[winner] >= SIGN_ROUNDS;
        if (enough || r->state == YOKE_SEARCH_LOST || r->state == YOKE_SEARCH_OUT) break;
        if (!has_time(w, first, w->s->deadline_ms) || !measure(w, first) ||
            !has_time(w, second, w->s->deadline_ms) || !measure(w, second))
            break;
        note_ratio(w, winner);
    }
    return r->state == YOKE_SEARCH_WON;
}

static bool begin(struct work *w, struct yoke_search *s)
{
    *w = (struct work){
        .s = s,
        .ratios = calloc(s->n, sizeof *w->ratios),
        .times = calloc(s->n, sizeof *w->times),
        .n_ratios = calloc(s->n, sizeof *w->n_ratios),
        .n_times = calloc(s->n, sizeof *w->n_times),
        .cost = calloc(s->n, sizeof *w->cost),
        .round = calloc(s->n, sizeof *w->round),
        .best_ratio = 1.0,
        .best = s->untuned,
    };
    return w->ratios && w->times && w->n_ratios && w->n_times && w->cost && w->round;
}

static void end(struct work *w)
{
    free(w->ratios);
    free(w->times);
    free(w->n_ratios);
    free(w->n_times);
    free(w->cost);
    free(w->round);
}

/* A winner that is not confirmed had luck, or the untuned candidate had none for a while: begin
 * anew without it, as long as there is time. */
static size_t search_and_confirm(struct work *w)
{
    const struct yoke_search *s = w->s;

    for (;;) {
        const double begin = s->now_ms(s->ctx);
        const size_t winner = search(w, begin + search_part * (s->deadline_ms - begin));
        if (winner == s->untuned || confirm(w, winner)) return winner;
        for (size_t i = 0; i < s->n; i++) {
            struct yoke_search_candidate *r = &s->candidates[i];
            w->n_ratios[i] = 0;
            if (r->state == YOKE_SEARCH_WON || r->state == YOKE_SEARCH_OPEN || i == s->untuned)
                r->state = i == winner ? YOKE_SEARCH_LOST : YOKE_SEARCH_OPEN;
        }
        if (!has_time(w, winner, s->deadline_ms)) return s->untuned;
    }
}

static void take_medians(struct work *w)
{
    for (size_t i = 0; i < w->s->n; i++) {
        const size_t all = w->n_times[i];
        const size_t n = all < YOKE_SEARCH_MAX_ROUNDS ? all : YOKE_SEARCH_MAX_ROUNDS;
        if (n > 0) w->s->candidates[i].ms = yoke_median(w->times[i], n);
    }
}

bool yoke_search_run(struct yoke_search *s, size_t *best)
{
    struct work w;
    bool ok = begin(&w, s);

    *best = s->untuned;
    if (ok) {
        *best = search_and_confirm(&w);
        take_medians(&w);
        s->candidates[s->untuned].ratio = 1.0;
        ok = s->candidates[s->untuned].state != YOKE_SEARCH_OUT;
    }
    end(&w);
    return ok;
}
