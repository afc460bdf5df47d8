/* disk.h - compiled programs on disk, each verified before it is believed.
 * SPDX-License-Identifier: MIT
 *
 * An entry is a file named by its key in hexadecimal: a header of 96 bytes (struct header in
 * disk.c), then the binary. A SHA-256 over both closes the header, so any change shows. */
#ifndef YOKE_KERNEL_DISK_H
#define YOKE_KERNEL_DISK_H

#include "base/hash.h"
#include "yoke/status.h"

/* The binary stored under key. On success the caller frees *binary. Whatever is wrong with the
 * entry or the cache is YOKE_ERR_IO, and a reason to build. */
yoke_status yoke_disk_load(const unsigned char key[YOKE_HASH_BYTES], void **binary,
                           size_t *size_bytes);

/* Store a binary under key, and remove the oldest entries when there is too much. YOKE_OK also
 * where the cache is off. */
yoke_status yoke_disk_store(const unsigned char key[YOKE_HASH_BYTES], const void *binary,
                            size_t size_bytes);

/* Remove the entry, if there is one: the driver refused it. */
void yoke_disk_remove(const unsigned char key[YOKE_HASH_BYTES]);

#endif /* YOKE_KERNEL_DISK_H */
