/* tune.h - tuning any operator, with the table and the child's program to be chosen.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TUNE_TUNE_H
#define YOKE_TUNE_TUNE_H

#include "op/class.h"
#include "yoke/tune.h"

/* yoke_op_tune for a problem of a class, whose child is `program` (NULL: yoke-helper). */
yoke_status yoke_tune_class(yoke_device *dev, const struct yoke_op_class *op, const void *problem,
                            const char *program, const struct yoke_tune_params *params,
                            struct yoke_tune_result **out);

/* yoke_op_explain for a problem of a class, which may be resolved. */
yoke_status yoke_explain_class(yoke_device *dev, const struct yoke_op_class *op, void *problem,
                               struct yoke_tune_reason **out);

#endif /* YOKE_TUNE_TUNE_H */
