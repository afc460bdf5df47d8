/* json_text.c - text that comes from outside, as JSON.
 * SPDX-License-Identifier: MIT */
#include "cli/json_text.h"

#include <stdlib.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* Bytes of the character that text begins with, 0 where there is none: the table of well-formed
 * sequences of the Unicode Standard (3.9, D92), where only the second byte has limits of its own.
 */
static size_t character_bytes(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    const size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    const unsigned least = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
    const unsigned most = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;

    if (n < 2) return n;
    if (s[0] > 0xf4 || s[1] < least || s[1] > most) return 0;
    for (size_t i = 2; i < n; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    return n;
}

json_t *json_text(const char *text)
{
    if (!text) return json_null();
    char *valid = malloc(strlen(text) * (sizeof replacement - 1) + 1), *to = valid;
    if (!valid) return NULL;
    while (*text) {
        const size_t n = character_bytes(text), bytes = n ? n : sizeof replacement - 1;
        memcpy(to, n ? text : replacement, bytes);
        to += bytes;
        text += n ? n : 1;
    }
    json_t *string = json_stringn(valid, (size_t)(to - valid));
    free(valid);
    return string;
}
