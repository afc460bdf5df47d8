/* trial.c - the first run of rows, in a child process that may hang or crash in our place.
 * SPDX-License-Identifier: MIT */
#include "tune/trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/helper.h"

enum { MAX_ROWS = 64, HEAD = 8, READY_MS = 20000 };

/* A line of the child, taken apart. */
struct said {
    char text[YOKE_TUNE_WHY_MAX + 32];
    const char *rest; /* behind the first word */
};

static bool listen_to(struct yoke_helper *child, double deadline_ms, struct said *said)
{
    if (!yoke_helper_line(child, deadline_ms, said->text, sizeof said->text)) return false;
    char *blank = strchr(said->text, ' ');
    said->rest = blank ? blank + 1 : "";
    if (blank) *blank = '\0';
    return true;
}

static bool start(const struct yoke_trials *t, const char *path, const struct yoke_trial *trials,
                  size_t n, struct yoke_helper *child)
{
    const struct yoke_tune_shape *s = &t->shape;
    char shape[96], soft[32], *argv[HEAD + MAX_ROWS + 1];
    const double left = t->soft_end_ms - yoke_now_ms();
    size_t i = 0;

    snprintf(shape, sizeof shape, "%zux%zux%zux%zu", s->dim[0], s->dim[1], s->dim[2], s->dim[3]);
    snprintf(soft, sizeof soft, "%.0f", left > 0 ? left : 0);
    const char *const head[HEAD] = { "yoke-trial",
                                     yoke_tune_op_name(t->op),
                                     t->device_id,
                                     t->identity,
                                     soft,
                                     yoke_type_name(s->type),
                                     yoke_tune_trans_name(s->trans),
                                     shape };
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
    unsigned long long us;

    if (strcmp(said->text, "pass") == 0 && sscanf(said->rest, "%llu", &us) == 1) {
        trial->end = YOKE_TRIAL_PASSED;
        trial->ms = (double)us * 1e-3;
        return true;
    }
    if (strcmp(said->text, "refuse") == 0)
        trial->end = YOKE_TRIAL_REFUSED;
    else if (strcmp(said->text, "wrong") == 0 || strcmp(said->text, "broken") == 0)
        trial->end = YOKE_TRIAL_GUILTY;
    else
        return false;
    snprintf(trial->why, sizeof trial->why, "%.*s", YOKE_TUNE_WHY_MAX - 1, said->rest);
    return true;
}

/* How hearing a child's rows ended: it came to its end; it was ended for a row that gave no
 * verdict; it fell silent between rows, and still is to be ended. */
enum heard { HEARD_ALL, HEARD_NO_VERDICT, HEARD_SILENCE };

/* Rows in their order; *n_done counts those that began. */
static enum heard hear_rows(const struct yoke_trials *t, struct yoke_helper *child, bool first,
                            struct yoke_trial *trials, size_t n, size_t *n_done)
{
    struct said said;

    for (;;) {
        if (!listen_to(child, t->deadline_ms, &said)) return HEARD_SILENCE;
        if (strcmp(said.text, "end") == 0) return HEARD_ALL;
        if (*n_done == n || strcmp(said.text, "begin") != 0) return HEARD_SILENCE;
        struct yoke_trial *trial = &trials[(*n_done)++];
        if (t->begins) t->begins(t->user, trial->row);

        const double begin = yoke_now_ms(), own = begin + t->limit_ms;
        const double slice = first ? t->deadline_ms : fmin(begin + t->slice_ms, t->deadline_ms);
        const double until = fmin(slice, own);
        first = false;
        if (listen_to(child, until, &said) && take_verdict(&said, trial)) continue;

        const bool late = yoke_now_ms() >= until;
        yoke_helper_end(child, late ? (until - begin) * 1e-3 : 0, trial->why, sizeof trial->why);
        trial->end = late && until < own ? YOKE_TRIAL_LATE : YOKE_TRIAL_GUILTY;
        return HEARD_NO_VERDICT;
    }
}

static yoke_status explain_start(struct yoke_helper *child, const struct said *said, bool spoke,
                                 bool late)
{
    char how[128];

    yoke_helper_end(child, late ? READY_MS * 1e-3 : 0, how, sizeof how);
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
    const bool spoke = listen_to(&child, fmin(ready_by, t->deadline_ms), &said);
    const bool over = yoke_now_ms() >= t->deadline_ms;
    if (!(spoke && strcmp(said.text, "ready") == 0) && !over)
        return explain_start(&child, &said, spoke, yoke_now_ms() >= ready_by);

    const enum heard heard = over ? HEARD_SILENCE : hear_rows(t, &child, first, trials, n, n_done);
    if (heard == HEARD_ALL) yoke_helper_byte(&child, t->deadline_ms); /* until it has stored all */
    if (heard != HEARD_NO_VERDICT) yoke_helper_end(&child, 0, NULL, 0);
    if (heard == HEARD_ALL || *n_done == 0) *n_done = n;
    return YOKE_OK;
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
out:
    return st;
}
