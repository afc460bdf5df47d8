/* trial_main.c - yoke-trial, the child process of tune/trial.c. SPDX-License-Identifier: MIT */
#include "ops/gemm/gemm.h"
#include "tune/gemm_trial.h"

int main(int argc, char **argv)
{
    return yoke_gemm_trial_main(yoke_gemm_class.variants, yoke_gemm_class.n_variants, argc, argv);
}
