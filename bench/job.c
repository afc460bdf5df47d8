/* job.c - a job's arrays.
 * SPDX-License-Identifier: MIT */
#include "job.h"

#include <stdio.h>
#include <string.h>

#include "ref/fill.h"

enum { PAGE_BYTES = 4096 };

static size_t pages(size_t bytes)
{
    return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
}

enum yoke_type job_type(const struct job *job)
{
    return job->kind == &job_gemm ? job->gemm.type : job->conv.type;
}

enum yoke_type job_result_type(const struct job *job)
{
    return yoke_type_result(job_type(job));
}

bool job_has_epilogue(const struct job *job)
{
    return job->epilogue.bias != YOKE_BIAS_NONE || job->epilogue.activation != YOKE_ACT_NONE;
}

const struct yoke_epilogue *job_epilogue(const struct job *job)
{
    return job_has_epilogue(job) ? &job->epilogue : NULL;
}

const char *job_epilogue_name(const struct job *job, char text[JOB_EPILOGUE_TEXT])
{
    const bool bias = job->epilogue.bias != YOKE_BIAS_NONE,
               act = job->epilogue.activation != YOKE_ACT_NONE;

    snprintf(text, JOB_EPILOGUE_TEXT, "%s%s%s", bias ? "bias" : "", bias && act ? "," : "",
             act ? yoke_activation_name(job->epilogue.activation) : "");
    return text;
}

void job_set_variant(struct job *job, const char *variant)
{
    *(job->kind == &job_gemm ? &job->gemm.variant : &job->conv.variant) = variant;
}

/* Elements and bytes of each array. */
struct sizes {
    size_t out, lhs, rhs, bias;
    size_t out_bytes, lhs_bytes, rhs_bytes, bias_bytes;
};

static struct sizes sizes_of(const struct job *job)
{
    const size_t in = yoke_type_size(job_type(job)), result = yoke_type_size(job_result_type(job));
    struct sizes s = { 0 };

    job->kind->elements(job, &s.out, &s.lhs, &s.rhs);
    if (job->epilogue.bias != YOKE_BIAS_NONE)
        s.bias = job->kind == &job_gemm ? job->gemm.N : job->conv.K;
    s.out_bytes = s.out * result;
    s.lhs_bytes = s.lhs * in;
    s.rhs_bytes = s.rhs * in;
    s.bias_bytes = s.bias * result;
    return s;
}

size_t job_out_numbers(const struct job *job)
{
    return sizes_of(job).out * yoke_type_parts(job_type(job));
}

size_t job_out_bytes(const struct job *job)
{
    return sizes_of(job).out_bytes;
}

size_t job_arena_bytes(const struct job *job)
{
    const struct sizes s = sizes_of(job);

    return 2 * pages(s.out_bytes) + pages(s.lhs_bytes) + pages(s.rhs_bytes) + pages(s.bias_bytes);
}

double job_flops(const struct job *job)
{
    struct yoke_ref ref;

    job->kind->reference(job, &ref);
    return ref.flops;
}

double job_traffic_bytes(const struct job *job)
{
    struct yoke_ref ref;

    job->kind->reference(job, &ref);
    return ref.bytes;
}

void job_place(struct job *job, void *arena, uint64_t seed)
{
    const enum yoke_type type = job_type(job);
    const struct sizes s = sizes_of(job);
    char *at = arena, *bias;

    job->lhs = at;
    job->rhs = at += pages(s.lhs_bytes);
    bias = at += pages(s.rhs_bytes);
    job->out = at += pages(s.bias_bytes);
    job->out_peer = at + pages(s.out_bytes);
    yoke_ref_fill(type, YOKE_REF_UNIT, job->lhs, s.lhs, &seed);
    yoke_ref_fill(type, YOKE_REF_UNIT, job->rhs, s.rhs, &seed);
    yoke_ref_fill(job_result_type(job), YOKE_REF_UNIT, bias, s.bias, &seed);
    job->epilogue.bias_array = s.bias ? bias : NULL;
}

void job_spoil(const struct job *job, void *out)
{
    memset(out, 0xff, job_out_bytes(job));
}
