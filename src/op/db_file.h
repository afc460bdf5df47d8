/* db_file.h - where tuning databases lie, and how they change.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_DB_FILE_H
#define YOKE_OP_DB_FILE_H

#include "op/db.h"
#include "yoke/status.h"

/* Larger files are not read; past it the oldest lines go when one is written. */
enum { YOKE_DB_MAX_BYTES = 4 << 20 };

/* How long a writer waits for others, usually. */
enum { YOKE_DB_WAIT_MS = 5000 };

/* The databases that the environment asks for, joined by ':', read in this order and the last one
 * written; on NULL, *reason is why there is none. */
const char *yoke_db_paths(char *text, size_t room, const char **reason);

/* Add what the shipped defaults and the databases hold for the owner. A file that is missing is
 * passed over; one that is too large, another user's or writable by every user, too, with a remark.
 * Nothing with YOKE_TUNE=0. False where memory is short. */
bool yoke_db_load(struct yoke_db *db, const struct yoke_db_owner *owner);

/* Put lines into the database at path, or where the environment says when that is NULL: at the end,
 * in place of those they replace. All others stay byte for byte, understood or not. Readers see the
 * old file or the new one; other writers are kept out by PATH.lock (base/lock.h), and waited for.
 * `where` is the file's path, or "" where databases are off, which is no error.
 *
 *   YOKE_ERR_IO         it cannot be written, or others write for longer than wait_ms
 *   YOKE_ERR_NO_MEMORY  the host is out of memory
 */
yoke_status yoke_db_store(const char *path, const struct yoke_tune_line *lines, size_t n,
                          double wait_ms, char *where, size_t room);

/* Take the owner's quarantines, of one variant or of all (NULL), out of the database where the
 * environment says; *n counts them. No file is made or written where there are none. Statuses as
 * above. */
yoke_status yoke_db_forgive(const struct yoke_db_owner *owner, const char *variant, size_t *n);

/* Write all entries of the databases, without those that later ones replace, into a new file; also
 * entries that this version does not understand. Statuses as above. */
yoke_status yoke_db_export(const char *path);

/* The shipped defaults: data/tune.db, embedded at build time. */
extern const char yoke_shipped_tuning[];
extern const size_t yoke_shipped_tuning_bytes;

#endif /* YOKE_OP_DB_FILE_H */
