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

yoke_status yoke_plain_of(const yoke_device *dev, const struct yoke_op_class *op,
                          const void *descriptor, struct yoke_plain *out)
{
    yoke_status st = YOKE_OK;

    memset(out, 0, sizeof *out);
    memcpy(out->descriptor.bytes, descriptor, op->descriptor_bytes);
    TRY(op->prepare(out->descriptor.bytes, out->problem.bytes));
    TRY(check_operands(op, out->problem.bytes));
    TRY(op->resolve(dev, out->problem.bytes, NULL));
    op->key(out->problem.bytes, out->key);
out:
    return st;
}

yoke_status yoke_plain_of_key(const yoke_device *dev, const struct yoke_op_class *op,
                              enum yoke_type type, const char *key, struct yoke_plain *out)
{
    struct yoke_problem descriptor;

    if (!op->describe(type, key, descriptor.bytes))
        return yoke_fail(YOKE_ERR_INVALID, "\"%.80s\" is no key of %s", key, op->name);
    return yoke_plain_of(dev, op, descriptor.bytes, out);
}

yoke_status yoke_plain_shrink(const yoke_device *dev, const struct yoke_op_class *op,
                              const struct yoke_plain *plain, struct yoke_plain *out)
{
    struct yoke_problem descriptor = plain->descriptor;

    op->shrink(descriptor.bytes);
    return yoke_plain_of(dev, op, descriptor.bytes, out);
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
