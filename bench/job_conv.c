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

/* Points into the job. */
static struct yoke_conv descriptor(const struct job *job)
{
    struct yoke_conv c = job->conv;

    c.epilogue = job_epilogue(job);
    return c;
}

static yoke_status run(yoke_team *team, const struct job *job, struct yoke_report *report)
{
    const struct yoke_conv c = descriptor(job);

    return yoke_conv_run(team, &c, job->out, job->lhs, job->rhs, report);
}

static void reference(const struct job *job, struct yoke_ref *ref)
{
    const struct yoke_conv c = descriptor(job);

    yoke_ref_conv(ref, &c, YOKE_REF_UNIT, job->lhs, job->rhs);
}

static json_t *shape(const struct job *job)
{
    const struct yoke_conv *c = &job->conv;
    char epilogue[JOB_EPILOGUE_TEXT];
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
    json_object_set_new(o, "layout", json_string(yoke_layout_name(c->layout)));
    if (job_has_epilogue(job))
        json_object_set_new(o, "epilogue", json_string(job_epilogue_name(job, epilogue)));
    return o;
}

static void label(const struct job *job, char *text, size_t text_bytes)
{
    const struct yoke_conv *c = &job->conv;
    char groups[32] = "", epilogue[JOB_EPILOGUE_TEXT];

    if (yoke_size_or_one(c->groups) > 1) snprintf(groups, sizeof groups, " g%zu", c->groups);
    snprintf(text, text_bytes, "%zux%zux%zux%zu-%zu %zux%zu s%zu%s %s%s%s", c->N, c->H, c->W, c->C,
             c->K, c->R, c->S, yoke_size_or_one(c->stride_h), groups, yoke_layout_name(c->layout),
             job_has_epilogue(job) ? " " : "", job_epilogue_name(job, epilogue));
}

const struct job_kind job_conv = { "conv", elements, run, reference, shape, label };
