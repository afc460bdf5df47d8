/* npy_header.h - the text that a .npy file begins with.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_NPY_HEADER_H
#define YOKE_CLI_NPY_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/array.h"

struct npy_header {
    char descr[32]; /* the element type, such as "<f4" */
    bool fortran;
    size_t ndim, dims[ARRAY_MAX_DIMS];
};

/* Parse a dictionary such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, its keys
 * in any order. Returns NULL, or what is wrong with it. */
const char *npy_header_parse(struct npy_header *header, const char *text, size_t size_bytes);

#endif /* YOKE_CLI_NPY_HEADER_H */
