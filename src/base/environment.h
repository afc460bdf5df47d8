/* environment.h - the environment's variables that OpenCL loaders, drivers and compilers read.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_ENVIRONMENT_H
#define YOKE_BASE_ENVIRONMENT_H

#include <stdbool.h>

/* Whether "NAME=VALUE" may change what loaders, drivers or compilers do. */
bool yoke_environment_is_opencl(const char *entry);

/* The variables that may change the code that compilers make, in whatever order they are set: a
 * text of 16 hexadecimal digits, "" when there are none. False where memory is short. */
enum { YOKE_ENVIRONMENT_HEX = 17 };
bool yoke_environment_of_code(char hex[YOKE_ENVIRONMENT_HEX]);

#endif /* YOKE_BASE_ENVIRONMENT_H */
