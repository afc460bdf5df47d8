/* job.c - a job's arrays.
 * SPDX-License-Identifier: MIT */
#include "job.h"

#include <math.h>
#include <string.h>

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
    if (job->epilogue.bias == YOKE_BIAS_COLUMN) s.bias = job->gemm.N;
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

double job_traffic_bytes(const struct job *job)
{
    const struct sizes s = sizes_of(job);

    return (double)s.out_bytes + (double)s.lhs_bytes + (double)s.rhs_bytes + (double)s.bias_bytes;
}

double job_random(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15u; /* splitmix64 */

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    x ^= x >> 31;
    return (double)(x >> 11) * 0x1p-52 - 1.0;
}

/* f32 gets what it holds exactly, so that 1.0 never comes up. */
static double value_for(enum yoke_type type, double v)
{
    if (yoke_type_is_integer(type)) return floor(128.0 * v);
    return yoke_type_is_double(type) ? v : 0x1p-23 * floor(v * 0x1p23);
}

static void fill(void *array, enum yoke_type type, size_t n, uint64_t *state)
{
    for (size_t i = 0; i < n * yoke_type_parts(type); i++)
        yoke_element_set(type, array, i, value_for(type, job_random(state)));
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
    fill(job->lhs, type, s.lhs, &seed);
    fill(job->rhs, type, s.rhs, &seed);
    fill(bias, job_result_type(job), s.bias, &seed);
    job->epilogue.bias_array = s.bias ? bias : NULL;
}

void job_spoil(const struct job *job, void *out)
{
    memset(out, 0xff, job_out_bytes(job));
}
