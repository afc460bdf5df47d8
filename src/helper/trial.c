/* trial.c - the task `trial`: which variants survive, and are right (tune/trial.h).
 * SPDX-License-Identifier: MIT */
#include "helper/tasks.h"
#include "ops/gemm/gemm.h"
#include "tune/gemm_trial.h"

void yoke_task_trial(int argc, char **argv)
{
    yoke_gemm_trial(yoke_gemm_class.variants, yoke_gemm_class.n_variants, argc, argv);
}
