/* ref.h - what an operator's result should be, element by element, in the plainest loops.
 * SPDX-License-Identifier: MIT
 *
 * The room sees base and the public headers alone, so that it shares no mistake with what it
 * judges. Tests, benchmark, command and the tuner's child link it; the library never does. */
#ifndef YOKE_REF_REF_H
#define YOKE_REF_REF_H

#include <stdbool.h>
#include <stdint.h>

#include "ref/bound.h"

enum { YOKE_REF_DIMS = 4, YOKE_REF_PARTS = 2, YOKE_REF_TASK_BYTES = 640 };

struct yoke_ref_rows;

/* One operation on arrays that the caller keeps: gemm.h and conv.h make it of a descriptor. */
struct yoke_ref {
    enum yoke_type type, result; /* of the operands, and of the result                         */
    enum yoke_ref_data data;
    size_t n_dims, dims[YOKE_REF_DIMS]; /* of the result; its elements are counted row-major     */
    double flops; /* of all of it                                               */
    double bytes; /* least traffic: each array that is there once               */
    /* Fill in the value, or of a complex element the two values. */
    void (*at)(const struct yoke_ref *ref, size_t element, struct yoke_ref_value *values);
    /* Rows of the result, counted row-major, with elements so many apart: see rows.h. sum fills in
     * values; NULL where there are none, or what follows a sum rounds or bends it. False without
     * memory. */
    struct {
        size_t n_dims, dims[YOKE_REF_DIMS], length, step;
        bool (*sum)(struct yoke_ref_rows *rows);
    } rows;
    _Alignas(long double) unsigned char task[YOKE_REF_TASK_BYTES]; /* the operator's own */
};

size_t yoke_ref_elements(const struct yoke_ref *ref);

/* How much of a result is looked at: all, where all takes no more than all_flops and max_elements,
 * else a seeded sample that takes sample_flops, corners first. */
struct yoke_ref_effort {
    double all_flops, sample_flops;
    size_t min_elements, max_elements; /* of the sample; max 0: any number */
};

/* Of the elements of ref; and the i-th of n of them. */
size_t yoke_ref_sample_size(const struct yoke_ref *ref, const struct yoke_ref_effort *effort);
size_t yoke_ref_sample_at(const struct yoke_ref *ref, size_t n, size_t i, uint64_t *seed);

struct yoke_ref_result {
    size_t elements, total; /* looked at, and there are                        */
    bool passed;            /* worst_ratio <= 1                                */
    double worst_ratio;     /* of yoke_ref_ratio; the rest says where          */
    size_t element;
    struct yoke_ref_value value;
    long double got;
    double allowed;
};

/* Count one element, whose number is got, in a result that began as all zero. */
void yoke_ref_judge(struct yoke_ref_result *r, enum yoke_type result, size_t element,
                    const struct yoke_ref_value *value, long double got);

/* Compare an array with what it should be; effort NULL: all of it. */
void yoke_ref_check(const struct yoke_ref *ref, const struct yoke_ref_effort *effort, uint64_t seed,
                    const void *array, struct yoke_ref_result *r);

#endif /* YOKE_REF_REF_H */
