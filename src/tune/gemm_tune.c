/* gemm_tune.c - find the fastest row for a matrix product, and write it down.
 * SPDX-License-Identifier: MIT */
#include "tune/gemm_tune.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "device/drivers.h"
#include "op/db_file.h"
#include "tune/gemm_check.h"
#include "tune/gemm_shape.h"
#include "tune/gemm_timing.h"
#include "tune/search.h"
#include "tune/trial.h"

static const double default_budget_s = 10, default_limit_s = 60;

/* Of the budget: until then rows may begin to be tried, all must have been, and one may take (the
 * first may take all of it: without the untuned row there is nothing to compare with). */
static const double soft_part = 0.45, trials_part = 0.65, slice_part = 0.3, timing_part = 0.97;

/* Rows so many times slower than the untuned one when they were checked, perhaps on a smaller shape
 * and beside other programs, are not timed. */
static const double hopeless = 10;

/* Others write a database in less. */
static const double least_wait_ms = 100;

/* A tuning at work. */
struct tuner {
    yoke_device *dev;
    const struct yoke_op_class *op;
    const struct yoke_gemm_problem *p;
    enum yoke_type type;
    char key[YOKE_KEY_MAX], checked_key[YOKE_KEY_MAX];
    const struct yoke_tune_params *params;
    struct yoke_tune_result *result;
    const struct yoke_variant *rows[YOKE_TUNE_MAX_ROWS]; /* candidates, in the table's order */
    struct yoke_trial trials[YOKE_TUNE_MAX_ROWS];
    struct yoke_search_row found[YOKE_TUNE_MAX_ROWS];
    size_t n, untuned, best;
    double begin_ms, budget_ms;
    struct yoke_db_owner owner;
    struct yoke_gemm_timing *timing;
};

static double part_ms(const struct tuner *t, double part)
{
    return t->begin_ms + part * t->budget_ms;
}

static void tell(const struct tuner *t, const char *what, const char *row)
{
    const double done = (yoke_now_ms() - t->begin_ms) / t->budget_ms;
    const struct yoke_tune_progress progress = { what, row, fmin(done, 1.0) };

    if (t->params->progress) t->params->progress(t->params->progress_user, &progress);
}

static void begins(void *user, const char *row)
{
    tell(user, "checking", row);
}

/* Every row that runs; those in quarantine stay there. */
static void list_candidates(struct tuner *t)
{
    const char *where;

    for (size_t i = 0; i < t->op->n_variants && t->n < YOKE_TUNE_MAX_ROWS; i++) {
        const struct yoke_variant *variant = &t->op->variants[i];
        if (!variant->supports(t->dev, variant, t->p)) continue;
        struct yoke_tune_row *r = &t->result->rows[t->n];
        const char *why = yoke_choice_ban(t->dev, t->op, t->type, variant->name, &where);
        snprintf(r->name, sizeof r->name, "%s", variant->name);
        if (why) snprintf(r->why, sizeof r->why, "%s", why);
        r->verdict = why ? YOKE_TUNE_QUARANTINED : YOKE_TUNE_UNTRIED;
        t->rows[t->n++] = variant;
    }
    t->result->n_rows = t->n;
}

/* The rows that suit are tried first: the budget may not suffice for all. */
static size_t order_of_trials(const struct tuner *t, size_t order[YOKE_TUNE_MAX_ROWS])
{
    size_t n = 0;

    for (int wanted = 1; wanted >= 0; wanted--)
        for (size_t i = 0; i < t->n; i++) {
            const struct yoke_variant *variant = t->rows[i];
            const bool preferred = variant->prefers(t->dev, variant, t->p);
            if (t->result->rows[i].verdict != YOKE_TUNE_QUARANTINED && preferred == (wanted == 1))
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
        .key = t->checked_key,
        .limit_ms = 1e3 * (limit_s > 0 ? limit_s : default_limit_s),
        .slice_ms = slice_part * t->budget_ms,
        .soft_end_ms = part_ms(t, soft_part),
        .deadline_ms = part_ms(t, trials_part),
        .begins = begins,
        .user = t,
    };
    struct yoke_trial ordered[YOKE_TUNE_MAX_ROWS] = { { NULL } };
    size_t order[YOKE_TUNE_MAX_ROWS];
    const size_t n = order_of_trials(t, order);

    for (size_t i = 0; i < n; i++)
        ordered[i].row = t->rows[order[i]]->name;
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
    memcpy(line.key, t->key, sizeof line.key);
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
    TRY(yoke_db_store(t->params->db_path, lines, n, wait_ms(t), t->result->path,
                      sizeof t->result->path));
out:
    return st;
}

/* Put the guilty into quarantine, at once: the process may not live to the end of the search. The
 * last row of the table stays, whatever it does: without it nothing may be left. */
static yoke_status sentence(struct tuner *t)
{
    struct yoke_tune_line lines[YOKE_TUNE_MAX_ROWS];
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++) {
        struct yoke_tune_row *r = &t->result->rows[i];
        if (r->verdict == YOKE_TUNE_QUARANTINED) continue;
        memcpy(r->why, t->trials[i].why, sizeof r->why);
        const bool guilty = yoke_trial_is_guilty(&t->trials[i]);
        if (guilty || t->trials[i].end == YOKE_TRIAL_REFUSED) r->verdict = YOKE_TUNE_REFUSED;
        if (!guilty || t->rows[i] == &t->op->variants[t->op->n_variants - 1]) continue;
        r->verdict = YOKE_TUNE_QUARANTINED;
        lines[n] = line_for(t, r->name);
        lines[n].quarantine = true;
        memcpy(lines[n++].why, r->why, sizeof r->why);
    }
    return n ? write_down(t, lines, n) : YOKE_OK;
}

static double now(void *ctx)
{
    (void)ctx;
    return yoke_now_ms();
}

static bool measure(void *ctx, size_t row, double *ms)
{
    struct tuner *t = ctx;
    struct yoke_tune_row *r = &t->result->rows[row];

    tell(t, "timing", t->rows[row]->name);
    if (yoke_gemm_timing_take(t->timing, row, t->rows[row], ms) == YOKE_OK) return true;
    r->verdict = YOKE_TUNE_REFUSED;
    snprintf(r->why, sizeof r->why, "%.255s", yoke_last_error());
    return false;
}

/* Who is timed, and how long that may take: as the checked shape took, times its share of the
 * work. */
static void enter(struct tuner *t)
{
    const struct yoke_tune_shape shape = yoke_gemm_tune_shape(t->p),
                                 checked = yoke_gemm_check_shape(&shape);
    const double untuned_ms = t->trials[t->untuned].ms;
    double work = 1;

    for (size_t i = 0; i < YOKE_TUNE_DIMS; i++)
        work *= (double)shape.dim[i] / (double)checked.dim[i];
    for (size_t i = 0; i < t->n; i++) {
        const double ms = t->trials[i].ms;
        struct yoke_search_row *row = &t->found[i];
        if (t->trials[i].end != YOKE_TRIAL_PASSED) continue;
        row->expected_ms = work * ms;
        row->enters = ms < hopeless * untuned_ms;
        if (row->enters || i == t->untuned) continue;
        t->result->rows[i].verdict = YOKE_TUNE_SLOWER;
        t->result->rows[i].ratio = untuned_ms / ms;
    }
}

static yoke_status time_all(struct tuner *t)
{
    struct yoke_search s = {
        .rows = t->found,
        .n = t->n,
        .untuned = t->untuned,
        .deadline_ms = part_ms(t, timing_part),
        .now_ms = now,
        .measure = measure,
        .ctx = t,
    };
    yoke_status st = YOKE_OK;

    enter(t);
    TRY(yoke_gemm_timing_create(t->dev, t->p, &t->timing));
    if (!yoke_search_run(&s, &t->best))
        TRY(yoke_fail(YOKE_ERR_DEVICE, "tuning: %s cannot be timed: %.400s",
                      t->rows[t->untuned]->name, t->result->rows[t->untuned].why));
out:
    yoke_gemm_timing_destroy(&t->timing);
    return st;
}

static void report_rows(struct tuner *t)
{
    for (size_t i = 0; i < t->n; i++) {
        struct yoke_tune_row *r = &t->result->rows[i];
        const struct yoke_search_row *f = &t->found[i];
        if (f->n > 0 || i == t->untuned) {
            r->ratio = f->ratio;
            r->spread = f->spread;
            r->n_rounds = f->n;
        }
        r->ms = f->ms;
        if (i == t->best && t->trials[i].end == YOKE_TRIAL_PASSED)
            r->verdict = YOKE_TUNE_BEST;
        else if (r->verdict == YOKE_TUNE_UNTRIED && f->n > 0)
            r->verdict = YOKE_TUNE_SLOWER;
        else if (r->verdict == YOKE_TUNE_UNTRIED && i == t->untuned && t->trials[i].ms > 0)
            r->verdict = YOKE_TUNE_SLOWER;
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

/* The row that would run untuned; of those that passed, where its own check failed. */
static yoke_status find_untuned(struct tuner *t)
{
    const struct yoke_variant *variant;
    yoke_status st = YOKE_OK;

    TRY(yoke_choose_untuned(t->dev, t->op, t->p, &variant));
    for (t->untuned = 0; t->untuned < t->n && t->rows[t->untuned] != variant; t->untuned++)
        ;
    if (t->untuned == t->n)
        return yoke_fail(YOKE_ERR_LIMIT, "more than %d rows to tune", YOKE_TUNE_MAX_ROWS);
    if (t->trials[t->untuned].end != YOKE_TRIAL_PASSED) take_first_passed(t);
    snprintf(t->result->untuned, sizeof t->result->untuned, "%s", t->rows[t->untuned]->name);
    t->best = t->untuned;
out:
    return st;
}

/* An entry only where something was measured. */
static yoke_status conclude(struct tuner *t)
{
    struct yoke_tune_result *result = t->result;
    const struct yoke_tune_row *best = &result->rows[t->best];
    struct yoke_tune_line line = line_for(t, best->name);

    report_rows(t);
    memcpy(result->variant, best->name, sizeof result->variant);
    result->ratio = t->best == t->untuned ? 1.0 : best->ratio;
    line.ratio = (unsigned)fmin(1e3 * result->ratio + 0.5, 999999999);
    return t->trials[t->untuned].end == YOKE_TRIAL_PASSED ? write_down(t, &line, 1) : YOKE_OK;
}

/* The keys of the problem and of the one that is checked in its place. */
static yoke_status print_keys(struct tuner *t)
{
    const struct yoke_tune_shape shape = yoke_gemm_tune_shape(t->p),
                                 checked = yoke_gemm_check_shape(&shape);
    const struct yoke_gemm gemm = yoke_gemm_of_shape(&checked);
    struct yoke_gemm_problem p;
    yoke_status st = YOKE_OK;

    TRY(yoke_gemm_prepare(&gemm, &p));
    t->op->key(t->p, t->key);
    t->op->key(&p, t->checked_key);
out:
    return st;
}

yoke_status yoke_gemm_tune_class(yoke_device *dev, const struct yoke_op_class *op,
                                 const struct yoke_gemm_problem *p, const char *program,
                                 const struct yoke_tune_params *params,
                                 struct yoke_tune_result *result)
{
    const double budget_s = params->budget_s > 0 ? params->budget_s : default_budget_s;
    struct tuner t = {
        .dev = dev,
        .op = op,
        .p = p,
        .type = p->type,
        .params = params,
        .result = result,
        .begin_ms = yoke_now_ms(),
        .budget_ms = 1e3 * budget_s,
    };
    char unsaved[512] = "";
    yoke_status st = YOKE_OK;

    memset(result, 0, sizeof *result);
    TRY(yoke_gemm_timing_fits(dev, p));
    TRY(print_keys(&t));
    TRY(yoke_choice_owner(dev, &t.owner));
    list_candidates(&t);
    TRY(try_all(&t, program));
    st = sentence(&t);
    if (st == YOKE_ERR_IO)
        snprintf(unsaved, sizeof unsaved, "%s", yoke_last_error()); /* tune on, and say it then */
    else
        TRY(st);
    TRY(find_untuned(&t));
    if (t.trials[t.untuned].end == YOKE_TRIAL_PASSED) TRY(time_all(&t));
    TRY(conclude(&t));
    if (unsaved[0]) st = yoke_fail(YOKE_ERR_IO, "%s", unsaved);
out:
    result->time_s = (yoke_now_ms() - t.begin_ms) * 1e-3;
    return st;
}

yoke_status yoke_gemm_tune(yoke_device *dev, const struct yoke_gemm *gemm,
                           const struct yoke_tune_params *params, struct yoke_tune_result *result)
{
    static const struct yoke_tune_params defaults;
    struct yoke_gemm_problem p;
    yoke_status st = YOKE_OK;

    if (!dev || !gemm || !result)
        return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_tune: a NULL argument");
    memset(result, 0, sizeof *result);
    if (yoke_drivers_check() != YOKE_OK) return YOKE_ERR_DEVICE;
    if (gemm->variant)
        return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_tune: the variant is %s already",
                         gemm->variant);
    TRY(yoke_gemm_tune_plain(gemm, &p));
    TRY(yoke_gemm_check_type(dev, p.type));
    TRY(yoke_gemm_tune_class(dev, &yoke_gemm_class, &p, NULL, params ? params : &defaults, result));
out:
    return st;
}
