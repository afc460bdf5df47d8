/* trial_planted.c - yoke-helper for trials of planted rows. SPDX-License-Identifier: MIT */
#include "base/helper_child.h"
#include "planted.h"
#include "tune/gemm_trial.h"

int main(int argc, char **argv)
{
    if (argc < 2 || !yoke_helper_child_begin()) return 2;
    yoke_gemm_trial(planted_rows, n_planted_rows, argc - 2, argv + 2);
    return 0;
}
