/* self_test_planted.c - yoke-helper for planted self-tests. SPDX-License-Identifier: MIT */
#include "base/helper_child.h"
#include "planted_questions.h"

int main(int argc, char **argv)
{
    if (argc < 2 || !yoke_helper_child_begin()) return 2;
    yoke_self_test_answer(planted_question, argc - 2, argv + 2);
    return 0;
}
