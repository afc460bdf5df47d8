/* job_gemm.c - a dense matrix product as a job.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>

#include "job.h"

static size_t batch(const struct yoke_gemm *g)
{
    return g->batch ? g->batch : 1;
}

static void elements(const struct job *job, size_t *out, size_t *lhs, size_t *rhs)
{
    const struct yoke_gemm *g = &job->gemm;

    *out = batch(g) * g->M * g->N;
    *lhs = batch(g) * g->M * g->K;
    *rhs = batch(g) * g->K * g->N;
}

static double flops(const struct job *job)
{
    const struct yoke_gemm *g = &job->gemm;

    return 2.0 * (double)batch(g) * (double)g->M * (double)g->N * (double)g->K;
}

static double terms(const struct job *job)
{
    return (double)job->gemm.K;
}

static yoke_status run(yoke_team *team, const struct job *job, struct yoke_report *report)
{
    return yoke_gemm_run(team, &job->gemm, job->out, job->lhs, job->rhs, report);
}

static void reference(const struct job *job, size_t i, double *want, double *magnitude)
{
    const struct yoke_gemm *g = &job->gemm;
    const size_t col = i % g->N, row = i / g->N % g->M, b = i / g->N / g->M;
    const size_t step_a = g->trans_a ? g->M : 1, step_b = g->trans_b ? 1 : g->N;
    size_t at_a = b * g->M * g->K + (g->trans_a ? row : row * g->K);
    size_t at_b = b * g->K * g->N + (g->trans_b ? col * g->K : col);

    *want = *magnitude = 0.0;
    for (size_t k = 0; k < g->K; k++, at_a += step_a, at_b += step_b) {
        const double t = job_at(job->lhs, g->type, at_a) * job_at(job->rhs, g->type, at_b);
        *want += t;
        *magnitude += fabs(t);
    }
}

static json_t *shape(const struct job *job)
{
    const struct yoke_gemm *g = &job->gemm;
    const char trans[] = { g->trans_a ? 'T' : 'N', g->trans_b ? 'T' : 'N', '\0' };
    json_t *o = json_pack("{s:I, s:I, s:I, s:I, s:s}", "M", (json_int_t)g->M, "N", (json_int_t)g->N,
                          "K", (json_int_t)g->K, "batch", (json_int_t)batch(g), "trans", trans);

    if (job->name) json_object_set_new(o, "layer", json_string(job->name));
    return o;
}

static void label(const struct job *job, char *text, size_t text_bytes)
{
    const struct yoke_gemm *g = &job->gemm;
    char count[32] = "";

    if (batch(g) > 1) snprintf(count, sizeof count, "%zu x ", batch(g));
    snprintf(text, text_bytes, "%s%zux%zux%zu %c%c%s%s", count, g->M, g->N, g->K,
             g->trans_a ? 'T' : 'N', g->trans_b ? 'T' : 'N', job->name ? " " : "",
             job->name ? job->name : "");
}

const struct job_kind job_gemm = { "gemm", elements, flops, terms, run, reference, shape, label };
