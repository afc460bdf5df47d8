/* check.h - is a variant right? Asked on data of its own.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TUNE_CHECK_H
#define YOKE_TUNE_CHECK_H

#include "tune/plain.h"

/* The data, its reference and the buffers, for any number of variants. */
struct yoke_check;

/* On success the caller owns *out. plain, which is small, must live as long. Statuses as of
 * yoke_buffer_create; YOKE_ERR_UNSUPPORTED for an operator without a reference. */
yoke_status yoke_check_create(yoke_queue *q, const struct yoke_op_class *op,
                              const struct yoke_plain *plain, struct yoke_check **out);

/* Run the variant on small integers, where every element must be exact, then on seeded numbers in
 * [-1, 1), where a sample must keep the operator's bound; both times nothing beside the result may
 * change, which has guards before it (bindings' offsets) and behind. *right is the result of that,
 * why says what is wrong, *ms is the least of a few runs. A status is that of the variant's own
 * failure. */
yoke_status yoke_check_variant(struct yoke_check *c, const struct yoke_variant *variant,
                               bool *right, char *why, size_t room, double *ms);

void yoke_check_destroy(struct yoke_check **c);

#endif /* YOKE_TUNE_CHECK_H */
