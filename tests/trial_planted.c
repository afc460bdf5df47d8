/* trial_planted.c - yoke-trial for planted rows. SPDX-License-Identifier: MIT */
#include "planted.h"
#include "tune/gemm_trial.h"

int main(int argc, char **argv)
{
    return yoke_gemm_trial_main(planted_rows, n_planted_rows, argc, argv);
}
