/* dot_probe.h - what of a device's processor sums products of 8-bit integers (cl/gemm/dot.clh).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_GEMM_DOT_PROBE_H
#define YOKE_OPS_GEMM_DOT_PROBE_H

#include "op/options.h"
#include "op/self_test.h"

/* A body of dot_add: its defines but VW, and the rows of a tile for which there are registers. */
struct yoke_dot {
    size_t group; /* GROUP: elements in a word, 1, 2 or 4                                      */
    bool native;  /* NATIVE: the processor has an instruction that sums a word's products      */
    size_t max_rows;
};

/* For words of `group` elements and vectors of VW words: native where dev's host has the
 * instruction and dev's compiler passes it on, as a self-test shows. */
struct yoke_dot yoke_dot_for(const yoke_device *dev, size_t group, size_t VW);

/* *right: this body, as dev compiles it, sums seeded bytes and extremes without an error. max_rows
 * is an output. Statuses as of yoke_gemm_run. */
yoke_status yoke_dot_known_answer(yoke_device *dev, struct yoke_dot *dot, size_t VW, bool *right);

/* One for each body that is native. */
enum { YOKE_N_DOT_QUESTIONS = 6 };
extern const struct yoke_question yoke_dot_questions[YOKE_N_DOT_QUESTIONS];

/* The defines of dot.clh and dot_tile.clh. */
void yoke_options_add_dot(struct yoke_text *o, const struct yoke_dot *dot,
                          const struct yoke_tile *tile);

/* Options of dot_trial.cl, the program behind yoke_dot_known_answer. */
void yoke_dot_trial_options(struct yoke_text *o, bool fma, const struct yoke_dot *dot, size_t VW);

#endif /* YOKE_OPS_GEMM_DOT_PROBE_H */
