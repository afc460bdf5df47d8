/* cases.h - one description of an operator, from which test_ops makes all its tests.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_CASES_H
#define YOKE_TESTS_CASES_H

#include "harness.h"

#define OP_ARRAYS 5 /* most arrays of an operator; the first is the output */

/* What stands in the arrays. */
enum op_values {
    OP_UNIT = 0, /* uniform in [-1, 1); of integers, all of an input's range          */
    OP_INTEGERS, /* so small that every partial sum is exact: one right answer, bitwise */
    OP_SPECIALS, /* as OP_UNIT, with a NaN or an infinity here and there              */
};

/* By which way the operator is called. */
enum op_tier {
    OP_DEVICE_BUFFERS = 0, /* _enqueue, YOKE_MEMORY_DEVICE */
    OP_HOST_BUFFERS,       /* _enqueue, YOKE_MEMORY_HOST   */
    OP_RUN,                /* _run, host arrays            */
};

/* One call of an operator. The pointers of the descriptor are set from the fields here. */
struct op_shape {
    union {
        struct yoke_gemm gemm;
        struct yoke_conv conv;
    };
    struct yoke_epilogue epilogue; /* of gemm, without its arrays */
    double alpha[2], beta[2];      /* real and imaginary part     */
    bool has_alpha, has_beta, has_bias, has_epilogue, has_residual; /* false: NULL is passed */
    enum op_values values;
    enum op_tier tier;
    bool misaligned;     /* host arrays begin one element off a page                          */
    bool pack_a, pack_b; /* of gemm: operands are packed first, where no variant is asked for */
};

/* An array of a shape before the call. */
struct op_array {
    size_t length;        /* in elements, from the pointer that is passed to the last that counts */
    unsigned char *owned; /* [length] 1: belongs to the operator, 0: a gap, not to be touched    */
    double *value;        /* [length * parts] NaN in gaps and in an output that is not read      */
};

/* One number to compare: a part of an element of the output, or a sum over several elements. */
struct op_point {
    size_t at;        /* the number, or the first of them; complex elements hold two        */
    long double got;  /* what the device made of it                                         */
    long double want; /* in long double, by the plainest loops                              */
    double magnitude; /* the same with every value and factor replaced by its absolute value */
    double gain;      /* what is done to the sum multiplies its error by that; 0 is 1       */
    double extra;     /* and adds so many u, the unit roundoff                              */
};

struct op_case {
    const char *name;
    const char *array_names[OP_ARRAYS];
    size_t n_arrays;
    bool (*takes_type)(enum yoke_type type);
    enum yoke_type (*type_of)(enum yoke_type type, size_t array); /* NULL: all are of that type */

    /* Shapes: edges by hand and by a pairwise grid, false when i is past the last; and random. */
    bool (*edge)(size_t i, struct op_shape *s);
    void (*random)(struct rng *r, struct op_shape *s);
    /* Turn what the type does not take into what it takes. NULL: it takes all. */
    void (*fit)(struct op_shape *s, enum yoke_type type);
    /* Make no dimension larger than this one. */
    void (*cap)(struct op_shape *s, size_t max_dim);
    void (*print)(const struct op_shape *s, char *text, size_t size);

    /* Elements of an array, gaps and offset counted; 0 when it is not passed. */
    size_t (*length)(const struct op_shape *s, size_t array);
    void (*mark)(const struct op_shape *s, size_t array, unsigned char *owned);
    bool (*reads_output)(const struct op_shape *s);
    /* Is it defined what a NaN or an infinity in this array does? */
    bool (*takes_specials)(const struct op_shape *s, size_t array);

    /* What should come out. Returns the number of points, at most length(s, 0) * parts. got: the
     * output as it is after the call. */
    size_t (*oracle)(const struct op_shape *s, enum yoke_type type, const struct op_array *arrays,
                     const double *got, struct op_point *points);
    /* k of the bound gamma(k + 2) * magnitude: terms of the longest sum. */
    size_t (*terms)(const struct op_shape *s, enum yoke_type type);

    yoke_status (*enqueue)(const struct op_shape *s, enum yoke_type type, const char *variant,
                           yoke_buffer *const *buffers);
    yoke_status (*run)(const struct op_shape *s, enum yoke_type type, const char *variant,
                       void *const *host);
    const char *(*variant_name)(size_t i);
    /* The variant that the test's device would run, "" when the one asked for does not take it. */
    const char *(*variant)(const struct op_shape *s, enum yoke_type type, const char *variant);
};

extern const struct op_case gemm_case, conv_case;

/* Run every step-th of the edge shapes and n_random random ones through one variant (NULL: the one
 * Yoke chooses), and more of them where it takes few. Prints each wrong shape with a line that
 * repeats it. */
struct op_tally {
    size_t n_run;     /* shapes that ran and have an output              */
    size_t n_refused; /* shapes that the variant asked for does not take */
    size_t n_wrong;
};
struct op_tally op_case_run(const struct op_case *op, enum yoke_type type, const char *variant,
                            size_t n_random, size_t step);

/* Has the output any element? */
bool op_case_has_output(const struct op_case *op, const struct op_shape *s);

#endif /* YOKE_TESTS_CASES_H */
