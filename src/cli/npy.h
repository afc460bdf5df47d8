/* npy.h - NumPy's .npy files: formats 1.0 to 3.0, C or Fortran order.
 * SPDX-License-Identifier: MIT
 *
 * Functions that return int return CLI_DONE, or print why and return CLI_FAILED. */
#ifndef YOKE_CLI_NPY_H
#define YOKE_CLI_NPY_H

#include "cli/array.h"

/* The types that are read and written. */
#define NPY_TYPES "f4, f8, f2, c8, c16, i1 and i4"

/* Is there a NumPy type for this one? */
bool npy_has_type(enum yoke_type type);

/* Map a file; nothing is copied. Of what cannot be mapped, such as a pipe, the array is read into
 * memory, and what follows it is left for others. On failure *a is empty. path must outlive *a. The
 * map follows the file, so the file must not be cut short meanwhile (replacing it is harmless). */
int npy_open(struct array *a, const char *path);

/* Write a packed array, whole or not at all. */
int npy_write(const char *path, const struct array *a);

#endif /* YOKE_CLI_NPY_H */
