/* choice.h - which row serves a problem on a device: what was tuned, else the table's order.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_CHOICE_H
#define YOKE_OP_CHOICE_H

#include "op/db.h"
#include "op/variant.h"
#include "yoke/tune.h"

/* A problem and the rows that may serve it. */
struct yoke_choice_of {
    enum yoke_tune_op op;
    const struct yoke_variant *rows;
    size_t n_rows;
    struct yoke_tune_shape shape;
    const void *problem;
};

/* A row and why. */
struct yoke_choice {
    const struct yoke_variant *row;
    enum yoke_tune_source source;
    double ratio;      /* how many times as fast as the untuned row; of tuned ones */
    const char *where; /* the database's path; of tuned ones; lives as long as the device */
};

/* The row that was tuned for the problem's shape, else for its bucket, else for the device's class,
 * else the first one that suits; never one in quarantine, in which the last of the table cannot be.
 * A row asked for by name is taken if it runs, whatever is known of it. Reads no file after the
 * device's first call.
 *
 *   YOKE_ERR_INVALID      there is no row of that name
 *   YOKE_ERR_UNSUPPORTED  it does not run
 *   YOKE_ERR_NO_MEMORY    the host is out of memory
 */
yoke_status yoke_choose(const yoke_device *dev, const struct yoke_choice_of *of, const char *name,
                        struct yoke_choice *out);

/* The first row that suits and is not in quarantine: what would run had nothing been tuned. */
yoke_status yoke_choose_untuned(const yoke_device *dev, const struct yoke_choice_of *of,
                                const struct yoke_variant **out);

/* Why a row is in quarantine on the device, and where that stands; NULL when it is not. */
const char *yoke_choice_ban(const yoke_device *dev, const struct yoke_choice_of *of,
                            const char *row, const char **where);

/* What of the databases was not understood or not read, a line of text each; "" when all was. */
const char *yoke_choice_remarks(const yoke_device *dev);

/* Whose entries the device takes: for new ones, too. */
yoke_status yoke_choice_owner(const yoke_device *dev, struct yoke_db_owner *owner);

/* Believe these lines from now on, in this process, and read the databases again. */
yoke_status yoke_choice_learn(const yoke_device *dev, const struct yoke_tune_line *lines, size_t n);

/* Forget the quarantines of a row, or of all (NULL), that this process has learnt of the device,
 * take them out of the database, and read the databases again; *n counts the entries there, or
 * those learnt where there are none. Statuses as of yoke_tune_forgive. */
yoke_status yoke_choice_forgive(const yoke_device *dev, const char *row, size_t *n);

#endif /* YOKE_OP_CHOICE_H */
