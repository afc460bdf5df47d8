/* epilogue.h - the options of `yoke gemm` and `yoke conv` for what follows the sums.
 * SPDX-License-Identifier: MIT
 *
 * Functions that return int return CLI_DONE, or print why and return the exit status. */
#ifndef YOKE_CLI_EPILOGUE_H
#define YOKE_CLI_EPILOGUE_H

#include "cli/op.h"

struct epilogue {
    const char *bias_text, *bias_by, *residual_path; /* as given, or NULL */
    size_t channel_dim; /* of images: which dimension has the channels; 0: results are matrices */
    bool random_bias;
    struct array bias, residual;
    struct yoke_epilogue desc; /* complete after epilogue_open and epilogue_alloc */
};

/* --bias, --bias-by (of matrices), --act and --residual; their input is a struct epilogue. */
extern const struct argp epilogue_gemm_argp, epilogue_conv_argp;

/* Open the files, or with a shape describe random data: for results like C, of which the last two
 * dimensions are rows and columns, or channel_dim the channels. */
int epilogue_open(struct epilogue *e, const struct array *C, const struct op_options *opt,
                  bool of_shape);

/* Memory that the random data needs, and the data. */
double epilogue_bytes(const struct epilogue *e);
int epilogue_alloc(struct epilogue *e, uint64_t *seed);

/* Is there anything to do? */
bool epilogue_is_there(const struct epilogue *e);

/* " + bias by column, relu", or "". */
const char *epilogue_text(const struct epilogue *e, char text[64]);

/* Add bias (row, column or channel), residual (true) and act, each where it is there. */
void epilogue_json(const struct epilogue *e, json_t *shape);

void epilogue_deinit(struct epilogue *e);

#endif /* YOKE_CLI_EPILOGUE_H */
