/* job_conv.c - a forward convolution as a job.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "job.h"
#include "ref/conv.h"

static void elements(const struct job *job, size_t *out, size_t *lhs, size_t *rhs)
{
    const struct yoke_conv *c = &job->conv;

    *out = c->N * c->K * yoke_ref_conv_rows(c) * yoke_ref_conv_cols(c);
    *lhs = c->N * c->C * c->H * c->W;
    *rhs = c->K * (c->C / yoke_size_or_one(c->groups)) * c->R * c->S;
}

static yoke_status run(yoke_team *team, const struct job *job, struct yoke_report *report)
{
    return yoke_conv_run(team, &job->conv, job->out, job->lhs, job->rhs, NULL, report);
}

static void reference(const struct job *job, struct yoke_ref *ref)
{
    yoke_ref_conv(ref, &job->conv, YOKE_REF_UNIT, job->lhs, job->rhs, NULL);
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
        { "S", c->S },          { "stride", yoke_size_or_one(c->stride_h) },
        { "pad", c->pad_h[0] }, { "groups", yoke_size_or_one(c->groups) },
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

    if (yoke_size_or_one(c->groups) > 1) snprintf(groups, sizeof groups, " g%zu", c->groups);
    snprintf(text, text_bytes, "%zux%zux%zux%zu-%zu %zux%zu s%zu%s %s", c->N, c->H, c->W, c->C,
             c->K, c->R, c->S, yoke_size_or_one(c->stride_h), groups,
             c->layout == YOKE_NHWC ? "nhwc" : "nchw");
}

const struct job_kind job_conv = { "conv", elements, run, reference, shape, label };
