/* array.h - arrays on the host: mapped from a file, or in memory of their own.
 * SPDX-License-Identifier: MIT
 *
 * Functions that return int return CLI_DONE, or print why and return the exit status. */
#ifndef YOKE_CLI_ARRAY_H
#define YOKE_CLI_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "yoke/types.h"

enum { ARRAY_MAX_DIMS = 4, ARRAY_TEXT_BYTES = 96 };

/* Element (i, j, ..) is at data + i * strides[0] + j * strides[1] + .., in elements. All-zero is an
 * empty one. Either map or memory, or neither, is to be released. */
struct array {
    const char *name; /* the file, or what it is; for messages */
    enum yoke_type type;
    size_t ndim, dims[ARRAY_MAX_DIMS], strides[ARRAY_MAX_DIMS];
    const void *data;
    void *map;
    size_t map_bytes;
    void *memory;
};

/* Name, type and shape, in C order, without memory yet. */
void array_describe(struct array *a, const char *name, enum yoke_type type, size_t ndim,
                    const size_t dims[]);

/* Memory for what was described, aligned to a page. */
int array_alloc(struct array *a);

/* The same, filled with seeded numbers, uniform in [-1, 1); whole ones of -128 to 127 (s8) or up to
 * 2^20 (s32). */
int array_alloc_random(struct array *a, uint64_t *seed);

/* Make it dense, in C order and aligned to its elements: by a copy, unless it is so already. */
int array_pack(struct array *a);

bool array_is_packed(const struct array *a);

/* Swap two dimensions; nothing moves in memory. */
void array_swap_dims(struct array *a, size_t i, size_t j);

/* Elements; bytes as a double, which cannot overflow. */
size_t array_count(const struct array *a);
double array_bytes(const struct array *a);

/* Refuse to allocate more than this machine has. */
int array_check_memory(double bytes);

/* "3 x 4", in text. */
const char *array_shape(const struct array *a, char text[ARRAY_TEXT_BYTES]);

/* Release it; what is all-zero is left alone. */
void array_deinit(struct array *a);

#endif /* YOKE_CLI_ARRAY_H */
