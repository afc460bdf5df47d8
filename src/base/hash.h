/* hash.h - SHA-256.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_HASH_H
#define YOKE_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>

enum { YOKE_HASH_BYTES = 32, YOKE_HASH_HEX = 65 };

/* A hash in the making.
 * yoke_hash_begin, any number of yoke_hash_add..., then yoke_hash_end, which frees it. */
struct yoke_hash {
    void *ctx;
    bool ok;
};

void yoke_hash_begin(struct yoke_hash *h);
void yoke_hash_add(struct yoke_hash *h, const void *data, size_t size_bytes);

/* Adds the text and its terminator, so that "a","bc" and "ab","c" differ. */
void yoke_hash_add_text(struct yoke_hash *h, const char *text);

/* False when the library behind it failed (out of memory). */
bool yoke_hash_end(struct yoke_hash *h, unsigned char digest[YOKE_HASH_BYTES]);

/* 64 hexadecimal digits and the terminator. */
void yoke_hash_hex(const unsigned char digest[YOKE_HASH_BYTES], char hex[YOKE_HASH_HEX]);

#endif /* YOKE_BASE_HASH_H */
