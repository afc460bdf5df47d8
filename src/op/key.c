/* key.c - a problem as the tuning database knows it: a text.
 * SPDX-License-Identifier: MIT */
#include "op/key.h"

#include <stdint.h>
#include <stdio.h>

enum { EXACT = 16 };

size_t yoke_key_bucket_of(size_t n)
{
    size_t top = EXACT;

    if (n <= EXACT) return n;
    while (top < n && top <= SIZE_MAX / 2)
        top *= 2;
    if (top < n) return SIZE_MAX;
    return n <= top / 4 * 3 ? top / 4 * 3 : top;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits, stepped over. */
static bool take_number(const char **text, size_t *out)
{
    size_t value = 0;

    for (; is_digit(**text); ++*text) {
        const size_t digit = (size_t)(**text - '0');
        if (value > (SIZE_MAX - digit) / 10) return false;
        value = 10 * value + digit;
    }
    *out = value;
    return true;
}

bool yoke_key_bucket(const char *key, char bucket[YOKE_KEY_MAX])
{
    size_t n = 0, number;

    bucket[0] = '\0';
    if (!*key) return false;
    while (*key) {
        if (n + 1 >= YOKE_KEY_MAX || (unsigned char)*key < ' ') return false;
        if (!is_digit(*key)) {
            bucket[n++] = *key++;
            continue;
        }
        if (!take_number(&key, &number)) return false;
        n += (size_t)snprintf(bucket + n, YOKE_KEY_MAX - n, "%zu", yoke_key_bucket_of(number));
        if (n >= YOKE_KEY_MAX) return false;
    }
    bucket[n] = '\0';
    return true;
}
