/* job_conv.c - a forward convolution as a job.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>

#include "job.h"

static size_t or_1(size_t n)
{
    return n ? n : 1;
}

/* P and Q, both 0 where the descriptor is wrong (which running it will say). */
static void output(const struct yoke_conv *c, size_t *P, size_t *Q)
{
    if (yoke_conv_output(c, P, Q) != YOKE_OK) *P = *Q = 0;
}

static void elements(const struct job *job, size_t *out, size_t *lhs, size_t *rhs)
{
    const struct yoke_conv *c = &job->conv;
    size_t P, Q;

    output(c, &P, &Q);
    *out = c->N * c->K * P * Q;
    *lhs = c->N * c->C * c->H * c->W;
    *rhs = c->K * (c->C / or_1(c->groups)) * c->R * c->S;
}

static double terms(const struct job *job)
{
    const struct yoke_conv *c = &job->conv;

    return (double)(c->C / or_1(c->groups) * c->R * c->S);
}

static double flops(const struct job *job)
{
    size_t out, lhs, rhs;

    elements(job, &out, &lhs, &rhs);
    return 2.0 * (double)out * terms(job);
}

static yoke_status run(yoke_team *team, const struct job *job, struct yoke_report *report)
{
    return yoke_conv_run(team, &job->conv, job->out, job->lhs, job->rhs, NULL, report);
}

/* Which output element i is, and where the innermost loop starts and steps. */
struct place {
    size_t n, k, p, q;
};

static struct place place_of(const struct yoke_conv *c, size_t i)
{
    size_t P, Q;

    output(c, &P, &Q);
    if (c->layout == YOKE_NHWC)
        return (struct place){ i / c->K / Q / P, i % c->K, i / c->K / Q % P, i / c->K % Q };
    return (struct place){ i / Q / P / c->K, i / Q / P % c->K, i / Q % P, i % Q };
}

/* The sum over the channels of filter element (r, s) at input row y, column x. */
static void add_channels(const struct job *job, struct place at, size_t r, size_t s, size_t y,
                         size_t x, struct job_value *v)
{
    const struct yoke_conv *c = &job->conv;
    const bool nhwc = c->layout == YOKE_NHWC;
    const size_t per = c->C / or_1(c->groups);
    const size_t c0 = at.k / (c->K / or_1(c->groups)) * per;
    const size_t step_x = nhwc ? 1 : c->H * c->W, step_w = nhwc ? 1 : c->R * c->S;
    size_t at_x = nhwc ? ((at.n * c->H + y) * c->W + x) * c->C + c0
                       : ((at.n * c->C + c0) * c->H + y) * c->W + x;
    size_t at_w = nhwc ? ((at.k * c->R + r) * c->S + s) * per : (at.k * per * c->R + r) * c->S + s;

    for (size_t i = 0; i < per; i++, at_x += step_x, at_w += step_w) {
        const double t =
            yoke_element_get(c->type, job->lhs, at_x) * yoke_element_get(c->type, job->rhs, at_w);
        v->want += t;
        v->magnitude += fabs(t);
    }
}

static struct job_value reference(const struct job *job, size_t i)
{
    const struct yoke_conv *c = &job->conv;
    const struct place at = place_of(c, i);
    struct job_value v = { 0.0, 0.0, 0.0 };

    for (size_t r = 0; r < c->R; r++)
        for (size_t s = 0; s < c->S; s++) {
            /* wraps around to a huge number left of and above the image */
            const size_t y = at.p * or_1(c->stride_h) + r * or_1(c->dilation_h) - c->pad_h[0];
            const size_t x = at.q * or_1(c->stride_w) + s * or_1(c->dilation_w) - c->pad_w[0];
            if (y < c->H && x < c->W) add_channels(job, at, r, s, y, x, &v);
        }
    return v;
}

static json_t *shape(const struct job *job)
{
    const struct yoke_conv *c = &job->conv;
    json_t *o = json_object();
    const struct {
        const char *name;
        size_t value;
    } fields[] = {
        { "N", c->N },          { "C", c->C },
        { "H", c->H },          { "W", c->W },
        { "K", c->K },          { "R", c->R },
        { "S", c->S },          { "stride", or_1(c->stride_h) },
        { "pad", c->pad_h[0] }, { "groups", or_1(c->groups) },
    };

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        json_object_set_new(o, fields[i].name, json_integer((json_int_t)fields[i].value));
    json_object_set_new(o, "layout", json_string(c->layout == YOKE_NHWC ? "nhwc" : "nchw"));
    return o;
}

static void label(const struct job *job, char *text, size_t text_bytes)
{
    const struct yoke_conv *c = &job->conv;
    char groups[32] = "";

    if (or_1(c->groups) > 1) snprintf(groups, sizeof groups, " g%zu", c->groups);
    snprintf(text, text_bytes, "%zux%zux%zux%zu-%zu %zux%zu s%zu%s %s", c->N, c->H, c->W, c->C,
             c->K, c->R, c->S, or_1(c->stride_h), groups, c->layout == YOKE_NHWC ? "nhwc" : "nchw");
}

const struct job_kind job_conv = { "conv", elements, flops, terms, run, reference, shape, label };
