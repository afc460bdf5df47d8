/* peer_onednn.c - oneDNN 3 as a peer.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* sched_setaffinity and the CPU_ macros */
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "onednn.h"
#include "peer.h"
#include "stats.h"

static struct onednn dnn;
static struct onednn_conv conv;
static struct job job;
static char sentence[PEER_SENTENCE];

/* TBB uses as many threads as the process may use CPUs, and its C++ way to say otherwise is out of
 * reach from here. */
static const char *hold_to_cpus(unsigned n)
{
    cpu_set_t set;
    unsigned kept = 0;

    if (sched_getaffinity(0, sizeof set, &set)) return "sched_getaffinity failed";
    for (int i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, &set)) continue;
        if (kept < n)
            kept++;
        else
            CPU_CLR(i, &set);
    }
    return sched_setaffinity(0, sizeof set, &set) ? "sched_setaffinity failed" : NULL;
}

static const char *set_threads(void *library, unsigned runtime, unsigned n)
{
    void (*omp_set_num_threads)(int);

    if (runtime == ONEDNN_RUNTIME_TBB) return hold_to_cpus(n);
    if (runtime != ONEDNN_RUNTIME_OMP)
        return "its threads are neither OpenMP's nor TBB's, so their number cannot be set";
    if (!peer_symbol(library, "", "omp_set_num_threads", &omp_set_num_threads))
        return "OpenMP without omp_set_num_threads";
    omp_set_num_threads((int)n);
    return NULL;
}

static const char *runtime_name(unsigned runtime)
{
    return runtime == ONEDNN_RUNTIME_OMP ? "OpenMP" : "TBB";
}

static const char *load(void *library, const struct peer_setup *setup, struct peer_identity *who)
{
    const struct onednn_version *v;
    const char *wrong;

    if (!peer_symbol(library, "dnnl_", "version", &dnn.version))
        return "the library has no dnnl_version";
    v = dnn.version();
    if (v->major != 3) {
        snprintf(sentence, sizeof sentence,
                 "it is oneDNN %d.%d.%d, whose C interface differs; 3.x "
                 "is needed (tools/peers brings it)",
                 v->major, v->minor, v->patch);
        return sentence;
    }
#define TAKE(type, name, parameters)                                                               \
    if (!peer_symbol(library, "dnnl_", #name, &dnn.name)) return "the library has no dnnl_" #name;
    ONEDNN_FUNCTIONS(TAKE)
#undef TAKE
    wrong = set_threads(library, v->cpu_runtime, setup->threads);
    if (wrong) return wrong;
    if (dnn.engine_create(&dnn.engine, ONEDNN_CPU, 0) ||
        dnn.stream_create(&dnn.stream, dnn.engine, ONEDNN_STREAM_IN_ORDER))
        return "no CPU engine";
    snprintf(who->version, sizeof who->version, "%d.%d.%d", v->major, v->minor, v->patch);
    snprintf(who->core, sizeof who->core, "%s", runtime_name(v->cpu_runtime));
    return NULL;
}

/* The shortest of a few runs: how candidates are told apart before the best one is measured. */
static double quick_ms(const struct onednn_conv *c)
{
    const double until = stats_now_ms() + 60.0;
    double best = INFINITY;

    onednn_conv_run(&dnn, c);
    do {
        const double start = stats_now_ms();
        onednn_conv_run(&dnn, c);
        best = fmin(best, stats_now_ms() - start);
    } while (stats_now_ms() < until);
    return best;
}

/* oneDNN at its best: the fastest of its algorithms, in the job's layout and in its own. */
static const char *prepare_conv(struct peer_method *how)
{
    static const int algorithms[] = { ONEDNN_DIRECT, ONEDNN_AUTO, ONEDNN_WINOGRAD };
    double best = INFINITY;

    onednn_conv_destroy(&dnn, &conv);
    for (int i = 0; i < 6; i++) {
        struct onednn_conv candidate;
        if (!onednn_conv_create(&dnn, &candidate, &job, algorithms[i / 2], i % 2)) continue;
        const double ms = quick_ms(&candidate);
        if (ms < best) {
            onednn_conv_destroy(&dnn, &conv);
            conv = candidate;
            best = ms;
        } else {
            onednn_conv_destroy(&dnn, &candidate);
        }
    }
    if (!conv.primitive) return "it has no convolution of this shape";
    onednn_conv_run(&dnn, &conv);
    snprintf(how->name, sizeof how->name, "%s", conv.name);
    how->by_norm = strstr(conv.name, "wino") != NULL;
    return NULL;
}

static void run_gemm(void)
{
    const struct yoke_gemm *g = &job.gemm;
    const int64_t M = (int64_t)g->M, N = (int64_t)g->N, K = (int64_t)g->K;

    for (size_t b = 0; b < (g->batch ? g->batch : 1); b++)
        dnn.sgemm(g->trans_a ? 'T' : 'N', g->trans_b ? 'T' : 'N', M, N, K, 1.0f,
                  (const float *)job.lhs + b * g->M * g->K, g->trans_a ? M : K,
                  (const float *)job.rhs + b * g->K * g->N, g->trans_b ? K : N, 0.0f,
                  (float *)job.out_peer + b * g->M * g->N, N);
}

static void run(void)
{
    if (job.kind == &job_gemm)
        run_gemm();
    else
        onednn_conv_run(&dnn, &conv);
}

static const char *prepare(const struct job *asked, struct peer_method *how)
{
    if (job_type(asked) != YOKE_F32) return "it has f32 only on a CPU, not f64";
    if (job_has_epilogue(asked))
        return "it is asked for no epilogue; --against plain compares without";
    job = *asked;
    if (job.kind == &job_conv) return prepare_conv(how);
    snprintf(how->name, sizeof how->name, "sgemm");
    how->by_norm = false;
    run_gemm();
    return NULL;
}

static void collect(void)
{
    if (job.kind == &job_conv) onednn_conv_collect(&dnn, &conv);
}

static const char *const system_names[] = { "libdnnl.so.3", "libdnnl.so.2", NULL };

const struct peer_api peer_onednn = { "onednn", "libdnnl.so", system_names, "ONEDNN_MAX_CPU_ISA",
                                      load,     prepare,      run,          collect };
