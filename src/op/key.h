/* key.h - a problem as the tuning database knows it: a text.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_KEY_H
#define YOKE_OP_KEY_H

#include <stdbool.h>
#include <stddef.h>

/* Longest key, terminator included: twenty numbers of 64 bits have room in it, since a key that was
 * cut might be that of another problem. */
enum { YOKE_KEY_MAX = 512 };

/* The bucket of a dimension, named by its largest member. Up to 16 each number is a bucket of its
 * own; above, each octave has two: (16, 24], (24, 32], (32, 48], (48, 64] and so on, so that a
 * power of two is tuned together with what lies just below it. */
size_t yoke_key_bucket_of(size_t n);

/* The key whose numbers name their buckets: every number in a key is a dimension. False where it
 * is no key: empty, too long, with a control character, or a number past size_t. */
bool yoke_key_bucket(const char *key, char bucket[YOKE_KEY_MAX]);

#endif /* YOKE_OP_KEY_H */
