/* job.c - a job's arrays.
 * SPDX-License-Identifier: MIT */
#include "job.h"

#include <math.h>

enum { PAGE_BYTES = 4096 };

static size_t pages(size_t bytes)
{
    return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
}

enum yoke_type job_type(const struct job *job)
{
    return job->kind == &job_gemm ? job->gemm.type : job->conv.type;
}

size_t job_arena_bytes(const struct job *job)
{
    const size_t el = yoke_type_size(job_type(job));
    size_t out, lhs, rhs;

    job->kind->elements(job, &out, &lhs, &rhs);
    return 2 * pages(out * el) + pages(lhs * el) + pages(rhs * el);
}

double job_traffic_bytes(const struct job *job)
{
    size_t out, lhs, rhs;

    job->kind->elements(job, &out, &lhs, &rhs);
    return (double)yoke_type_size(job_type(job)) * ((double)out + (double)lhs + (double)rhs);
}

double job_random(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15u; /* splitmix64 */

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    x ^= x >> 31;
    return (double)(x >> 11) * 0x1p-52 - 1.0;
}

static void fill(void *array, enum yoke_type type, size_t n, uint64_t *state)
{
    for (size_t i = 0; i < n; i++) {
        const double v = job_random(state);
        if (type == YOKE_F64)
            ((double *)array)[i] = v;
        else
            ((float *)array)[i] = (float)(0x1p-23 * floor(v * 0x1p23)); /* exact: never 1.0f */
    }
}

void job_place(struct job *job, void *arena, uint64_t seed)
{
    const enum yoke_type type = job_type(job);
    const size_t el = yoke_type_size(type);
    char *at = arena;
    size_t out, lhs, rhs;

    job->kind->elements(job, &out, &lhs, &rhs);
    job->lhs = at;
    job->rhs = at += pages(lhs * el);
    job->out = at += pages(rhs * el);
    job->out_peer = at + pages(out * el);
    fill(job->lhs, type, lhs, &seed);
    fill(job->rhs, type, rhs, &seed);
}

void job_spoil(const struct job *job, void *array)
{
    size_t out, lhs, rhs;

    job->kind->elements(job, &out, &lhs, &rhs);
    for (size_t i = 0; i < out; i++)
        if (job_type(job) == YOKE_F64)
            ((double *)array)[i] = (double)NAN;
        else
            ((float *)array)[i] = NAN;
}
