/* trial.c - the first run of rows, in a child process that may hang or crash in our place.
 * SPDX-License-Identifier: MIT */
#include "tune/trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/helper.h"

enum { MAX_ROWS = 64, HEAD = 7, READY_MS = 20000 };

/* A line of the child, taken apart. */
struct said {
    char text[YOKE_TUNE_WHY_MAX + 32];
    const char *rest; /* behind the first word */
};

static bool listen_to(struct yoke_helper *child, struct said *said)
{
    if (!yoke_helper_line(child, said->text, sizeof said->text)) return false;
    char *blank = strchr(said->text, ' ');
    said->rest = blank ? blank + 1 : "";
    if (blank) *blank = '\0';
    return true;
}

static bool start(const struct yoke_trials *t, const char *path, const struct yoke_trial *trials,
                  size_t n, struct yoke_helper *child)
{
    char soft[32], *argv[HEAD + MAX_ROWS + 1];
    const double left = t->soft_end_ms - yoke_now_ms();
    size_t i = 0;

    snprintf(soft, sizeof soft, "%.0f", left > 0 ? left : 0);
    const char *const head[HEAD] = { "yoke-trial", t->op, t->device_id,
                                     t->identity,  soft,  yoke_type_name(t->type),
                                     t->key };
    for (; i < HEAD; i++)
        argv[i] = (char *)head[i]; /* posix_spawn does not write to them */
    for (size_t k = 0; k < n; k++)
        argv[i++] = (char *)trials[k].row;
    argv[i] = NULL;
    return yoke_helper_start(child, path, argv);
}

/* What the child says of one row, after "begin". False where it said nothing. */
static bool take_verdict(const struct said *said, struct yoke_trial *trial)
{
    static const struct {
        const char *word;
        enum yoke_trial_end end;
    } verdicts[] = { { "pass", YOKE_TRIAL_PASSED },
                     { "wrong", YOKE_TRIAL_WRONG },
                     { "broken", YOKE_TRIAL_BROKEN },
                     { "refuse", YOKE_TRIAL_REFUSED },
                     { "lost", YOKE_TRIAL_UNKNOWN } };
    unsigned long long us = 0;
    size_t i = 0;

    while (i < sizeof verdicts / sizeof *verdicts && strcmp(said->text, verdicts[i].word) != 0)
        i++;
    if (i == sizeof verdicts / sizeof *verdicts) return false;
    if (verdicts[i].end == YOKE_TRIAL_PASSED && sscanf(said->rest, "%llu", &us) != 1) return false;
    trial->end = verdicts[i].end;
    trial->ms = (double)us * 1e-3;
    if (trial->end != YOKE_TRIAL_PASSED)
        snprintf(trial->why, sizeof trial->why, "%.*s", YOKE_TUNE_WHY_MAX - 1, said->rest);
    return true;
}

static enum yoke_trial_end end_of(enum yoke_helper_fate fate)
{
    return fate == YOKE_FATE_CRASHED ? YOKE_TRIAL_CRASHED
           : fate == YOKE_FATE_HUNG  ? YOKE_TRIAL_HUNG
                                     : YOKE_TRIAL_UNKNOWN;
}

/* How hearing a child's rows ended: it came to its end; it was ended at a row; it fell silent
 * between rows, and still is to be ended. */
enum heard { HEARD_ALL, HEARD_ENDED, HEARD_SILENCE };

/* Rows in their order; *n_done counts those that began. */
static enum heard hear_rows(const struct yoke_trials *t, struct yoke_helper *child, bool first,
                            struct yoke_trial *trials, size_t n, size_t *n_done)
{
    struct said said;

    for (;;) {
        yoke_helper_allow(child, INFINITY, t->deadline_ms);
        if (!listen_to(child, &said)) return HEARD_SILENCE;
        if (strcmp(said.text, "end") == 0) return HEARD_ALL;
        if (*n_done == n || strcmp(said.text, "begin") != 0) return HEARD_SILENCE;
        struct yoke_trial *trial = &trials[(*n_done)++];
        if (t->begins) t->begins(t->user, trial->row);

        const double slice_end = yoke_now_ms() + t->slice_ms;
        yoke_helper_allow(child, t->limit_ms,
                          first ? t->deadline_ms : fmin(slice_end, t->deadline_ms));
        first = false;
        if (!listen_to(child, &said) || !take_verdict(&said, trial))
            trial->end = end_of(yoke_helper_end(child, trial->why, sizeof trial->why));
        else if (trial->end == YOKE_TRIAL_UNKNOWN)
            yoke_helper_end(child, NULL, 0);
        else
            continue;
        return HEARD_ENDED;
    }
}

static yoke_status explain_start(struct yoke_helper *child, const struct said *said, bool spoke)
{
    char how[128];

    yoke_helper_end(child, how, sizeof how);
    return yoke_fail(YOKE_ERR_DEVICE, "tuning: the child process that tries variants %s",
                     spoke ? said->rest : how);
}

/* One child for the rows from the first on; *n_done of them need no other one then. */
static yoke_status run_child(const struct yoke_trials *t, const char *path, bool first,
                             struct yoke_trial *trials, size_t n, size_t *n_done)
{
    const double ready_by = yoke_now_ms() + READY_MS;
    struct yoke_helper child;
    struct said said = { .rest = "" };

    *n_done = 0;
    if (!start(t, path, trials, n, &child))
        return yoke_fail(YOKE_ERR_UNSUPPORTED, "tuning: cannot start %s", path);
    yoke_helper_allow(&child, INFINITY, fmin(ready_by, t->deadline_ms));
    const bool spoke = listen_to(&child, &said);
    const bool over = yoke_now_ms() >= t->deadline_ms;
    const bool ready = spoke && strcmp(said.text, "ready") == 0;
    if (!ready && !over) return explain_start(&child, &said, spoke);

    const enum heard heard = ready ? hear_rows(t, &child, first, trials, n, n_done) : HEARD_SILENCE;
    if (heard == HEARD_ALL) {
        yoke_helper_allow(&child, INFINITY, t->deadline_ms);
        yoke_helper_byte(&child); /* until it has stored all */
    }
    if (heard != HEARD_ENDED) yoke_helper_end(&child, NULL, 0);
    if (heard == HEARD_ALL || *n_done == 0) *n_done = n;
    return YOKE_OK;
}

bool yoke_trial_is_guilty(const struct yoke_trial *trial)
{
    return trial->end >= YOKE_TRIAL_WRONG;
}

static void acquit(struct yoke_trial *trial, const char *but)
{
    char why[YOKE_TUNE_WHY_MAX];

    memcpy(why, trial->why, sizeof why);
    snprintf(trial->why, sizeof trial->why, "%.*s%s", YOKE_TUNE_WHY_MAX - 64, why, but);
    trial->end = YOKE_TRIAL_UNKNOWN;
}

/* Ask a second child, one for each row: what one row did may show in the next. */
static void confirm(const struct yoke_trials *t, const char *path, struct yoke_trial *trial)
{
    struct yoke_trial again = { .row = trial->row };
    size_t n_done;

    if (yoke_now_ms() < t->soft_end_ms) (void)run_child(t, path, true, &again, 1, &n_done);
    if (again.end == YOKE_TRIAL_NOT_BEGUN)
        acquit(trial, "; no second child had the time to see it");
    else if (again.end != trial->end)
        acquit(trial, "; a second child did not see it");
}

/* What speaks against rows, and whether it stands. Where nothing passes, the fault is elsewhere;
 * and memory may be what a build or a driver lacked. */
static void confirm_all(const struct yoke_trials *t, const char *path, struct yoke_trial *trials,
                        size_t n)
{
    bool any_passed = false;

    for (size_t i = 0; i < n; i++)
        any_passed |= trials[i].end == YOKE_TRIAL_PASSED;
    for (size_t i = 0; i < n; i++) {
        if (!yoke_trial_is_guilty(&trials[i])) continue;
        if (!any_passed)
            acquit(&trials[i], "; no variant passed");
        else if (trials[i].end == YOKE_TRIAL_BROKEN && yoke_helper_is_confined())
            acquit(&trials[i], "; under a limit on memory");
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

    if (n > MAX_ROWS) n = MAX_ROWS;
    if (!path && !yoke_helper_find("yoke-trial", found))
        return yoke_fail(YOKE_ERR_UNSUPPORTED,
                         "tuning needs the program yoke-trial beside libyoke");
    if (!path) path = found;
    for (size_t i = 0; i < n; i += n_done) {
        if (yoke_now_ms() >= t->soft_end_ms) break;
        TRY(run_child(t, path, i == 0, trials + i, n - i, &n_done));
    }
    confirm_all(t, path, trials, n);
out:
    return st;
}
