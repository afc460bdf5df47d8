/* choice.h - which variant serves a problem on a device: what was tuned, else the table's order.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_CHOICE_H
#define YOKE_OP_CHOICE_H

#include "op/class.h"
#include "op/db.h"
#include "yoke/tune.h"

/* A variant and why. */
struct yoke_choice {
    const struct yoke_variant *variant;
    enum yoke_tune_source source;
    double ratio;        /* how many times as fast as the untuned variant; of tuned ones */
    const char *where;   /* the database's path; of tuned ones; lives as long as the device */
    const char *because; /* where the operator itself chose: why, in words; else NULL     */
};

/* The variant that was tuned for the problem's key, else for its bucket, else for the device's
 * class, else the first one that is preferred; never one in quarantine, in which the last of the
 * table cannot be. One that the problem asks for by name is taken if it supports the problem,
 * whatever is known of it. An empty problem, which needs no plan (planning divides by sizes), gets
 * the one it asks for, or the last. Reads no file after the device's first call.
 *
 *   YOKE_ERR_INVALID      there is no variant of that name
 *   YOKE_ERR_UNSUPPORTED  it does not support the problem
 *   YOKE_ERR_NO_MEMORY    the host is out of memory
 */
yoke_status yoke_choose(const yoke_device *dev, const struct yoke_op_class *op, const void *problem,
                        struct yoke_choice *out);

/* The first variant that is preferred and not in quarantine: what would run had nothing been tuned.
 */
yoke_status yoke_choose_untuned(const yoke_device *dev, const struct yoke_op_class *op,
                                const void *problem, const struct yoke_variant **out);

/* Why a variant is in quarantine for a type on the device, and where that stands; NULL when it is
 * not. */
const char *yoke_choice_ban(const yoke_device *dev, const struct yoke_op_class *op,
                            enum yoke_type type, const char *variant, const char **where);

/* What of the databases was not understood or not read, a line of text each; "" when all was. */
const char *yoke_choice_remarks(const yoke_device *dev);

/* A number that changes with what the device believes: plans that were chosen before may not be
 * what would be chosen now. */
unsigned yoke_choice_edition(const yoke_device *dev);

/* Whose entries the device takes: for new ones, too. */
yoke_status yoke_choice_owner(const yoke_device *dev, struct yoke_db_owner *owner);

/* Believe these lines from now on, in this process, and read the databases again. */
yoke_status yoke_choice_learn(const yoke_device *dev, const struct yoke_tune_line *lines, size_t n);

/* Forget the quarantines of a variant, or of all (NULL), that this process has learnt of the
 * device, take them out of the database, and read the databases again; *n counts the entries there,
 * or those learnt where there are none. Statuses as of yoke_tune_forgive. */
yoke_status yoke_choice_forgive(const yoke_device *dev, const char *variant, size_t *n);

#endif /* YOKE_OP_CHOICE_H */
