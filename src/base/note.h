/* note.h - what was found out once, kept as small texts in the cache directory.
 * SPDX-License-Identifier: MIT
 *
 * A note is a file KIND-HASH; the hash names all that it depends on, so a note is never wrong, only
 * unused. Reading and writing may fail for any reason: then there is no note. */
#ifndef YOKE_BASE_NOTE_H
#define YOKE_BASE_NOTE_H

#include "base/hash.h"

/* The text of a note that is at most max_age_s seconds old, the caller's to free; NULL where there
 * is none. */
char *yoke_note_read(const char *kind, const unsigned char hash[YOKE_HASH_BYTES], long max_age_s);

void yoke_note_write(const char *kind, const unsigned char hash[YOKE_HASH_BYTES], const char *text);

#endif /* YOKE_BASE_NOTE_H */
