/* text.c - a text that grows.
 * SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"

enum { FIRST_ROOM = 256 };

/* Room for n more bytes and a terminator. */
static bool reserve(struct yoke_text *text, size_t n)
{
    size_t least, twice, room;
    char *more;

    if (text->failed) return false;
    text->failed = true;
    if (!yoke_size_add(text->length, n, &least) || !yoke_size_add(least, 1, &least)) return false;
    if (least > text->room) {
        room = yoke_size_mul(text->room, 2, &twice) ? yoke_size_max(least, twice) : least;
        room = yoke_size_max(room, FIRST_ROOM);
        more = realloc(text->data, room);
        if (!more) return false;
        text->data = more;
        text->room = room;
    }
    text->failed = false;
    return true;
}

void yoke_text_add(struct yoke_text *text, const char *format, ...)
{
    va_list args, again;
    size_t left;
    int n;

    if (!reserve(text, 0)) return;
    left = text->room - text->length;
    va_start(args, format);
    va_copy(again, args);
    n = vsnprintf(text->data + text->length, left, format, args);
    if (n < 0)
        text->failed = true;
    else if ((size_t)n >= left && reserve(text, (size_t)n))
        n = vsnprintf(text->data + text->length, (size_t)n + 1, format, again);
    if (!text->failed) text->length += (size_t)n;
    va_end(again);
    va_end(args);
}

void yoke_text_add_bytes(struct yoke_text *text, const void *bytes, size_t n)
{
    if (!reserve(text, n)) return;
    if (n > 0) memcpy(text->data + text->length, bytes, n);
    text->length += n;
    text->data[text->length] = '\0';
}

const char *yoke_text_get(const struct yoke_text *text)
{
    if (text->failed) return NULL;
    return text->data ? text->data : "";
}

void yoke_text_deinit(struct yoke_text *text)
{
    free(text->data);
    *text = (struct yoke_text){ 0 };
}
