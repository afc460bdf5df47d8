/* contest.c - check each job, then time it against the peers in turns.
 * SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE, sysconf's processors */
#include "contest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "duel.h"
#include "peaks.h"
#include "report.h"

_Static_assert((int)DUEL_MAX_REPS <= (int)PEER_MAX_REPS, "a peer takes as long bursts as a duel");

/* Everything a run holds. */
struct contest {
    const struct bench_options *options;
    void *arena; /* the arrays of the job at hand, seen by all processes */
    size_t arena_bytes;
    struct peer peers[BENCH_MAX_PEERS];
    size_t n_peers;
    yoke_team *team;
    struct peak peaks[YOKE_TEAM_MAX];
    struct report report;
};

static const char *library_of(const struct bench_options *o, const char *peer)
{
    const size_t length = strlen(peer);

    for (size_t i = 0; i < o->n_peer_libs; i++)
        if (!strncmp(o->peer_libs[i], peer, length) && o->peer_libs[i][length] == '=')
            return o->peer_libs[i] + length + 1;
    return NULL;
}

/* Before OpenCL: the processes must not inherit a runtime's state. */
static bool start_processes(struct contest *c, const struct job *jobs, size_t n_jobs)
{
    for (size_t i = 0; i < n_jobs; i++) {
        const size_t bytes = job_arena_bytes(&jobs[i]);
        if (bytes > c->arena_bytes) c->arena_bytes = bytes;
    }
    c->arena = mmap(NULL, c->arena_bytes, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (c->arena == MAP_FAILED) {
        c->arena = NULL;
        return bench_false("no %zu bytes of shared memory: %s", c->arena_bytes, strerror(errno));
    }
    for (size_t i = 0; i < c->options->n_peers; i++) {
        const char *name = c->options->peers[i];
        if (!peer_start(&c->peers[i], peer_find(name), library_of(c->options, name))) return false;
        c->n_peers++;
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
    struct peer_setup setup = { 0 };

    c->team = bench_open_team(c->options->devices);
    if (!c->team) return false;
    setup.threads = peer_threads(c->team);
    snprintf(setup.device, sizeof setup.device, "%s",
             yoke_device_get_info(yoke_team_device(c->team, 0))->id);
    for (size_t i = 0; i < c->n_peers; i++)
        if (!peer_load(&c->peers[i], &setup)) return false;
    for (size_t i = 0; i < yoke_team_device_count(c->team); i++)
        if (!peaks_measure(yoke_team_device(c->team, i), c->options->type, &c->peaks[i]))
            return false;
    report_begin(&c->report, c->options->command, c->team, c->peaks);
    contest_row_print_head(c->peers, c->n_peers);
    return true;
}

static bool is_new(const char *list, const char *name)
{
    const char *at = strstr(list, name);

    return !at || (at[strlen(name)] != '\0' && at[strlen(name)] != ',');
}

/* Which variants ran, and what their devices could do at most together. */
static void credit_devices(const struct contest *c, const struct yoke_report *r,
                           struct contest_row *row, struct peak *most)
{
    *most = (struct peak){ 0.0, 0.0 };
    row->variant[0] = '\0';
    for (size_t i = 0; i < r->n_devices; i++) {
        const size_t used = strlen(row->variant);
        if (r->devices[i].share <= 0.0) continue;
        most->gflops += c->peaks[i].gflops;
        most->gbs += c->peaks[i].gbs;
        if (is_new(row->variant, r->devices[i].variant))
            snprintf(row->variant + used, sizeof row->variant - used, "%s%s", used ? "," : "",
                     r->devices[i].variant);
    }
}

/* Ours once, into an output full of NaN. */
static bool run_ours(const struct contest *c, const struct job *job, struct contest_row *row,
                     struct peak *most)
{
    struct yoke_report *r = calloc(1, sizeof *r);
    bool ok;

    job_spoil(job, job->out);
    ok = r && job->kind->run(c->team, job, r) == YOKE_OK;
    if (ok)
        credit_devices(c, r, row, most);
    else
        bench_fail("%s", r ? yoke_last_error() : "no memory for a report");
    free(r);
    return ok;
}

static bool check_all(struct contest *c, const struct job *job, struct contest_row *row)
{
    struct check check;
    bool ok;

    if (!check_init(&check, job, c->options->seed + 1)) return false;
    ok = check_passes(&check, job, job->out, strstr(row->variant, "wino") != NULL, "yoke's result");
    for (size_t i = 0; ok && i < c->n_peers; i++) {
        job_spoil(job, job->out_peer);
        ok = peer_prepare(&c->peers[i], job) &&
             check_passes(&check, job, job->out_peer, c->peers[i].how.by_norm,
                          c->peers[i].api->name);
    }
    row->checked = check.n;
    check_deinit(&check);
    return ok;
}

struct ours {
    yoke_team *team;
    const struct job *job;
};

static bool our_burst(void *ctx, size_t warm_ups, size_t reps, double *ms)
{
    const struct ours *ours = ctx;

    for (size_t i = 0; i < warm_ups + reps; i++) {
        const double start = stats_now_ms();
        if (ours->job->kind->run(ours->team, ours->job, NULL) != YOKE_OK)
            return bench_false("%s", yoke_last_error());
        if (i >= warm_ups) ms[i - warm_ups] = stats_now_ms() - start;
    }
    return true;
}

static bool their_burst(void *ctx, size_t warm_ups, size_t reps, double *ms)
{
    return peer_burst(ctx, warm_ups, reps, ms);
}

static bool time_all(struct contest *c, const struct job *job, struct contest_row *row)
{
    struct ours ours = { c->team, job };
    struct duel_side sides[1 + BENCH_MAX_PEERS] = { { .burst = our_burst, .ctx = &ours } };
    const double work = 1e-6 * job->kind->flops(job);

    for (size_t i = 0; i < c->n_peers; i++)
        sides[1 + i] = (struct duel_side){ .burst = their_burst, .ctx = &c->peers[i] };
    if (!duel_run(sides, 1 + c->n_peers, c->options->rounds)) return false;
    row->ms = sides[0].ms;
    row->gflops = work / row->ms.median;
    row->gbs = 1e-6 * job_traffic_bytes(job) / row->ms.median;
    for (size_t i = 0; i < c->n_peers; i++) {
        row->with[i].ms = sides[1 + i].ms;
        row->with[i].gflops = work / sides[1 + i].ms.median;
        row->with[i].ratio = sides[1 + i].ratio;
    }
    return true;
}

static bool do_job(struct contest *c, struct job *job)
{
    struct contest_row row = { .job = job, .peers = c->peers, .n_peers = c->n_peers };
    struct peak most;

    job_place(job, c->arena, c->options->seed);
    if (!run_ours(c, job, &row, &most) || !check_all(c, job, &row) || !time_all(c, job, &row))
        return false;
    row.peak_share = most.gflops > 0.0 ? row.gflops / most.gflops : 0.0;
    row.copy_share = most.gbs > 0.0 ? row.gbs / most.gbs : 0.0;
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
    ok = start_processes(c, jobs, n_jobs) && open_team(c);
    for (size_t i = 0; ok && i < n_jobs; i++)
        ok = do_job(c, &jobs[i]);
    for (size_t i = 0; i < c->n_peers; i++)
        peer_end(&c->peers[i]);
    if (c->report.root) status = report_end(&c->report, options, ok);
    yoke_team_destroy(&c->team);
    if (c->arena) munmap(c->arena, c->arena_bytes);
    free(c);
    return status;
}
