/* op.h - what the public functions that all operators share begin with.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_API_OP_H
#define YOKE_API_OP_H

#include "op/class.h"

/* The class of a tagged descriptor, and what it means. Statuses as of yoke_op_class_of and the
 * class's prepare; YOKE_ERR_DEVICE where no driver may be used. `what` is the function's name. */
yoke_status yoke_op_prepare(const struct yoke_op *op, const char *what,
                            const struct yoke_op_class **class, struct yoke_problem *p);

#endif /* YOKE_API_OP_H */
