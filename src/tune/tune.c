/* tune.c - find the fastest variant for a problem, and write it down.
 * SPDX-License-Identifier: MIT */
#include "tune/tune.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "op/choice.h"
#include "op/db_file.h"
#include "tune/plain.h"
#include "tune/result.h"
#include "tune/search.h"
#include "tune/timing.h"
#include "tune/trial.h"

_Static_assert((int)YOKE_TUNE_VARIANTS <= (int)YOKE_TIMING_VARIANTS, "each has a number there");

static const double default_budget_s = 10, default_limit_s = 60;

/* Of the budget: until then variants may begin to be tried, all must have been, and one may take
 * (the first may take all of it: without the untuned one there is nothing to compare with). */
static const double soft_part = 0.45, trials_part = 0.65, slice_part = 0.3, timing_part = 0.97;

/* Variants so many times slower than the untuned one when they were checked, perhaps on a smaller
 * shape and beside other programs, are not timed. */
static const double hopeless = 10;

/* Others write a database in less. */
static const double least_wait_ms = 100;

/* A tuning at work. */
struct tuner {
    yoke_device *dev;
    const struct yoke_op_class *op;
    enum yoke_type type;
    struct yoke_plain plain, checked; /* what is timed, and what is checked in its place */
    const struct yoke_tune_params *params;
    struct yoke_tune_record *record;
    const struct yoke_variant *variants[YOKE_TUNE_VARIANTS]; /* candidates, in the table's order */
    struct yoke_trial trials[YOKE_TUNE_VARIANTS];
    struct yoke_search_candidate found[YOKE_TUNE_VARIANTS];
    size_t n, untuned, best;
    double begin_ms, budget_ms;
    struct yoke_db_owner owner;
    struct yoke_timing *timing;
};

static double part_ms(const struct tuner *t, double part)
{
    return t->begin_ms + part * t->budget_ms;
}

static void tell(const struct tuner *t, const char *what, const char *variant)
{
    const double done = (yoke_now_ms() - t->begin_ms) / t->budget_ms;
    const struct yoke_tune_progress progress = { what, variant, fmin(done, 1.0) };

    if (t->params->progress) t->params->progress(t->params->progress_user, &progress);
}

static void begins(void *user, const char *variant)
{
    tell(user, "checking", variant);
}

/* Every variant that runs; those in quarantine stay there. */
static void list_candidates(struct tuner *t)
{
    const char *where;

    for (size_t i = 0; i < t->op->n_variants && t->n < YOKE_TUNE_VARIANTS; i++) {
        const struct yoke_variant *variant = &t->op->variants[i];
        if (!variant->supports(t->dev, variant, t->plain.problem.bytes)) continue;
        const char *why = yoke_choice_ban(t->dev, t->op, t->type, variant->name, &where);
        yoke_tune_record_add(t->record, variant->name,
                             why ? YOKE_TUNE_QUARANTINED : YOKE_TUNE_UNTRIED, why ? why : "");
        t->variants[t->n++] = variant;
    }
}

/* Those that are preferred are tried first: the budget may not suffice for all. */
static size_t order_of_trials(const struct tuner *t, size_t order[YOKE_TUNE_VARIANTS])
{
    size_t n = 0;

    for (int wanted = 1; wanted >= 0; wanted--)
        for (size_t i = 0; i < t->n; i++) {
            const struct yoke_variant *variant = t->variants[i];
            const bool preferred = variant->prefers(t->dev, variant, t->plain.problem.bytes);
            if (t->record->variants[i].outcome != YOKE_TUNE_QUARANTINED &&
                preferred == (wanted == 1))
                order[n++] = i;
        }
    return n;
}

static yoke_status try_all(struct tuner *t, const char *program)
{
    const double limit_s = t->params->trial_limit_s;
    const struct yoke_trials trials = {
        .program = program,
        .op = t->op->name,
        .device_id = yoke_device_get_info(t->dev)->id,
        .identity = t->owner.device,
        .type = t->type,
        .key = t->checked.key,
        .limit_ms = 1e3 * (limit_s > 0 ? limit_s : default_limit_s),
        .slice_ms = slice_part * t->budget_ms,
        .soft_end_ms = part_ms(t, soft_part),
        .deadline_ms = part_ms(t, trials_part),
        .begins = begins,
        .user = t,
    };
    struct yoke_trial ordered[YOKE_TUNE_VARIANTS] = { { NULL } };
    size_t order[YOKE_TUNE_VARIANTS];
    const size_t n = order_of_trials(t, order);

    for (size_t i = 0; i < n; i++)
        ordered[i].variant = t->variants[order[i]]->name;
    const yoke_status st = yoke_trials_run(&trials, ordered, n);
    for (size_t i = 0; i < n; i++)
        t->trials[order[i]] = ordered[i];
    return st;
}

static struct yoke_tune_line line_for(const struct tuner *t, const char *variant)
{
    struct yoke_tune_line line = { .type = t->type };

    snprintf(line.op, sizeof line.op, "%s", t->op->name);
    snprintf(line.variant, sizeof line.variant, "%s", variant);
    memcpy(line.key, t->plain.key, sizeof line.key);
    memcpy(line.kernels, t->owner.kernels, sizeof line.kernels);
    memcpy(line.device, t->owner.device, sizeof line.device);
    return line;
}

/* How long other writers of the database may keep it: half of what is left, the other half being
 * there to measure. */
static double wait_ms(const struct tuner *t)
{
    const double left_ms = t->begin_ms + t->budget_ms - yoke_now_ms();

    return fmin(YOKE_DB_WAIT_MS, fmax(left_ms / 2, least_wait_ms));
}

/* In this process first, which cannot fail for the sake of a file. */
static yoke_status write_down(struct tuner *t, const struct yoke_tune_line *lines, size_t n)
{
    yoke_status st = YOKE_OK;

    TRY(yoke_choice_learn(t->dev, lines, n));
    TRY(yoke_db_store(t->params->db_path, lines, n, wait_ms(t), t->record->path,
                      sizeof t->record->path));
out:
    return st;
}

/* Put those that failed into quarantine, at once: the process may not live to the end of the
 * search. The last variant of the table stays, whatever it does: without it nothing may be left. */
static yoke_status quarantine(struct tuner *t)
{
    const struct yoke_variant *last = &t->op->variants[t->op->n_variants - 1];
    struct yoke_tune_line lines[YOKE_TUNE_VARIANTS];
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++) {
        struct yoke_tune_variant *v = &t->record->variants[i];
        if (v->outcome == YOKE_TUNE_QUARANTINED) continue;
        yoke_tune_record_say(t->record, i, t->trials[i].why);
        const bool failed = yoke_trial_failed(&t->trials[i]);
        if (failed || t->trials[i].end == YOKE_TRIAL_REFUSED) v->outcome = YOKE_TUNE_REFUSED;
        if (!failed || t->variants[i] == last) continue;
        v->outcome = YOKE_TUNE_QUARANTINED;
        lines[n] = line_for(t, v->name);
        lines[n].quarantine = true;
        snprintf(lines[n].why, sizeof lines[n].why, "%s", v->why);
        n++;
    }
    return n ? write_down(t, lines, n) : YOKE_OK;
}

static double now(void *ctx)
{
    (void)ctx;
    return yoke_now_ms();
}

static bool measure(void *ctx, size_t i, double *ms)
{
    struct tuner *t = ctx;

    tell(t, "timing", t->variants[i]->name);
    if (yoke_timing_take(t->timing, i, t->variants[i], ms) == YOKE_OK) return true;
    t->record->variants[i].outcome = YOKE_TUNE_REFUSED;
    yoke_tune_record_say(t->record, i, yoke_last_error());
    return false;
}

/* Who is timed, and how long that may take: as the checked shape took, times its share of the
 * work. */
static void enter(struct tuner *t)
{
    const double untuned_ms = t->trials[t->untuned].ms;
    const double work =
        t->op->flops(t->plain.problem.bytes) / t->op->flops(t->checked.problem.bytes);

    for (size_t i = 0; i < t->n; i++) {
        const double ms = t->trials[i].ms;
        struct yoke_search_candidate *candidate = &t->found[i];
        if (t->trials[i].end != YOKE_TRIAL_PASSED) continue;
        candidate->expected_ms = work * ms;
        candidate->enters = ms < hopeless * untuned_ms;
        if (candidate->enters || i == t->untuned) continue;
        t->record->variants[i].outcome = YOKE_TUNE_SLOWER;
        t->record->variants[i].ratio = untuned_ms / ms;
    }
}

static yoke_status time_all(struct tuner *t)
{
    struct yoke_search s = {
        .candidates = t->found,
        .n = t->n,
        .untuned = t->untuned,
        .deadline_ms = part_ms(t, timing_part),
        .now_ms = now,
        .measure = measure,
        .ctx = t,
    };
    yoke_status st = YOKE_OK;

    enter(t);
    TRY(yoke_timing_create(t->dev, t->op, &t->plain, &t->timing));
    if (!yoke_search_run(&s, &t->best))
        TRY(yoke_fail(YOKE_ERR_DEVICE, "tuning: %s cannot be timed: %.400s",
                      t->variants[t->untuned]->name, t->record->variants[t->untuned].why));
out:
    yoke_timing_destroy(&t->timing);
    return st;
}

static void report_variants(struct tuner *t)
{
    for (size_t i = 0; i < t->n; i++) {
        struct yoke_tune_variant *v = &t->record->variants[i];
        const struct yoke_search_candidate *f = &t->found[i];
        if (f->n > 0 || i == t->untuned) {
            v->ratio = f->ratio;
            v->spread = f->spread;
            v->n_rounds = f->n;
        }
        v->ms = f->ms;
        if (i == t->best && t->trials[i].end == YOKE_TRIAL_PASSED)
            v->outcome = YOKE_TUNE_BEST;
        else if (v->outcome == YOKE_TUNE_UNTRIED && f->n > 0)
            v->outcome = YOKE_TUNE_SLOWER;
        else if (v->outcome == YOKE_TUNE_UNTRIED && i == t->untuned && t->trials[i].ms > 0)
            v->outcome = YOKE_TUNE_SLOWER;
    }
}

/* Leave it as it is where none did. */
static void take_first_passed(struct tuner *t)
{
    for (size_t i = 0; i < t->n; i++) {
        if (t->trials[i].end != YOKE_TRIAL_PASSED) continue;
        t->untuned = i;
        return;
    }
}

/* The variant that would run untuned; of those that passed, where its own check failed. */
static yoke_status find_untuned(struct tuner *t)
{
    const struct yoke_variant *variant;
    yoke_status st = YOKE_OK;

    TRY(yoke_choose_untuned(t->dev, t->op, t->plain.problem.bytes, &variant));
    for (t->untuned = 0; t->untuned < t->n && t->variants[t->untuned] != variant; t->untuned++)
        ;
    if (t->untuned == t->n)
        return yoke_fail(YOKE_ERR_LIMIT, "more than %d variants to tune", YOKE_TUNE_VARIANTS);
    if (t->trials[t->untuned].end != YOKE_TRIAL_PASSED) take_first_passed(t);
    t->record->shown.untuned = t->variants[t->untuned]->name;
    t->best = t->untuned;
out:
    return st;
}

/* An entry only where something was measured. */
static yoke_status conclude(struct tuner *t)
{
    struct yoke_tune_result *result = &t->record->shown;
    const struct yoke_tune_variant *best = &t->record->variants[t->best];
    struct yoke_tune_line line = line_for(t, best->name);

    report_variants(t);
    result->variant = best->name;
    result->ratio = t->best == t->untuned ? 1.0 : best->ratio;
    line.ratio = (unsigned)fmin(1e3 * result->ratio + 0.5, 999999999);
    return t->trials[t->untuned].end == YOKE_TRIAL_PASSED ? write_down(t, &line, 1) : YOKE_OK;
}

/* Trials, times and the entry. */
static yoke_status tune(struct tuner *t, const char *program)
{
    char unsaved[512] = "";
    yoke_status st = YOKE_OK;

    list_candidates(t);
    TRY(try_all(t, program));
    st = quarantine(t);
    if (st == YOKE_ERR_IO)
        snprintf(unsaved, sizeof unsaved, "%s", yoke_last_error()); /* tune on, and say it then */
    else
        TRY(st);
    TRY(find_untuned(t));
    if (t->trials[t->untuned].end == YOKE_TRIAL_PASSED) TRY(time_all(t));
    TRY(conclude(t));
    if (unsaved[0]) st = yoke_fail(YOKE_ERR_IO, "%s", unsaved);
out:
    return st;
}

static yoke_status prepare(struct tuner *t, const void *problem)
{
    char key[YOKE_KEY_MAX];
    yoke_status st = YOKE_OK;

    t->op->key(problem, key);
    TRY(yoke_plain_of_key(t->dev, t->op, t->type, key, &t->plain));
    TRY(yoke_plain_shrink(t->dev, t->op, &t->plain, &t->checked));
    TRY(yoke_timing_fits(t->dev, t->op, &t->plain));
    TRY(yoke_choice_owner(t->dev, &t->owner));
    t->record = yoke_tune_record_create();
    if (!t->record) TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a result"));
out:
    return st;
}

yoke_status yoke_tune_class(yoke_device *dev, const struct yoke_op_class *op, const void *problem,
                            const char *program, const struct yoke_tune_params *params,
                            struct yoke_tune_result **out)
{
    const double budget_s = params->budget_s > 0 ? params->budget_s : default_budget_s;
    struct tuner t = {
        .dev = dev,
        .op = op,
        .type = op->type(problem),
        .params = params,
        .begin_ms = yoke_now_ms(),
        .budget_ms = 1e3 * budget_s,
    };
    struct yoke_tune_result *result;
    yoke_status st = YOKE_OK;

    *out = NULL;
    TRY(prepare(&t, problem));
    st = tune(&t, program);
    result = &t.record->shown;
    result->time_s = (yoke_now_ms() - t.begin_ms) * 1e-3;
    if (st != YOKE_OK && st != YOKE_ERR_IO) yoke_tune_result_destroy(&result);
    *out = result;
out:
    return st;
}
