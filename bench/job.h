/* job.h - one operation to time, and what is known of it without running it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_JOB_H
#define YOKE_BENCH_JOB_H

#include <jansson.h>

#include "base/element.h"
#include "bench.h"
#include "ref/ref.h"

struct job;

/* What differs between operators. */
struct job_kind {
    const char *name;
    /* Elements of the output and of the two inputs. */
    void (*elements)(const struct job *job, size_t *out, size_t *lhs, size_t *rhs);
    yoke_status (*run)(yoke_team *team, const struct job *job, struct yoke_report *report);
    /* What it should give; before the job is placed, how much work that is. */
    void (*reference)(const struct job *job, struct yoke_ref *ref);
    json_t *(*shape)(const struct job *job); /* for the row's "shape" */
    void (*label)(const struct job *job, char *text, size_t text_bytes);
};

extern const struct job_kind job_gemm, job_conv;

struct job {
    const struct job_kind *kind;
    const char *name;              /* of the layer, or NULL */
    struct yoke_gemm gemm;         /* of kind job_gemm: dense, alpha 1, beta 0 */
    struct yoke_conv conv;         /* of kind job_conv */
    struct yoke_epilogue epilogue; /* all zero, or a bias (by column, by channel), an activation */
    /* Arrays in memory that the peers' processes share, at the same addresses. */
    void *out, *out_peer, *lhs, *rhs;
};

/* The type of the inputs, and of the output and the bias. */
enum yoke_type job_type(const struct job *job);
enum yoke_type job_result_type(const struct job *job);

/* Whether the epilogue does anything, what it is for a descriptor (NULL for none), and its name as
 * --epilogue takes it: "bias,relu", or "". */
bool job_has_epilogue(const struct job *job);
const struct yoke_epilogue *job_epilogue(const struct job *job);
enum { JOB_EPILOGUE_TEXT = 32 };
const char *job_epilogue_name(const struct job *job, char text[JOB_EPILOGUE_TEXT]);

/* Use this variant; NULL: the best. */
void job_set_variant(struct job *job, const char *variant);

/* Numbers in the output, and its bytes. */
size_t job_out_numbers(const struct job *job);
size_t job_out_bytes(const struct job *job);

/* Bytes that the arrays of the job take together. */
size_t job_arena_bytes(const struct job *job);

/* Operations, and bytes of the least traffic. */
double job_flops(const struct job *job);
double job_traffic_bytes(const struct job *job);

/* Lay the job's arrays out in an arena and fill the inputs with seeded numbers: of integers whole
 * ones over the range of s8, or up to 2^20, else in [-1, 1] as the type holds them. */
void job_place(struct job *job, void *arena, uint64_t seed);

/* Fill an output with NaN (integers: -1), so that an element never written is seen. */
void job_spoil(const struct job *job, void *out);

#endif /* YOKE_BENCH_JOB_H */
