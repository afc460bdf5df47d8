/* ops.c - the operators that there are. SPDX-License-Identifier: MIT */
#include "ops/ops.h"

#include <string.h>

#include "base/error.h"

#define YOKE_OPERATOR(kind, name) extern const struct yoke_op_class yoke_##name##_class;
#include "ops/ops.def"
#undef YOKE_OPERATOR

#define YOKE_OPERATOR(kind, name) [YOKE_OP_##kind - 1] = &yoke_##name##_class,
static const struct yoke_op_class *const classes[] = {
#include "ops/ops.def"
};
#undef YOKE_OPERATOR

enum { N_CLASSES = sizeof classes / sizeof *classes };

const struct yoke_op_class *yoke_op_class_at(size_t i)
{
    return i < N_CLASSES ? classes[i] : NULL;
}

const struct yoke_op_class *yoke_op_class_find(const char *name)
{
    for (size_t i = 0; i < N_CLASSES; i++)
        if (strcmp(classes[i]->name, name) == 0) return classes[i];
    return NULL;
}

yoke_status yoke_op_class_of(const struct yoke_op *op, const char *what,
                             const struct yoke_op_class **out)
{
    if (!op || !op->descriptor) return yoke_fail(YOKE_ERR_INVALID, "%s: a NULL argument", what);
    *out = op->kind > 0 ? yoke_op_class_at((size_t)op->kind - 1) : NULL;
    return *out ? YOKE_OK
                : yoke_fail(YOKE_ERR_INVALID, "%s: kind %d is no yoke_op_kind", what, (int)op->kind);
}
