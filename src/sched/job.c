/* job.c - one operation over the devices of a team.
 * SPDX-License-Identifier: MIT */
#include "sched/job.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "device/open.h"
#include "op/choice.h"
#include "sched/calibrate.h"
#include "sched/plan.h"
#include "sched/report.h"

/* Launch and synchronisation, before the first measurement corrects the plan. */
static const double launch_ms_in_place = 0.02, launch_ms_remote = 0.1;
static const double bytes_per_ms_guess = 4e6;

/* Until the thread of another member has its part, and has told that it is done. */
static const double hand_over_ms = 0.006;

/* Less is not worth measuring an unknown device for, be it one operation or many, and one that is
 * smaller says little of a rate. */
static const double least_flops_to_learn = 2e7;

/* One member's part of a job, and how it went. */
struct part {
    const struct yoke_job *job;
    struct yoke_member *member;
    size_t cut, first, rows;
    double share; /* of all rows */
    struct yoke_share_cost cost;
    double ms;
    yoke_status st;
    char sentence[512];
};

struct decision {
    size_t cut, extent, tile;
    size_t shares[YOKE_TEAM_MAX];
};

static void do_part(void *arg)
{
    struct part *part = arg;
    const double begin = yoke_now_ms();

    part->st = yoke_share_run(&part->job->task, part->member, part->cut, part->first, part->rows,
                              &part->cost);
    part->ms = yoke_now_ms() - begin;
    if (part->st != YOKE_OK)
        snprintf(part->sentence, sizeof part->sentence, "%s", yoke_last_error());
}

struct yoke_op_rate *yoke_job_rate(const struct yoke_job *job, struct yoke_member *m)
{
    return yoke_rates_of(&m->rates, job->task.op->name, job->type);
}

yoke_status yoke_job_ask(const struct yoke_job *job, struct yoke_member *m)
{
    const struct yoke_op_class *op = job->task.op;
    struct yoke_problem p;
    struct yoke_choice choice;

    if (yoke_job_rate(job, m)->distrusted)
        return yoke_fail(YOKE_ERR_DEVICE, "%s failed its self-test",
                         yoke_device_get_info(m->dev)->name);
    memcpy(p.bytes, job->task.p.bytes, op->problem_bytes);
    return yoke_op_choose(m->dev, op, p.bytes, &choice);
}

/* A way to share the rows (of a matrix, of images...) that a cut makes of an operation. */
struct shared_cut {
    size_t extent, tile;
    double fixed_bytes, row_bytes; /* moved to a device that takes part, and per row */
};

/* What a tile moves tells what each further row does. */
static struct shared_cut measure_cut(const struct yoke_job *job, const struct yoke_cut *cut,
                                     size_t number)
{
    const double all = yoke_task_traffic(&job->task);
    struct shared_cut s = { cut->extent, cut->tile, 0, all / (double)cut->extent };
    struct yoke_task part;

    if (cut->tile >= cut->extent) return s;
    yoke_task_part(&job->task, number, 0, cut->tile, &part);
    s.row_bytes = (all - yoke_task_traffic(&part)) / (double)(cut->extent - cut->tile);
    s.fixed_bytes = all - s.row_bytes * (double)cut->extent;
    return s;
}

static struct yoke_plan_device model(const struct yoke_job *job, const struct shared_cut *cut,
                                     struct yoke_member *m)
{
    const bool in_place = yoke_device_get_info(m->dev)->host_memory;
    const double bandwidth = m->rates.bytes.n ? yoke_rate_get(&m->rates.bytes) : bytes_per_ms_guess;
    const double rate = yoke_rate_get(&yoke_job_rate(job, m)->flops);
    struct yoke_plan_device d = {
        .hardware = m->hardware,
        .side = m->side,
        .able = rate > 0 && yoke_job_ask(job, m) == YOKE_OK,
        .fixed_ms = in_place ? launch_ms_in_place : launch_ms_remote + cut->fixed_bytes / bandwidth,
    };

    if (rate > 0)
        d.row_ms =
            job->flops / (double)cut->extent / rate + (in_place ? 0 : cut->row_bytes / bandwidth);
    return d;
}

/* The cut and the shares that finish soonest, by the measured rates. */
static bool plan_by_rates(yoke_team *team, const struct yoke_job *job, struct decision *best)
{
    struct yoke_plan_device devices[YOKE_TEAM_MAX];
    struct yoke_cut cuts[YOKE_CUTS_MAX];
    const size_t n_cuts = job->task.op->cuts(job->task.p.bytes, cuts);
    double best_ms = 0;

    for (size_t c = 0; c < n_cuts; c++) {
        struct decision d = { .cut = c, .extent = cuts[c].extent, .tile = cuts[c].tile };
        if (cuts[c].in_order || cuts[c].extent <= cuts[c].unit) continue;
        const struct shared_cut cut = measure_cut(job, &cuts[c], c);
        for (size_t i = 0; i < team->n; i++) {
            devices[i] = model(job, &cut, &team->members[i]);
            if (i > 0) devices[i].fixed_ms += hand_over_ms;
        }
        const double ms = yoke_plan_split(devices, team->n, cut.extent, cut.tile, d.shares);
        if (ms == 0 || (best_ms > 0 && ms >= best_ms)) continue;
        *best = d;
        best_ms = ms;
    }
    return best_ms > 0;
}

/* Arithmetic a device could do if its own words were all, to choose before anything is measured. */
static double claimed_speed(const struct yoke_device_info *info)
{
    const double clock = info->clock_mhz ? info->clock_mhz : 2000;

    if (info->type == YOKE_DEVICE_GPU) return info->units * clock * 64;
    return info->units * clock * (info->vector_f32 ? info->vector_f32 : 1) *
           (info->type == YOKE_DEVICE_CPU ? 1 : 0.1);
}

/* All to one device: the one measured fastest, else the one that claims most. *unknown says whether
 * another able one was never measured. */
static yoke_status find_single(yoke_team *team, const struct yoke_job *job,
                               struct yoke_member **out, bool *unknown)
{
    yoke_status why = YOKE_OK;
    struct yoke_member *best = NULL;
    double best_rate = 0;
    size_t n_able = 0, n_measured = 0;

    for (size_t i = 0; i < team->n; i++) {
        struct yoke_member *m = &team->members[i];
        const yoke_status st = yoke_job_ask(job, m);
        if (st != YOKE_OK) {
            why = st;
            continue;
        }
        const double rate = yoke_rate_get(&yoke_job_rate(job, m)->flops);
        const double claim = claimed_speed(yoke_device_get_info(m->dev)) * 1e-9;
        n_able++;
        n_measured += rate > 0;
        if (best && (rate > 0 ? rate : claim) <= best_rate) continue;
        best = m;
        best_rate = rate > 0 ? rate : claim;
    }
    *unknown = n_able > 1 && n_measured < n_able;
    *out = best;
    return best ? YOKE_OK
                : yoke_fail(why, "no device of the team can do this: %.900s", yoke_last_error());
}

static yoke_status decide(yoke_team *team, const struct yoke_job *job, struct decision *d)
{
    const struct yoke_op_class *op = job->task.op;
    struct yoke_cut cuts[YOKE_CUTS_MAX];
    yoke_status st = YOKE_OK;
    struct yoke_member *m;
    bool unknown;

    TRY(find_single(team, job, &m, &unknown));
    if (unknown && (team->unlearnt_flops += job->flops) >= least_flops_to_learn) {
        team->unlearnt_flops = 0;
        yoke_calibrate(team, job);
        TRY(find_single(team, job, &m, &unknown));
    }
    /* Where something is still unknown, or only one device is there, there is nothing to plan; and
     * a variant asked for by name may not take every part. */
    if (unknown || team->n == 1 || op->asked_for(job->task.p.bytes) ||
        !plan_by_rates(team, job, d)) {
        op->cuts(job->task.p.bytes, cuts);
        *d = (struct decision){ .cut = 0, .extent = cuts[0].extent, .tile = cuts[0].extent };
        d->shares[m - team->members] = d->extent;
    }
out:
    return st;
}

/* The one share that may end within a tile lies last: what is packed is read from the first number
 * of a tile on. */
static size_t make_parts(yoke_team *team, const struct yoke_job *job, const struct decision *d,
                         struct part *parts)
{
    size_t n = 0, first = 0;

    for (size_t i = 0; i < team->n; i++) {
        const size_t rows = d->shares[i];
        const bool whole = rows % d->tile == 0;
        if (rows == 0) continue;
        parts[n++] = (struct part){ .job = job,
                                    .member = &team->members[i],
                                    .cut = d->cut,
                                    .share = (double)rows / (double)d->extent,
                                    .first = whole ? first : d->extent - rows,
                                    .rows = rows };
        first += whole ? rows : 0;
    }
    return n;
}

/* The first part runs in this thread, the others in their members'. */
static yoke_status run_parts(struct part *parts, size_t n)
{
    for (size_t i = 1; i < n; i++)
        yoke_worker_post(&parts[i].member->worker, do_part, &parts[i]);
    do_part(&parts[0]);
    for (size_t i = 1; i < n; i++)
        yoke_worker_wait(&parts[i].member->worker);
    for (size_t i = 0; i < n; i++)
        if (parts[i].st != YOKE_OK)
            return yoke_fail(parts[i].st, "device %s: %s",
                             yoke_device_get_info(parts[i].member->dev)->id, parts[i].sentence);
    return YOKE_OK;
}

/* What is measured anew after a job of that length takes a small part of it. */
static const double long_job_ms = 100;

/* The other views of this hardware were measured but once, perhaps at a bad moment. */
static void look_again(yoke_team *team, const struct yoke_job *job, const struct part *parts,
                       double ms)
{
    if (ms < long_job_ms) return;
    for (size_t i = 0; i < team->n; i++)
        if (team->members[i].hardware == parts[0].member->hardware &&
            team->members[i].side != parts[0].member->side)
            yoke_recalibrate(team, &team->members[i], job,
                             yoke_rate_get(&yoke_job_rate(job, parts[0].member)->flops));
}

static void learn(const struct yoke_job *job, const struct part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double flops = job->flops * parts[i].share;
        struct yoke_rate *rate = &yoke_job_rate(job, parts[i].member)->flops;

        yoke_rate_add(&parts[i].member->rates.bytes, (double)parts[i].cost.bytes,
                      parts[i].cost.transfer_ms);
        /* An unmeasured device's first time includes its compiler's. */
        if (rate->n > 0 && flops >= least_flops_to_learn)
            yoke_rate_add(rate, flops, parts[i].cost.compute_ms);
    }
}

static void fill_report(const yoke_team *team, const struct part *parts, size_t n, double ms,
                        struct yoke_report *report)
{
    report->time_ms = ms;
    for (size_t i = 0; i < n; i++)
        yoke_report_set(report, (size_t)(parts[i].member - team->members),
                        &(struct yoke_share){ .variant = parts[i].cost.variant,
                                              .share = parts[i].share,
                                              .time_ms = parts[i].ms,
                                              .bytes = parts[i].cost.bytes });
}

yoke_status yoke_job_run(yoke_team *team, const struct yoke_job *job, struct yoke_report *report)
{
    yoke_status st = YOKE_OK;
    struct part parts[YOKE_TEAM_MAX];
    struct decision d = { .cut = 0 };

    const double begin = yoke_now_ms();

    pthread_mutex_lock(&team->lock);
    TRY(yoke_report_clear(team, report));
    TRY(decide(team, job, &d));
    const size_t n = make_parts(team, job, &d, parts);
    TRY(run_parts(parts, n));
    if (report) fill_report(team, parts, n, yoke_now_ms() - begin, report);
    learn(job, parts, n);
    look_again(team, job, parts, yoke_now_ms() - begin);
out:
    pthread_mutex_unlock(&team->lock);
    return st;
}

static yoke_status check_arrays(const struct yoke_task *task, const char *what)
{
    for (size_t i = 0; i < task->op->n_operands; i++) {
        const struct yoke_operand o = yoke_task_operand(task, i);
        if (o.is_array && !task->host[i] && yoke_operand_extent(&o) > 0)
            return yoke_fail(YOKE_ERR_INVALID, "%s: the array of %s is NULL", what, o.name);
    }
    return YOKE_OK;
}

yoke_status yoke_job_start(yoke_team *team, struct yoke_job *job, const char *what,
                           struct yoke_report *report)
{
    const struct yoke_op_class *op = job->task.op;
    yoke_status st = YOKE_OK;

    if (yoke_op_is_nothing(op, job->task.p.bytes)) return yoke_report_clear(team, report);
    TRY(check_arrays(&job->task, what));
    job->type = op->type(job->task.p.bytes);
    job->flops = op->flops(job->task.p.bytes);
    TRY(yoke_job_run(team, job, report));
out:
    return st;
}
