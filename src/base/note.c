/* note.c - what was found out once, kept as small texts in the cache directory.
 * SPDX-License-Identifier: MIT */
#include "base/note.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cache_dir.h"
#include "base/file.h"

enum { NAME_ROOM = YOKE_HASH_HEX + 16, MAX_BYTES = 1 << 20 };

static void name_of(const char *kind, const unsigned char *hash, char name[NAME_ROOM])
{
    char hex[YOKE_HASH_HEX];

    yoke_hash_hex(hash, hex);
    snprintf(name, NAME_ROOM, "%.8s-%s", kind, hex);
}

char *yoke_note_read(const char *kind, const unsigned char hash[YOKE_HASH_BYTES], long max_age_s)
{
    char name[NAME_ROOM], *text = NULL;
    void *data = NULL;
    size_t size = 0;
    struct stat info;
    int dir;

    name_of(kind, hash, name);
    if (yoke_cache_open(false, &dir) != YOKE_OK) return NULL;
    if (fstatat(dir, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && info.st_mtime <= time(NULL) &&
        time(NULL) - info.st_mtime <= max_age_s &&
        yoke_file_read(dir, name, MAX_BYTES, &data, &size) == YOKE_OK)
        text = strndup(data, size);
    free(data);
    close(dir);
    return text;
}

void yoke_note_write(const char *kind, const unsigned char hash[YOKE_HASH_BYTES], const char *text)
{
    char name[NAME_ROOM];
    int dir;

    name_of(kind, hash, name);
    if (yoke_cache_open(true, &dir) != YOKE_OK) return;
    /* A failure leaves the old note or none, and the next process finds out again. */
    (void)yoke_file_write(dir, name, text, strlen(text), "", 0);
    close(dir);
}
