/* self_test.c - the task `self-test`: which risky kernels survive, and are right.
 * SPDX-License-Identifier: MIT */
#include "op/self_test.h"

#include "helper/tasks.h"
#include "ops/questions.h"

void yoke_task_self_test(int argc, char **argv)
{
    yoke_self_test_answer(yoke_question_find, argc, argv);
}
