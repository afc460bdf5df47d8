/* plain.c - the plain problems that stand for others: to be tuned, to be checked.
 * SPDX-License-Identifier: MIT */
#include "tune/plain.h"

#include <string.h>

#include "base/error.h"

/* Nothing is measured of a product without terms, either. */
static yoke_status check_operands(const struct yoke_op_class *op, const void *problem)
{
    for (size_t i = 0; i < op->n_operands; i++) {
        struct yoke_operand o;
        op->operand(problem, i, &o);
        if (o.is_array && yoke_operand_extent(&o) == 0)
            return yoke_fail(YOKE_ERR_INVALID, "tuning: %s has no elements; no dimension may be 0",
                             o.name);
    }
    return YOKE_OK;
}

/* All that follows from the descriptor. */
static yoke_status complete(const yoke_device *dev, const struct yoke_op_class *op,
                            struct yoke_plain *plain)
{
    yoke_status st = YOKE_OK;

    TRY(op->prepare(plain->descriptor.bytes, plain->problem.bytes));
    TRY(check_operands(op, plain->problem.bytes));
    TRY(op->resolve(dev, plain->problem.bytes, NULL));
    op->key(plain->problem.bytes, plain->key);
out:
    return st;
}

yoke_status yoke_plain_of_key(const yoke_device *dev, const struct yoke_op_class *op,
                              enum yoke_type type, const char *key, struct yoke_plain *out)
{
    memset(out, 0, sizeof *out);
    if (!op->describe(type, key, out->descriptor.bytes))
        return yoke_fail(YOKE_ERR_INVALID, "\"%.80s\" is no key of %s", key, op->name);
    return complete(dev, op, out);
}

yoke_status yoke_plain_shrink(const yoke_device *dev, const struct yoke_op_class *op,
                              const struct yoke_plain *plain, struct yoke_plain *out)
{
    *out = *plain;
    op->shrink(out->descriptor.bytes);
    return complete(dev, op, out);
}

double yoke_plain_bytes(const struct yoke_op_class *op, const struct yoke_plain *plain)
{
    double bytes = 0;

    for (size_t i = 0; i < op->n_operands; i++) {
        struct yoke_operand o;
        op->operand(plain->problem.bytes, i, &o);
        if (o.is_array) bytes += (double)yoke_operand_bytes(&o);
    }
    return bytes;
}
