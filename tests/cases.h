/* cases.h - one description of an operator, from which test_ops makes all its tests.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_CASES_H
#define YOKE_TESTS_CASES_H

#include "harness.h"
#include "ref/ref.h"

#define OP_ARRAYS 5 /* most arrays of an operator; the first is the output */

/* What stands in the arrays. */
enum op_values {
    OP_UNIT = 0, /* uniform in [-1, 1); of integers, all of an input's range          */
    OP_INTEGERS, /* so small that every partial sum is exact: one right answer, bitwise */
    OP_SPECIALS, /* as OP_UNIT, with a NaN or an infinity here and there              */
};

/* What the reference may take for granted of them. */
static inline enum yoke_ref_data op_data(enum op_values values)
{
    return values == OP_INTEGERS ? YOKE_REF_WHOLE : YOKE_REF_UNIT;
}

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
    struct yoke_epilogue epilogue; /* without its arrays          */
    double alpha[2], beta[2];      /* real and imaginary part     */
    bool has_alpha, has_beta, has_bias, has_epilogue, has_residual; /* false: NULL is passed */
    enum op_values values;
    enum op_tier tier;
    bool misaligned;     /* host arrays begin one element off a page                          */
    bool pack_a, pack_b; /* of gemm: operands are packed first, where no variant is asked for */
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

    /* Compare the output with what src/ref makes of the arrays as they were before the call. */
    void (*check)(const struct op_shape *s, enum yoke_type type, const void *const *before,
                  const void *output, struct yoke_ref_result *result);

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
