/* class.h - an operator as the rooms that name none see it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_CLASS_H
#define YOKE_OP_CLASS_H

#include <stdint.h>

#include "op/key.h"
#include "op/operand.h"
#include "op/variant.h"
#include "yoke/op.h"

struct yoke_choice;

/* Numbers of a digest. */
enum { YOKE_DIGEST_WORDS = 64 };

/* Most bytes of a descriptor or a problem, of any operator: whoever makes another one of it has
 * room for it. */
enum { YOKE_PROBLEM_BYTES = 1024 };

/* A copy of a problem, or of a descriptor. */
struct yoke_problem {
    _Alignas(16) unsigned char bytes[YOKE_PROBLEM_BYTES];
};

/* Ways to cut one problem into parts: at most so many. */
enum { YOKE_CUTS_MAX = 6 };

/* One of them: along a dimension of so many; none where the extent is at most the unit. */
struct yoke_cut {
    size_t extent;
    size_t unit;   /* parts must begin at a multiple of it                     */
    size_t tile;   /* and should at one of this, a multiple of the unit        */
    bool in_order; /* parts add to the result, one after another: not shared   */
};

/* A descriptor is the public one (struct yoke_gemm and its like); a problem is what it means,
 * checked and in normal form: a struct of the operator's own, which may be copied. Operands are
 * counted, the result first. What is not told to be optional must be there. */
struct yoke_op_class {
    const char *name;                    /* in databases, commands, messages: "gemm" */
    const struct yoke_variant *variants; /* best first; the last one takes anything */
    size_t n_variants;
    size_t descriptor_bytes, problem_bytes, n_operands;

    /* Check a descriptor and fill in the problem. Statuses are those of the public functions. */
    yoke_status (*prepare)(const void *descriptor, void *problem);
    enum yoke_type (*type)(const void *problem);
    /* What the caller asks for by name, or NULL. */
    const char *(*asked_for)(const void *problem);
    /* The cap on the bytes of device memory, 0 being none; it may be changed. */
    size_t *(*max_workspace)(void *problem);
    /* An empty result: there is nothing to plan. */
    bool (*is_empty)(const void *problem);
    /* Nothing to do: an empty result, or one that stays as it is. Optional: as is_empty. */
    bool (*is_nothing)(const void *problem);
    double (*flops)(const void *problem);

    /* Whether the device can do it at all; put what it has of its own, such as packed operands,
     * into the problem and the bindings, which may be NULL. */
    yoke_status (*resolve)(const yoke_device *dev, void *problem, struct yoke_bindings *bindings);
    /* Choose for a resolved problem that is not empty; optional: yoke_choose. */
    yoke_status (*choose)(const yoke_device *dev, const struct yoke_op_class *op,
                          const void *problem, struct yoke_choice *out);
    /* All that a plan depends on, as numbers; returns how many. */
    size_t (*digest)(const void *problem, uint64_t words[YOKE_DIGEST_WORDS]);

    /* Where an operand lies; and put it elsewhere, a tensor of the same dimensions. */
    void (*operand)(const void *problem, size_t i, struct yoke_operand *out);
    void (*place)(void *problem, size_t i, const struct yoke_tensor *tensor, size_t offset);
    /* How it may be cut; returns the number of ways. The extent of the first is that of the whole,
     * whether it can be cut or not. */
    size_t (*cuts)(const void *problem, struct yoke_cut cuts[YOKE_CUTS_MAX]);
    /* Make it the part of n from `first` on along cut `cut`, its operands where they were: only
     * offsets move, and dimensions shrink. */
    void (*part)(void *problem, size_t cut, size_t first, size_t n);

    /* The key by which it is tuned, without the type: op/key.h. */
    void (*key)(const void *problem, char key[YOKE_KEY_MAX]);
    /* The plain descriptor (dense, without what the key does not tell) of a key; false where it is
     * none of the operator's. */
    bool (*describe)(enum yoke_type type, const char *key, void *descriptor);
    /* Make a plain descriptor a smaller one like it, whose reference takes a fraction of a second.
     */
    void (*shrink)(void *descriptor);
    /* A plain descriptor to measure a device with, level 0 to YOKE_SAMPLE_LEVELS - 1 from small to
     * large; and number i of an operand of it (complex elements have two), whole numbers that are
     * exact in every type, those of the result being right. */
    void (*sample)(enum yoke_type type, int level, void *descriptor);
    double (*known)(const void *descriptor, size_t operand, size_t i);
};

enum { YOKE_SAMPLE_LEVELS = 3 };

/* The table's own text for a variant's name, which plans may keep; the caller's where there is no
 * variant of that name, and NULL for NULL. */
const char *yoke_op_own_name(const struct yoke_op_class *op, const char *name);

/* Resolve a problem for a device, and choose its variant. Statuses as of yoke_choose. */
yoke_status yoke_op_choose(const yoke_device *dev, const struct yoke_op_class *op, void *problem,
                           struct yoke_choice *out);

/* Queue a problem on operands that were checked. variant, which gets the name of the variant that
 * runs, and event may be NULL. */
yoke_status yoke_op_queue(yoke_queue *q, const struct yoke_op_class *op, const void *problem,
                          const struct yoke_bindings *bindings, const char **variant,
                          yoke_event **event);

/* Nothing is left to do. */
bool yoke_op_is_nothing(const struct yoke_op_class *op, const void *problem);

/* Check the bindings and queue a problem; an event of its own where nothing is left to do. `what`
 * is the public function's name, for messages. */
yoke_status yoke_op_start(yoke_queue *q, const struct yoke_op_class *op, const void *problem,
                          const struct yoke_bindings *bindings, const char *what,
                          yoke_event **event);

/* YOKE_ERR_INVALID where a buffer is missing or too small, or is the result's as well. `what` is
 * the function's name, for messages. */
yoke_status yoke_op_check(const struct yoke_op_class *op, const void *problem,
                          const struct yoke_bindings *bindings, const char *what);

#endif /* YOKE_OP_CLASS_H */
