/* class.c - an operator as the rooms that name none see it.
 * SPDX-License-Identifier: MIT */
#include "op/class.h"

const char *yoke_op_own_name(const struct yoke_op_class *op, const char *name)
{
    const struct yoke_variant *v =
        name ? yoke_variant_find(op->variants, op->n_variants, name) : NULL;

    return v ? v->name : name;
}
