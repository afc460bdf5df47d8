/* gemm_trial.h - the child process that tries rows of matrix products (tune/trial.h).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TUNE_GEMM_TRIAL_H
#define YOKE_TUNE_GEMM_TRIAL_H

#include "op/variant.h"

/* The child's task `trial`, with the rows it can be asked for and the task's arguments, after
 * yoke_helper_child_begin. Ends the process. */
void yoke_gemm_trial(const struct yoke_variant *rows, size_t n_rows, int argc, char **argv);

#endif /* YOKE_TUNE_GEMM_TRIAL_H */
