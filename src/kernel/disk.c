/* disk.c - compiled programs on disk, each verified before it is believed.
 * SPDX-License-Identifier: MIT */
#include "kernel/disk.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cache_dir.h"
#include "base/error.h"
#include "base/file.h"

/* Host byte order: an entry of another machine has another key. */
struct header {
    char magic[8];
    uint32_t version;
    uint32_t header_bytes;
    unsigned char key[YOKE_HASH_BYTES];
    uint64_t payload_bytes;
    uint64_t reserved;                   /* 0 */
    unsigned char hash[YOKE_HASH_BYTES]; /* of everything before it, then the payload */
};
_Static_assert(sizeof(struct header) == 96, "the header has no gaps");

static const char magic[8] = { 'Y', 'O', 'K', 'E', 'B', 'I', 'N', '\n' };
enum { VERSION = 1 };

static bool hash_entry(const struct header *h, const void *payload, unsigned char *digest)
{
    struct yoke_hash hash;

    yoke_hash_begin(&hash);
    yoke_hash_add(&hash, h, offsetof(struct header, hash));
    yoke_hash_add(&hash, payload, h->payload_bytes);
    return yoke_hash_end(&hash, digest);
}

static bool is_sound(const struct header *h, size_t file_bytes, const unsigned char *key)
{
    unsigned char digest[YOKE_HASH_BYTES];

    return file_bytes > sizeof *h && memcmp(h->magic, magic, sizeof magic) == 0 &&
           h->version == VERSION && h->header_bytes == sizeof *h && h->reserved == 0 &&
           memcmp(h->key, key, YOKE_HASH_BYTES) == 0 &&
           h->payload_bytes == file_bytes - sizeof *h && hash_entry(h, h + 1, digest) &&
           memcmp(digest, h->hash, sizeof digest) == 0;
}

yoke_status yoke_disk_load(const unsigned char key[YOKE_HASH_BYTES], void **binary,
                           size_t *size_bytes)
{
    yoke_status st = YOKE_OK;
    char name[YOKE_HASH_HEX];
    void *file = NULL;
    size_t file_bytes = 0;
    int dir = -1;

    *binary = NULL;
    yoke_hash_hex(key, name);
    TRY(yoke_cache_open(false, &dir));
    TRY(yoke_file_read(dir, name, YOKE_CACHE_MAX_BYTES, &file, &file_bytes));
    if (!is_sound(file, file_bytes, key))
        TRY(yoke_fail(YOKE_ERR_IO, "cache entry %s is damaged", name));
    utimensat(dir, name, NULL, AT_SYMLINK_NOFOLLOW); /* used now: removed last */
    *size_bytes = file_bytes - sizeof(struct header);
    memmove(file, (char *)file + sizeof(struct header), *size_bytes);
    *binary = file;
    file = NULL;
out:
    free(file);
    if (dir >= 0) close(dir);
    return st;
}

yoke_status yoke_disk_store(const unsigned char key[YOKE_HASH_BYTES], const void *binary,
                            size_t size_bytes)
{
    yoke_status st = YOKE_OK;
    struct header h = { .version = VERSION, .header_bytes = sizeof h, .payload_bytes = size_bytes };
    char name[YOKE_HASH_HEX];
    const char *reason;
    char path[4096];
    int dir = -1;

    if (!yoke_cache_path(path, sizeof path, &reason)) return YOKE_OK;
    memcpy(h.magic, magic, sizeof magic);
    memcpy(h.key, key, sizeof h.key);
    if (!hash_entry(&h, binary, h.hash))
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory to hash a kernel");
    yoke_hash_hex(key, name);
    TRY(yoke_cache_open(true, &dir));
    unlinkat(dir, name, AT_REMOVEDIR); /* rename does not replace a directory */
    TRY(yoke_file_write(dir, name, &h, sizeof h, binary, size_bytes));
    yoke_cache_trim(dir, YOKE_CACHE_MAX_BYTES);
out:
    if (dir >= 0) close(dir);
    return st;
}

void yoke_disk_remove(const unsigned char key[YOKE_HASH_BYTES])
{
    char name[YOKE_HASH_HEX];
    int dir;

    yoke_hash_hex(key, name);
    if (yoke_cache_open(false, &dir) != YOKE_OK) return;
    unlinkat(dir, name, 0);
    close(dir);
}
