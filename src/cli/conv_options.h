/* conv_options.h - a convolution on the command line, of every command that takes one.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_CONV_OPTIONS_H
#define YOKE_CLI_CONV_OPTIONS_H

#include "cli/cli.h"

struct conv_options {
    const char *input, *filters; /* --input and --filters, or NULL */
    const char *given;           /* one of the options that were given, "--pad"; or NULL */
    struct yoke_conv conv;       /* strides, padding and so on, and the layout */
};

/* The options; its input is a struct conv_options. */
extern const struct argp conv_options_argp;

/* The shapes of --input, N C H W, and --filters, K C R S. */
void conv_options_dims(const struct conv_options *opt, size_t x[4], size_t w[4]);

/* Complete the descriptor by those shapes, and give P and Q. CLI_USAGE where they do not fit; the
 * names are for that. */
int conv_fit(struct yoke_conv *conv, const size_t x[4], const char *x_name, const size_t w[4],
             const char *w_name, size_t *P, size_t *Q);

/* "8 x 64 x 56 x 56 with 64 filters 3 x 3, nchw", to stdout. */
void conv_print(const struct yoke_conv *conv);

/* What it is in JSON. */
json_t *conv_json(const struct yoke_conv *conv, size_t P, size_t Q);

#endif /* YOKE_CLI_CONV_OPTIONS_H */
