/* json_text.h - text that comes from outside, as JSON.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_JSON_TEXT_H
#define YOKE_CLI_JSON_TEXT_H

#include <jansson.h>

/* A string of text that may be no UTF-8: paths, names that drivers give, what the environment
 * holds, sentences with any of these. Each byte that is not part of a character becomes U+FFFD.
 * null of NULL; NULL where memory is short. */
json_t *json_text(const char *text);

#endif /* YOKE_CLI_JSON_TEXT_H */
