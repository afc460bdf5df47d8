/* trial_planted.c - yoke-helper for trials of planted variants. SPDX-License-Identifier: MIT */
#include "base/helper_child.h"
#include "planted.h"
#include "tune/trial_child.h"

int main(int argc, char **argv)
{
    if (argc < 2 || !yoke_helper_child_begin()) return 2;
    yoke_trial_answer(planted_find, argc - 2, argv + 2);
    return 0;
}
