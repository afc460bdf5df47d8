/* tune_shapes.h - what `yoke tune` works on, of any operator.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_TUNE_SHAPES_H
#define YOKE_CLI_TUNE_SHAPES_H

#include "cli/conv_options.h"

enum { TUNE_SHAPES_MAX = 128, TUNE_ARGS_MAX = 3 };

/* A descriptor, and which it is. */
struct tune_shape {
    enum yoke_op_kind kind;
    union {
        struct yoke_gemm gemm;
        struct yoke_conv conv;
    };
};

/* What the command line says of them. */
struct tune_request {
    enum yoke_op_kind kind;
    const char *set, *args[TUNE_ARGS_MAX];
    size_t n_args;
    size_t batch;      /* 0: as the set has it */
    const char *trans; /* NULL: as the set has it */
    enum yoke_type type;
    struct conv_options conv;
};

/* The operators' names, as --op takes them; the number of one is its kind - 1. NULL ends them. */
extern const char *const tune_op_names[];

/* The shapes that were asked for; none where nothing was. What does not go together is wrong
 * usage. */
size_t tune_shapes_list(struct argp_state *state, const struct tune_request *request,
                        struct tune_shape shapes[TUNE_SHAPES_MAX]);

/* For the library. */
struct yoke_op tune_shape_op(const struct tune_shape *shape);

/* "gemm (48 x 56 x 64) NN, f32", to stdout. */
void tune_shape_print(const struct tune_shape *shape);

/* Its "op", "device", "type" and "shape". */
json_t *tune_shape_json(const struct tune_shape *shape, const char *device);

#endif /* YOKE_CLI_TUNE_SHAPES_H */
