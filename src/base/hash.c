/* hash.c - SHA-256, by libcrypto.
 * SPDX-License-Identifier: MIT */
#include "base/hash.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

void yoke_hash_begin(struct yoke_hash *h)
{
    h->ctx = EVP_MD_CTX_new();
    h->ok = h->ctx && EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL) == 1;
}

void yoke_hash_add(struct yoke_hash *h, const void *data, size_t size_bytes)
{
    h->ok = h->ok && EVP_DigestUpdate(h->ctx, data, size_bytes) == 1;
}

void yoke_hash_add_text(struct yoke_hash *h, const char *text)
{
    yoke_hash_add(h, text, strlen(text) + 1);
}

bool yoke_hash_end(struct yoke_hash *h, unsigned char digest[YOKE_HASH_BYTES])
{
    const bool ok = h->ok && EVP_DigestFinal_ex(h->ctx, digest, NULL) == 1;

    EVP_MD_CTX_free(h->ctx);
    h->ctx = NULL;
    return ok;
}

void yoke_hash_hex(const unsigned char digest[YOKE_HASH_BYTES], char hex[YOKE_HASH_HEX])
{
    for (int i = 0; i < YOKE_HASH_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
