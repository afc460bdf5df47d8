/* text.h - a text that grows.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_TEXT_H
#define YOKE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "yoke/api.h"

/* All-zero is an empty one. */
struct yoke_text {
    char *data; /* length bytes and a terminator, in room; NULL before the first addition */
    size_t length, room;
    bool failed; /* memory was short: what is there is not all, and nothing more is added */
};

/* Append. */
void yoke_text_add(struct yoke_text *text, const char *format, ...) YOKE_PRINTF(2, 3);
void yoke_text_add_bytes(struct yoke_text *text, const void *bytes, size_t n);

/* The text so far, valid until it changes; NULL where memory was short for any part of it. */
const char *yoke_text_get(const struct yoke_text *text);

/* Free it; an empty one is left. */
void yoke_text_deinit(struct yoke_text *text);

#endif /* YOKE_BASE_TEXT_H */
