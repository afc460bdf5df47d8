/* job.c - one operation over the devices of a team.
 * SPDX-License-Identifier: MIT */
#include "sched/job.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/error.h"
#include "device/open.h"
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
    struct yoke_share_cost cost;
    double ms;
    yoke_status st;
    char sentence[512];
};

struct decision {
    size_t cut;
    size_t shares[YOKE_TEAM_MAX];
};

static void do_part(void *arg)
{
    struct part *part = arg;
    const double begin = yoke_now_ms();

    part->st = part->job->share(part->job->op, part->member, part->cut, part->first, part->rows,
                                &part->cost);
    part->ms = yoke_now_ms() - begin;
    if (part->st != YOKE_OK)
        snprintf(part->sentence, sizeof part->sentence, "%s", yoke_last_error());
}

static yoke_status ask(const struct yoke_job *job, const struct yoke_member *m)
{
    const char *name;

    if (m->distrusted[yoke_class_index(job->class, job->type)])
        return yoke_fail(YOKE_ERR_DEVICE, "%s failed its self-test",
                         yoke_device_get_info(m->dev)->name);
    return job->variant(job->op, m->dev, &name);
}

static struct yoke_plan_device model(const struct yoke_job *job, const struct yoke_cut *cut,
                                     const struct yoke_member *m)
{
    const bool in_place = yoke_device_get_info(m->dev)->host_memory;
    const double bandwidth = m->bytes.n ? yoke_rate_get(&m->bytes) : bytes_per_ms_guess;
    const double rate = yoke_rate_get(&m->flops[yoke_class_index(job->class, job->type)]);
    struct yoke_plan_device d = {
        .hardware = m->hardware,
        .side = m->side,
        .able = rate > 0 && ask(job, m) == YOKE_OK,
        .fixed_ms = in_place ? launch_ms_in_place : launch_ms_remote + cut->fixed_bytes / bandwidth,
    };

    if (rate > 0)
        d.row_ms =
            job->flops / (double)cut->rows / rate + (in_place ? 0 : cut->row_bytes / bandwidth);
    return d;
}

/* The cut and the shares that finish soonest, by the measured rates. */
static bool plan_by_rates(const yoke_team *team, const struct yoke_job *job, struct decision *best)
{
    struct yoke_plan_device devices[YOKE_TEAM_MAX];
    double best_ms = 0;

    for (size_t c = 0; c < job->n_cuts; c++) {
        struct decision d = { .cut = c };
        for (size_t i = 0; i < team->n; i++) {
            devices[i] = model(job, &job->cuts[c], &team->members[i]);
            if (i > 0) devices[i].fixed_ms += hand_over_ms;
        }
        const double ms =
            yoke_plan_split(devices, team->n, job->cuts[c].rows, job->cuts[c].tile, d.shares);
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
        const yoke_status st = ask(job, m);
        if (st != YOKE_OK) {
            why = st;
            continue;
        }
        const double rate = yoke_rate_get(&m->flops[yoke_class_index(job->class, job->type)]);
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
    yoke_status st = YOKE_OK;
    struct yoke_member *m;
    bool unknown;

    TRY(find_single(team, job, &m, &unknown));
    if (unknown && (team->unlearnt_flops += job->flops) >= least_flops_to_learn) {
        team->unlearnt_flops = 0;
        yoke_calibrate(team, job);
        TRY(find_single(team, job, &m, &unknown));
    }
    /* Where something is still unknown, or only one device is there, there is nothing to plan. */
    if (unknown || team->n == 1 || job->whole || !plan_by_rates(team, job, d))
        d->shares[m - team->members] = job->cuts[0].rows;
out:
    return st;
}

/* The one share that may end within a tile lies last: what is packed is read from the first number
 * of a tile on. */
static size_t make_parts(yoke_team *team, const struct yoke_job *job, const struct decision *d,
                         struct part *parts)
{
    const struct yoke_cut *cut = &job->cuts[d->cut];
    size_t n = 0, first = 0;

    for (size_t i = 0; i < team->n; i++) {
        const size_t rows = d->shares[i];
        const bool whole = rows % cut->tile == 0;
        if (rows == 0) continue;
        parts[n++] = (struct part){ .job = job,
                                    .member = &team->members[i],
                                    .cut = d->cut,
                                    .first = whole ? first : cut->rows - rows,
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
            yoke_recalibrate(
                team, &team->members[i], job,
                yoke_rate_get(&parts[0].member->flops[yoke_class_index(job->class, job->type)]));
}

static void learn(const struct yoke_job *job, const struct part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double flops =
            job->flops * (double)parts[i].rows / (double)job->cuts[parts[i].cut].rows;
        struct yoke_rate *rate = &parts[i].member->flops[yoke_class_index(job->class, job->type)];

        yoke_rate_add(&parts[i].member->bytes, (double)parts[i].cost.bytes,
                      parts[i].cost.transfer_ms);
        /* An unmeasured device's first time includes its compiler's. */
        if (rate->n > 0 && flops >= least_flops_to_learn)
            yoke_rate_add(rate, flops, parts[i].cost.compute_ms);
    }
}

static void fill_report(const yoke_team *team, const struct yoke_job *job, const struct part *parts,
                        size_t n, double ms, struct yoke_report *report)
{
    report->time_ms = ms;
    for (size_t i = 0; i < n; i++)
        yoke_report_set(report, (size_t)(parts[i].member - team->members),
                        &(struct yoke_share){ .variant = parts[i].cost.variant,
                                              .share = (double)parts[i].rows /
                                                       (double)job->cuts[parts[i].cut].rows,
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
    if (report) fill_report(team, job, parts, n, yoke_now_ms() - begin, report);
    learn(job, parts, n);
    look_again(team, job, parts, yoke_now_ms() - begin);
out:
    pthread_mutex_unlock(&team->lock);
    return st;
}
