/* ops.h - the operators that there are (ops.def), for those who name none.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_OPS_H
#define YOKE_OPS_OPS_H

#include "op/class.h"

/* The i-th class; NULL when there are not that many. */
const struct yoke_op_class *yoke_op_class_at(size_t i);

/* The one of that name, or NULL. */
const struct yoke_op_class *yoke_op_class_find(const char *name);

/* The class of a tagged descriptor. YOKE_ERR_INVALID for a NULL one, or a kind that there is not;
 * `what` is the function's name, for messages. */
yoke_status yoke_op_class_of(const struct yoke_op *op, const char *what,
                             const struct yoke_op_class **out);

#endif /* YOKE_OPS_OPS_H */
