/* plain.h - the plain problems that stand for others: to be tuned, to be checked.
 * SPDX-License-Identifier: MIT
 *
 * Plain is dense and without all that a key does not tell: op/class.h. */
#ifndef YOKE_TUNE_PLAIN_H
#define YOKE_TUNE_PLAIN_H

#include "op/class.h"

struct yoke_plain {
    struct yoke_problem descriptor, problem;
    char key[YOKE_KEY_MAX];
};

/* The plain problem of a plain descriptor, resolved for the device.
 *
 *   YOKE_ERR_INVALID      an operand has no elements
 *   YOKE_ERR_UNSUPPORTED  the device lacks the type
 */
yoke_status yoke_plain_of(const yoke_device *dev, const struct yoke_op_class *op,
                          const void *descriptor, struct yoke_plain *out);

/* Of a key. YOKE_ERR_INVALID also for one that is none of the operator's. */
yoke_status yoke_plain_of_key(const yoke_device *dev, const struct yoke_op_class *op,
                              enum yoke_type type, const char *key, struct yoke_plain *out);

/* A smaller one like it, whose reference takes a fraction of a second; often itself. */
yoke_status yoke_plain_shrink(const yoke_device *dev, const struct yoke_op_class *op,
                              const struct yoke_plain *plain, struct yoke_plain *out);

/* Bytes of its operands, each from its buffer's beginning. */
double yoke_plain_bytes(const struct yoke_op_class *op, const struct yoke_plain *plain);

#endif /* YOKE_TUNE_PLAIN_H */
