/* job_gemm.c - a dense matrix product as a job.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "job.h"
#include "ref/gemm.h"

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

/* Points into the job. */
static struct yoke_gemm descriptor(const struct job *job)
{
    struct yoke_gemm g = job->gemm;

    g.epilogue = job_epilogue(job);
    return g;
}

static yoke_status run(yoke_team *team, const struct job *job, struct yoke_report *report)
{
    const struct yoke_gemm g = descriptor(job);

    return yoke_gemm_run(team, &g, job->out, job->lhs, job->rhs, report);
}

static void reference(const struct job *job, struct yoke_ref *ref)
{
    const struct yoke_gemm g = descriptor(job);

    yoke_ref_gemm(ref, &g, YOKE_REF_UNIT, NULL, job->lhs, job->rhs);
}

static json_t *shape(const struct job *job)
{
    const struct yoke_gemm *g = &job->gemm;
    char epilogue[JOB_EPILOGUE_TEXT];
    const char trans[] = { g->trans_a ? 'T' : 'N', g->trans_b ? 'T' : 'N', '\0' };
    json_t *o = json_pack("{s:I, s:I, s:I, s:I, s:s}", "M", (json_int_t)g->M, "N", (json_int_t)g->N,
                          "K", (json_int_t)g->K, "batch", (json_int_t)batch(g), "trans", trans);

    if (job->name) json_object_set_new(o, "layer", json_string(job->name));
    if (job_has_epilogue(job))
        json_object_set_new(o, "epilogue", json_string(job_epilogue_name(job, epilogue)));
    return o;
}

/* A cube by one number. */
static void label(const struct job *job, char *text, size_t text_bytes)
{
    const struct yoke_gemm *g = &job->gemm;
    const bool cube = g->M == g->N && g->M == g->K;
    char count[32] = "", size[72], epilogue[JOB_EPILOGUE_TEXT];

    if (batch(g) > 1) snprintf(count, sizeof count, "%zu x ", batch(g));
    if (cube)
        snprintf(size, sizeof size, "%zu", g->N);
    else
        snprintf(size, sizeof size, "%zux%zux%zu", g->M, g->N, g->K);
    snprintf(text, text_bytes, "%s%s %c%c%s%s%s%s", count, size, g->trans_a ? 'T' : 'N',
             g->trans_b ? 'T' : 'N', job_has_epilogue(job) ? " " : "",
             job_epilogue_name(job, epilogue), job->name ? " " : "", job->name ? job->name : "");
}

const struct job_kind job_gemm = { "gemm", elements, run, reference, shape, label };
