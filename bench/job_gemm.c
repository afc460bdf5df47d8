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

    return (yoke_type_is_complex(g->type) ? 8.0 : 2.0) * (double)batch(g) * (double)g->M *
           (double)g->N * (double)g->K;
}

/* An epilogue adds two (yoke/epilogue.h); a part of a complex product has two for each k. */
static double terms(const struct job *job)
{
    return (double)(job->gemm.K * yoke_type_parts(job->gemm.type)) +
           (job_has_epilogue(job) ? 2.0 : 0.0);
}

static yoke_status run(yoke_team *team, const struct job *job, struct yoke_report *report)
{
    struct yoke_gemm g = job->gemm;

    g.epilogue = job_has_epilogue(job) ? &job->epilogue : NULL;
    return yoke_gemm_run(team, &g, job->out, job->lhs, job->rhs, report);
}

/* Where the sum of an output element begins in A and B, and how it goes on. */
struct place {
    size_t a, b, a_step, b_step;
};

static struct place place_of(const struct yoke_gemm *g, size_t element)
{
    const size_t col = element % g->N, row = element / g->N % g->M, b = element / g->N / g->M;

    return (struct place){ .a = b * g->M * g->K + (g->trans_a ? row : row * g->K),
                           .b = b * g->K * g->N + (g->trans_b ? col * g->K : col),
                           .a_step = g->trans_a ? g->M : 1,
                           .b_step = g->trans_b ? 1 : g->N };
}

static struct job_value real_sum(const struct job *job, struct place at)
{
    const enum yoke_type type = job->gemm.type;
    struct job_value v = { 0.0, 0.0, 0.0 };

    for (size_t k = 0; k < job->gemm.K; k++, at.a += at.a_step, at.b += at.b_step) {
        const double t =
            yoke_element_get(type, job->lhs, at.a) * yoke_element_get(type, job->rhs, at.b);
        v.want += t;
        v.magnitude += fabs(t);
    }
    return v;
}

/* The real or the imaginary part; both have the bound of the magnitudes' product. */
static struct job_value complex_sum(const struct job *job, struct place at, bool imaginary)
{
    const enum yoke_type type = job->gemm.type;
    struct job_value v = { 0.0, 0.0, 0.0 };

    for (size_t k = 0; k < job->gemm.K; k++, at.a += at.a_step, at.b += at.b_step) {
        const double ar = yoke_element_get(type, job->lhs, 2 * at.a),
                     ai = yoke_element_get(type, job->lhs, 2 * at.a + 1),
                     br = yoke_element_get(type, job->rhs, 2 * at.b),
                     bi = yoke_element_get(type, job->rhs, 2 * at.b + 1);
        v.want += imaginary ? ar * bi + ai * br : ar * br - ai * bi;
        v.magnitude += (fabs(ar) + fabs(ai)) * (fabs(br) + fabs(bi));
    }
    return v;
}

/* act(x), and what it does to an error in x (yoke/epilogue.h). */
static void activate(enum yoke_activation activation, struct job_value *v)
{
    const double x = v->want;

    if (activation > YOKE_ACT_CLAMP) v->extra = 24.0 * fmax(fabs(x), 1.0);
    switch (activation) {
    case YOKE_ACT_RELU: v->want = fmax(x, 0.0); break;
    case YOKE_ACT_SIGMOID: v->want = 1.0 / (1.0 + exp(-x)); break;
    case YOKE_ACT_TANH: v->want = tanh(x); break;
    case YOKE_ACT_GELU:
        v->want = 0.5 * x * (1.0 + erf(x / sqrt(2.0)));
        v->magnitude *= 1.13;
        break;
    case YOKE_ACT_NONE:
    case YOKE_ACT_CLAMP: break; /* CLAMP is never asked for */
    }
}

static struct job_value reference(const struct job *job, size_t i)
{
    const struct yoke_gemm *g = &job->gemm;
    const size_t parts = yoke_type_parts(g->type), element = i / parts;
    const struct place at = place_of(g, element);
    struct job_value v = parts > 1 ? complex_sum(job, at, i % parts) : real_sum(job, at);

    if (job->epilogue.bias == YOKE_BIAS_COLUMN) {
        const double bias = yoke_element_get(job_result_type(job), job->epilogue.bias_array,
                                             element % g->N * parts + i % parts);
        v.want += bias;
        v.magnitude += fabs(bias);
    }
    activate(job->epilogue.activation, &v);
    return v;
}

/* As --epilogue takes it. */
static const char *epilogue_name(const struct job *job)
{
    static const char *const names[][2] = {
        [YOKE_ACT_NONE] = { "", "bias" },
        [YOKE_ACT_RELU] = { "relu", "bias,relu" },
        [YOKE_ACT_CLAMP] = { "clamp", "bias,clamp" },
        [YOKE_ACT_SIGMOID] = { "sigmoid", "bias,sigmoid" },
        [YOKE_ACT_TANH] = { "tanh", "bias,tanh" },
        [YOKE_ACT_GELU] = { "gelu", "bias,gelu" },
    };

    return names[job->epilogue.activation][job->epilogue.bias != YOKE_BIAS_NONE];
}

static json_t *shape(const struct job *job)
{
    const struct yoke_gemm *g = &job->gemm;
    const char trans[] = { g->trans_a ? 'T' : 'N', g->trans_b ? 'T' : 'N', '\0' };
    json_t *o = json_pack("{s:I, s:I, s:I, s:I, s:s}", "M", (json_int_t)g->M, "N", (json_int_t)g->N,
                          "K", (json_int_t)g->K, "batch", (json_int_t)batch(g), "trans", trans);

    if (job->name) json_object_set_new(o, "layer", json_string(job->name));
    if (job_has_epilogue(job)) json_object_set_new(o, "epilogue", json_string(epilogue_name(job)));
    return o;
}

/* A cube by one number. */
static void label(const struct job *job, char *text, size_t text_bytes)
{
    const struct yoke_gemm *g = &job->gemm;
    const bool cube = g->M == g->N && g->M == g->K;
    char count[32] = "", size[72];

    if (batch(g) > 1) snprintf(count, sizeof count, "%zu x ", batch(g));
    if (cube)
        snprintf(size, sizeof size, "%zu", g->N);
    else
        snprintf(size, sizeof size, "%zux%zux%zu", g->M, g->N, g->K);
    snprintf(text, text_bytes, "%s%s %c%c%s%s%s%s", count, size, g->trans_a ? 'T' : 'N',
             g->trans_b ? 'T' : 'N', job_has_epilogue(job) ? " " : "", epilogue_name(job),
             job->name ? " " : "", job->name ? job->name : "");
}

const struct job_kind job_gemm = { "gemm", elements, flops, terms, run, reference, shape, label };
