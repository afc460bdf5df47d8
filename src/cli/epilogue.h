/* epilogue.h - the options of `yoke gemm` for what follows the product.
 * SPDX-License-Identifier: MIT
 *
 * Functions that return int return CLI_DONE, or print why and return the exit status. */
#ifndef YOKE_CLI_EPILOGUE_H
#define YOKE_CLI_EPILOGUE_H

#include "cli/op.h"

struct epilogue {
    const char *bias_text, *bias_by, *residual_path; /* as given, or NULL */
    struct array bias, residual;
    struct yoke_epilogue desc; /* complete after epilogue_open and epilogue_alloc */
};

/* --bias, --bias-by, --act and --residual; its input is a struct epilogue. */
extern const struct argp epilogue_argp;

/* Open the files, or with a shape describe random data: for results like C, whose last two
 * dimensions are rows and columns. */
int epilogue_open(struct epilogue *e, const struct array *C, const struct op_options *opt,
                  bool of_shape);

/* Memory that the random data needs, and the data. */
double epilogue_bytes(const struct epilogue *e, bool of_shape);
int epilogue_alloc(struct epilogue *e, bool of_shape, uint64_t *seed);

/* Is there anything to do? */
bool epilogue_is_there(const struct epilogue *e);

/* " + bias by column, relu", or "". */
const char *epilogue_text(const struct epilogue *e, char text[64]);

/* Add bias (row or column), residual (true) and act, each where it is there. */
void epilogue_json(const struct epilogue *e, json_t *shape);

void epilogue_deinit(struct epilogue *e);

#endif /* YOKE_CLI_EPILOGUE_H */
