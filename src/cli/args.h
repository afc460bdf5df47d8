/* args.h - values on the command line. A bad one is wrong usage: the function says what, value and
 * rule, and ends the process with status 2.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_ARGS_H
#define YOKE_CLI_ARGS_H

#include <stddef.h>
#include <stdint.h>

/* The largest dimension, stride or padding that the library takes: 2^31 - 1. */
#define ARG_DIM_MAX 0x7fffffffu

/* A whole number in decimal digits, min to max. */
uint64_t arg_number(const char *what, const char *text, uint64_t min, uint64_t max);

/* A finite number. */
double arg_real(const char *what, const char *text);

/* Two finite numbers in ascending order, "LO,HI". */
void arg_interval(const char *what, const char *text, double ends[2]);

/* Exactly n sizes of at least min, joined by 'x', such as 2x3x33x35. form says so: "NxCxHxW". */
void arg_dims(const char *what, const char *text, const char *form, size_t n, size_t min,
              size_t dims[]);

/* "2" for both, or "2x1" for rows and columns. */
void arg_pair(const char *what, const char *text, size_t min, size_t pair[2]);

/* The index of text among names, which end with NULL. */
size_t arg_choice(const char *what, const char *text, const char *const names[]);

#endif /* YOKE_CLI_ARGS_H */
