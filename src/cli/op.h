/* op.h - what `yoke gemm` and `yoke conv` share: options, timing, check and report.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_OP_H
#define YOKE_CLI_OP_H

#include "cli/array.h"
#include "cli/cli.h"
#include "ref/ref.h"

struct op_options {
    struct cli_common common;
    const char *output;       /* -o FILE, or NULL */
    const char *variant;      /* --variant NAME, or NULL */
    enum yoke_type last_type; /* set before parsing: --type takes those up to it */
    enum yoke_type type;      /* --type */
    bool type_given;
    bool check;
    size_t repeat; /* at least 1 */
    uint64_t seed;
};

/* The options above; a command lists it as a child whose input is its struct op_options. */
extern const struct argp op_argp;

/* An operator as a command. task is the command's own. */
struct op {
    const char *name;
    enum yoke_op_kind kind;
    int (*prepare)(void *task); /* arrays and descriptor: an exit status */
    void (*reset)(void *task);  /* before each run, not timed */
    yoke_status (*run)(const void *task, yoke_team *team, struct yoke_report *report);
    void (*reference)(const void *task, struct yoke_ref *ref);
    const struct array *(*result)(const void *task);
    void (*describe)(const void *task); /* the shape in words, to stdout */
    json_t *(*shape)(const void *task);
};

/* Prepare, run, check, write and report, as the options say. Returns the exit status. */
int op_execute(const struct op *op, const struct op_options *opt, void *task);

/* Open a file whose elements are of the type asked for, if one is, and of opt->type from then on.
 */
int op_open(struct array *a, const char *path, struct op_options *opt);

/* Open a file of what is added to results: its elements are of their type. */
int op_open_result(struct array *a, const char *path, const struct op_options *opt);

#endif /* YOKE_CLI_OP_H */
