/* class.h - an operator as the rooms that name none see it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_CLASS_H
#define YOKE_OP_CLASS_H

#include <stdint.h>

#include "op/key.h"
#include "op/variant.h"

struct yoke_choice;

/* Numbers of a digest. */
enum { YOKE_DIGEST_WORDS = 64 };

/* A problem is checked and in normal form: a struct of the operator's own, which may be copied. */
struct yoke_op_class {
    const char *name;                    /* in databases, commands, messages: "gemm" */
    const struct yoke_variant *variants; /* best first; the last one takes anything */
    size_t n_variants;

    enum yoke_type (*type)(const void *problem);
    /* What the caller asks for by name, or NULL. */
    const char *(*asked_for)(const void *problem);
    /* An empty result: there is nothing to plan. */
    bool (*is_empty)(const void *problem);
    /* The key by which it is tuned, without the type: op/key.h. */
    void (*key)(const void *problem, char key[YOKE_KEY_MAX]);
    /* All that a plan depends on, as numbers; returns how many. */
    size_t (*digest)(const void *problem, uint64_t words[YOKE_DIGEST_WORDS]);
    /* Choose for a problem that is not empty; NULL: yoke_choose. */
    yoke_status (*choose)(const yoke_device *dev, const struct yoke_op_class *op,
                          const void *problem, struct yoke_choice *out);
};

/* The table's own text for a variant's name, which plans may keep; the caller's where there is no
 * variant of that name, and NULL for NULL. */
const char *yoke_op_own_name(const struct yoke_op_class *op, const char *name);

#endif /* YOKE_OP_CLASS_H */
