/* contest.c - check each job, then time it against the rivals in turns.
 * SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE, sysconf's processors */
#include "contest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "peaks.h"
#include "report.h"

_Static_assert((int)DUEL_MAX_REPS <= (int)PEER_MAX_REPS, "a peer takes as long bursts as a duel");

/* Everything a run holds. */
struct contest {
    const struct bench_options *options;
    char *arena; /* the arrays of the job at hand, seen by all processes; then those of rivals */
    size_t arena_bytes;
    struct rival rivals[RIVALS_MAX];
    size_t n_rivals;
    struct ours ours;
    struct peak peaks[YOKE_TEAM_MAX];
    struct report report;
};

/* Memory for the job, and for all rivals beside it. */
static size_t bytes_for(const struct contest *c, const struct job *job)
{
    size_t bytes = job_arena_bytes(job);

    for (size_t i = 0; i < c->n_rivals; i++)
        bytes += rival_arena_bytes(&c->rivals[i], job);
    return bytes;
}

static bool map_arena(struct contest *c, const struct job *jobs, size_t n_jobs)
{
    void *arena;

    for (size_t i = 0; i < c->options->n_against; i++)
        rival_start_own(&c->rivals[c->n_rivals++], c->options->against[i]);
    for (size_t i = 0; i < n_jobs; i++) {
        const size_t bytes = bytes_for(c, &jobs[i]);
        if (bytes > c->arena_bytes) c->arena_bytes = bytes;
    }
    arena = mmap(NULL, c->arena_bytes, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (arena == MAP_FAILED)
        return bench_false("no %zu bytes of shared memory: %s", c->arena_bytes, strerror(errno));
    c->arena = arena;
    return true;
}

/* Before OpenCL: the processes must not inherit a runtime's state. */
static bool start_peers(struct contest *c)
{
    for (size_t i = 0; i < c->options->n_peers; i++) {
        if (!rival_start_peer(&c->rivals[c->n_rivals], c->options->peers[i], c->options))
            return false;
        c->n_rivals++;
    }
    return true;
}

/* As many threads as the team's CPU devices have units, and no more than there are processors:
 * two platforms may show the same ones. */
static unsigned peer_threads(const yoke_team *team)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned units = 0;

    for (size_t i = 0; i < yoke_team_device_count(team); i++) {
        const struct yoke_device_info *info = yoke_device_get_info(yoke_team_device(team, i));
        if (info->type == YOKE_DEVICE_CPU) units += info->units;
    }
    return units == 0 || (long)units > online ? (unsigned)online : units;
}

static bool open_team(struct contest *c)
{
    yoke_team *team = bench_open_team(c->options->devices);
    struct peer_setup setup = { 0 };

    if (!team) return false;
    c->ours.team = team;
    setup.threads = peer_threads(team);
    snprintf(setup.device, sizeof setup.device, "%s",
             yoke_device_get_info(yoke_team_device(team, 0))->id);
    for (size_t i = 0; i < c->n_rivals; i++)
        if (!rival_load(&c->rivals[i], &setup, team)) return false;
    for (size_t i = 0; i < yoke_team_device_count(team); i++)
        if (!peaks_measure(yoke_team_device(team, i), c->options->type, &c->peaks[i])) return false;
    report_begin(&c->report, c->options->command, team, c->peaks);
    contest_row_print_head(c->rivals, c->n_rivals);
    return true;
}

/* Ours and the rivals', each against what it should be. */
static bool check_all(struct contest *c, const struct job *job, struct contest_row *row)
{
    const uint64_t seed[2] = { c->options->seed, c->options->seed + 1 };
    char *arena = c->arena + job_arena_bytes(job);
    struct check check;
    bool ok;

    if (!check_init(&check, job, seed[1])) return false;
    c->ours.job = *job;
    ok = ours_check(&c->ours, &check, "yoke's result");
    for (size_t i = 0; ok && i < c->n_rivals; i++) {
        ok = rival_prepare(&c->rivals[i], job, arena, &check, seed);
        arena += rival_arena_bytes(&c->rivals[i], job);
    }
    row->checked = check.n;
    check_deinit(&check);
    return ok;
}

static bool time_all(struct contest *c, const struct job *job, struct contest_row *row)
{
    struct duel_side sides[1 + RIVALS_MAX] = { { .burst = ours_burst, .ctx = &c->ours } };
    const double work = 1e-6 * job_flops(job);

    for (size_t i = 0; i < c->n_rivals; i++)
        sides[1 + i] = rival_side(&c->rivals[i]);
    if (!duel_run(sides, 1 + c->n_rivals, c->options->rounds)) return false;
    row->ms = sides[0].ms;
    row->gflops = work / row->ms.median;
    row->gbs = 1e-6 * job_traffic_bytes(job) / row->ms.median;
    for (size_t i = 0; i < c->n_rivals; i++) {
        row->with[i].ms = sides[1 + i].ms;
        row->with[i].gflops = work / sides[1 + i].ms.median;
        row->with[i].ratio = sides[1 + i].ratio;
    }
    return true;
}

/* Of what the devices that took part could do at most together. */
static void share_peaks(const struct contest *c, struct contest_row *row)
{
    struct peak most = { 0.0, 0.0 };

    for (size_t i = 0; i < c->ours.did->n_devices; i++) {
        if (c->ours.did->devices[i]->share <= 0.0) continue;
        most.gflops += c->peaks[i].gflops;
        most.gbs += c->peaks[i].gbs;
    }
    row->peak_share = most.gflops > 0.0 ? row->gflops / most.gflops : 0.0;
    row->copy_share = most.gbs > 0.0 ? row->gbs / most.gbs : 0.0;
}

static bool do_job(struct contest *c, struct job *job)
{
    struct contest_row row = {
        .job = job, .variant = c->ours.variants, .rivals = c->rivals, .n_rivals = c->n_rivals
    };

    job_place(job, c->arena, c->options->seed);
    if (!check_all(c, job, &row) || !time_all(c, job, &row)) return false;
    share_peaks(c, &row);
    contest_row_print(&row);
    report_add(&c->report, contest_row_json(&row));
    return true;
}

int contest_run(const struct bench_options *options, struct job *jobs, size_t n_jobs)
{
    struct contest *c = calloc(1, sizeof *c);
    int status = BENCH_FAILED;
    bool ok;

    if (!c) return bench_fail("no memory");
    c->options = options;
    ok = map_arena(c, jobs, n_jobs) && start_peers(c) && open_team(c);
    for (size_t i = 0; ok && i < n_jobs; i++)
        ok = do_job(c, &jobs[i]);
    for (size_t i = 0; i < c->n_rivals; i++)
        rival_end(&c->rivals[i]);
    if (c->report.root) status = report_end(&c->report, options, ok);
    ours_deinit(&c->ours);
    yoke_team_destroy(&c->ours.team);
    if (c->arena) munmap(c->arena, c->arena_bytes);
    free(c);
    return status;
}
