/* job.h - one operation to time, and what is known of it without running it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_JOB_H
#define YOKE_BENCH_JOB_H

#include <jansson.h>

#include "base/element.h"
#include "bench.h"

struct job;

/* What a number of the output should be. */
struct job_value {
    double want;
    double
        magnitude; /* the sum of its terms' magnitudes, times what an activation makes of errors */
    double extra;  /* error besides, in units of the arithmetic's roundoff */
};

/* What differs between operators. */
struct job_kind {
    const char *name;
    /* Elements of the output and of the two inputs. */
    void (*elements)(const struct job *job, size_t *out, size_t *lhs, size_t *rhs);
    double (*flops)(const struct job *job);
    /* Terms of the longest sum: k of the bound gamma(k + 2). */
    double (*terms)(const struct job *job);
    yoke_status (*run)(yoke_team *team, const struct job *job, struct yoke_report *report);
    /* Number i of the output in double, by plain loops. Complex elements have two numbers. */
    struct job_value (*reference)(const struct job *job, size_t i);
    json_t *(*shape)(const struct job *job); /* for the row's "shape" */
    void (*label)(const struct job *job, char *text, size_t text_bytes);
};

extern const struct job_kind job_gemm, job_conv;

struct job {
    const struct job_kind *kind;
    const char *name;              /* of the layer, or NULL */
    struct yoke_gemm gemm;         /* of kind job_gemm: dense, alpha 1, beta 0 */
    struct yoke_epilogue epilogue; /* of kind job_gemm: all zero, or a bias, an activation */
    struct yoke_conv conv;         /* of kind job_conv: no bias */
    /* Arrays in memory that the peers' processes share, at the same addresses. */
    void *out, *out_peer, *lhs, *rhs;
};

/* The type of the inputs, and of the output and the bias. */
enum yoke_type job_type(const struct job *job);
enum yoke_type job_result_type(const struct job *job);

/* Whether the epilogue does anything. */
bool job_has_epilogue(const struct job *job);

/* Use this variant; NULL: the best. */
void job_set_variant(struct job *job, const char *variant);

/* Numbers in the output, and its bytes. */
size_t job_out_numbers(const struct job *job);
size_t job_out_bytes(const struct job *job);

/* Bytes that the arrays of the job take together, and those of its least traffic. */
size_t job_arena_bytes(const struct job *job);
double job_traffic_bytes(const struct job *job);

/* Lay the job's arrays out in an arena and fill the inputs with seeded numbers: of integers whole
 * ones in [-128, 128), else in [-1, 1] as the type holds them. */
void job_place(struct job *job, void *arena, uint64_t seed);

/* Fill an output with NaN (integers: -1), so that an element never written is seen. */
void job_spoil(const struct job *job, void *out);

/* Uniform in [-1, 1), the same on every machine. */
double job_random(uint64_t *state);

#endif /* YOKE_BENCH_JOB_H */
