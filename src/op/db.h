/* db.h - what was tuned for one device, in memory.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_DB_H
#define YOKE_OP_DB_H

#include "base/text.h"
#include "op/line.h"

enum { YOKE_DB_MAX_CLASSES = 3, YOKE_DB_CLASS_MAX = 64, YOKE_DB_MAX_FILES = 32 };

/* Whose entries count. */
struct yoke_db_owner {
    char device[YOKE_TUNE_DEVICE_MAX];
    char classes[YOKE_DB_MAX_CLASSES][YOKE_DB_CLASS_MAX]; /* the narrowest first; "" ends them */
    char kernels[YOKE_TUNE_KERNELS_MAX];
};

/* How an entry was found, the best way first. */
enum yoke_db_match {
    YOKE_DB_EXACT,        /* of this device, of this key         */
    YOKE_DB_BUCKET,       /* of this device, of the key's bucket */
    YOKE_DB_CLASS_EXACT,  /* of the device's narrowest class     */
    YOKE_DB_CLASS_BUCKET, /* and so on for the wider ones        */
    YOKE_DB_NONE = 2 + 2 * YOKE_DB_MAX_CLASSES,
};

struct yoke_db_entry {
    bool used;
    unsigned char match, file; /* file: its number in files */
    char op[YOKE_TUNE_OP_MAX];
    enum yoke_type type;
    char key[YOKE_KEY_MAX]; /* of a bucket: its name */
    char variant[YOKE_TUNE_VARIANT_MAX];
    unsigned ratio; /* thousandths */
};

struct yoke_db_ban {
    char op[YOKE_TUNE_OP_MAX];
    enum yoke_type type;
    unsigned char file;
    char variant[YOKE_TUNE_VARIANT_MAX], why[YOKE_TUNE_WHY_MAX];
};

/* What is looked for. */
struct yoke_db_key {
    const char *op;
    enum yoke_type type;
    char exact[YOKE_KEY_MAX], bucket[YOKE_KEY_MAX];
};

/* All-zero is an empty one. */
struct yoke_db {
    struct yoke_db_entry *entries; /* a hash table of `room`, a power of two, or 0 */
    size_t n, room;
    struct yoke_db_ban *bans;
    size_t n_bans;
    char *files[YOKE_DB_MAX_FILES]; /* where entries came from */
    size_t n_files;
    struct yoke_text remarks; /* what was not understood or not read, a line of text each */
};

/* Add the owner's entries of a text; another's are skipped, and so is what is no entry, with a
 * remark unless it is empty or begins with #. A later entry replaces an earlier one. False where
 * memory is short. `file` names the text. */
bool yoke_db_add_text(struct yoke_db *db, const struct yoke_db_owner *owner, const char *file,
                      const char *text, size_t size_bytes);

/* The i-th best entry for a problem, counted by enum yoke_db_match; NULL where there is none. */
const struct yoke_db_entry *yoke_db_find(const struct yoke_db *db, const struct yoke_db_key *key,
                                         enum yoke_db_match match);

/* The quarantine of a variant, or NULL. */
const struct yoke_db_ban *yoke_db_banned(const struct yoke_db *db, const char *op,
                                         enum yoke_type type, const char *variant);

/* Whether an entry puts a variant into quarantine for the owner: that one, or any where it is NULL.
 */
bool yoke_db_bans(const struct yoke_db_owner *owner, const char *variant,
                  const struct yoke_tune_line *line);

void yoke_db_deinit(struct yoke_db *db);

#endif /* YOKE_OP_DB_H */
