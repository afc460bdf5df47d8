/* trial.c - the first run of variants, in a child process that may hang or crash in our place.
 * SPDX-License-Identifier: MIT */
#include "tune/trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/helper.h"

enum { MAX_VARIANTS = 64, HEAD = 8, READY_MS = 20000 };

static bool start(const struct yoke_trials *t, const char *path, const struct yoke_trial *trials,
                  size_t n, struct yoke_helper *child)
{
    char soft[32], *argv[HEAD + MAX_VARIANTS + 1];
    const double left = t->soft_end_ms - yoke_now_ms();
    size_t i = 0;

    snprintf(soft, sizeof soft, "%.0f", left > 0 ? left : 0);
    const char *const head[HEAD] = {
        "yoke-helper",           "trial", t->op, t->device_id, t->identity, soft,
        yoke_type_name(t->type), t->key
    };
    for (; i < HEAD; i++)
        argv[i] = (char *)head[i]; /* posix_spawn does not write to them */
    for (size_t k = 0; k < n; k++)
        argv[i++] = (char *)trials[k].variant;
    argv[i] = NULL;
    return yoke_helper_start(child, path, argv);
}

/* What the child says of one variant, after "begin". False where it said nothing. */
static bool take_result(enum yoke_helper_word word, const char *rest, struct yoke_trial *trial)
{
    unsigned long long us = 0;

    switch (word) {
    case YOKE_HELPER_PASS:
        if (sscanf(rest, "%llu", &us) != 1) return false;
        trial->end = YOKE_TRIAL_PASSED;
        trial->ms = (double)us * 1e-3;
        return true;
    case YOKE_HELPER_WRONG: trial->end = YOKE_TRIAL_WRONG; break;
    case YOKE_HELPER_BROKEN: trial->end = YOKE_TRIAL_BROKEN; break;
    case YOKE_HELPER_REFUSE: trial->end = YOKE_TRIAL_REFUSED; break;
    case YOKE_HELPER_LOST: trial->end = YOKE_TRIAL_UNKNOWN; break;
    default: return false;
    }
    snprintf(trial->why, sizeof trial->why, "%.*s", YOKE_TUNE_WHY_MAX - 1, rest);
    return true;
}

static enum yoke_trial_end end_of(enum yoke_helper_fate fate)
{
    return fate == YOKE_FATE_CRASHED ? YOKE_TRIAL_CRASHED
           : fate == YOKE_FATE_HUNG  ? YOKE_TRIAL_HUNG
                                     : YOKE_TRIAL_UNKNOWN;
}

/* How hearing a child's variants ended: it came to its end; it was ended at a variant; it fell
 * silent between variants, and still is to be ended. */
enum heard { HEARD_ALL, HEARD_ENDED, HEARD_SILENCE };

/* Variants in their order; *n_done counts those that began. */
static enum heard hear_variants(const struct yoke_trials *t, struct yoke_helper *child, bool first,
                                struct yoke_trial *trials, size_t n, size_t *n_done)
{
    char rest[YOKE_HELPER_LINE_MAX];

    for (;;) {
        yoke_helper_allow(child, INFINITY, t->deadline_ms);
        const enum yoke_helper_word next = yoke_helper_hear(child, rest);
        if (next == YOKE_HELPER_END) return HEARD_ALL;
        if (*n_done == n || next != YOKE_HELPER_BEGIN) return HEARD_SILENCE;
        struct yoke_trial *trial = &trials[(*n_done)++];
        if (t->begins) t->begins(t->user, trial->variant);

        const double slice_end = yoke_now_ms() + t->slice_ms;
        yoke_helper_allow(child, t->limit_ms,
                          first ? t->deadline_ms : fmin(slice_end, t->deadline_ms));
        first = false;
        const enum yoke_helper_word word = yoke_helper_hear(child, rest);
        if (!take_result(word, rest, trial))
            trial->end = end_of(yoke_helper_end(child, trial->why, sizeof trial->why));
        else if (trial->end == YOKE_TRIAL_UNKNOWN)
            yoke_helper_end(child, NULL, 0);
        else
            continue;
        return HEARD_ENDED;
    }
}

static yoke_status explain_start(struct yoke_helper *child, const char *why)
{
    char how[128];

    yoke_helper_end(child, how, sizeof how);
    return yoke_fail(YOKE_ERR_DEVICE, "tuning: the child process that tries variants %s",
                     why ? why : how);
}

/* One child for the variants from the first on; *n_done of them need no other one then. */
static yoke_status run_child(const struct yoke_trials *t, const char *path, bool first,
                             struct yoke_trial *trials, size_t n, size_t *n_done)
{
    const double ready_by = yoke_now_ms() + READY_MS;
    struct yoke_helper child;
    char rest[YOKE_HELPER_LINE_MAX];

    *n_done = 0;
    if (!start(t, path, trials, n, &child))
        return yoke_fail(YOKE_ERR_UNSUPPORTED, "tuning: cannot start %s", path);
    yoke_helper_allow(&child, INFINITY, fmin(ready_by, t->deadline_ms));
    const enum yoke_helper_word word = yoke_helper_hear(&child, rest);
    const bool over = yoke_now_ms() >= t->deadline_ms, ready = word == YOKE_HELPER_READY;
    if (!ready && !over) return explain_start(&child, word == YOKE_HELPER_SORRY ? rest : NULL);

    const enum heard heard =
        ready ? hear_variants(t, &child, first, trials, n, n_done) : HEARD_SILENCE;
    if (heard == HEARD_ALL) {
        yoke_helper_allow(&child, INFINITY, t->deadline_ms);
        yoke_helper_byte(&child); /* until it has stored all */
    }
    if (heard != HEARD_ENDED) yoke_helper_end(&child, NULL, 0);
    if (heard == HEARD_ALL || *n_done == 0) *n_done = n;
    return YOKE_OK;
}

bool yoke_trial_failed(const struct yoke_trial *trial)
{
    return trial->end >= YOKE_TRIAL_WRONG;
}

static void doubt(struct yoke_trial *trial, const char *but)
{
    char why[YOKE_TUNE_WHY_MAX];

    memcpy(why, trial->why, sizeof why);
    snprintf(trial->why, sizeof trial->why, "%.*s%s", YOKE_TUNE_WHY_MAX - 64, why, but);
    trial->end = YOKE_TRIAL_UNKNOWN;
}

/* Ask a second child, one for each variant: what one variant did may show in the next. */
static void confirm(const struct yoke_trials *t, const char *path, struct yoke_trial *trial)
{
    struct yoke_trial again = { .variant = trial->variant };
    size_t n_done;

    if (yoke_now_ms() < t->soft_end_ms) (void)run_child(t, path, true, &again, 1, &n_done);
    if (again.end == YOKE_TRIAL_NOT_BEGUN)
        doubt(trial, "; no second child had the time to see it");
    else if (again.end != trial->end)
        doubt(trial, "; a second child did not see it");
}

/* What speaks against variants, and whether it stands. Where nothing passes, the fault is
 * elsewhere; and memory may be what a build or a driver lacked. */
static void confirm_all(const struct yoke_trials *t, const char *path, struct yoke_trial *trials,
                        size_t n)
{
    bool any_passed = false;

    for (size_t i = 0; i < n; i++)
        any_passed |= trials[i].end == YOKE_TRIAL_PASSED;
    for (size_t i = 0; i < n; i++) {
        if (!yoke_trial_failed(&trials[i])) continue;
        if (!any_passed)
            doubt(&trials[i], "; no variant passed");
        else if (trials[i].end == YOKE_TRIAL_BROKEN && yoke_helper_is_confined())
            doubt(&trials[i], "; under a limit on memory");
        else
            confirm(t, path, &trials[i]);
    }
}

yoke_status yoke_trials_run(const struct yoke_trials *t, struct yoke_trial *trials, size_t n)
{
    char found[PATH_MAX];
    const char *path = t->program;
    yoke_status st = YOKE_OK;
    size_t n_done;

    if (n > MAX_VARIANTS) n = MAX_VARIANTS;
    if (!path && !yoke_helper_find(found))
        return yoke_fail(YOKE_ERR_UNSUPPORTED,
                         "tuning needs the program yoke-helper, which is installed with libyoke");
    if (!path) path = found;
    for (size_t i = 0; i < n; i += n_done) {
        if (yoke_now_ms() >= t->soft_end_ms) break;
        TRY(run_child(t, path, i == 0, trials + i, n - i, &n_done));
    }
    confirm_all(t, path, trials, n);
out:
    return st;
}
