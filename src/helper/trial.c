/* trial.c - the task `trial`: which variants survive, and are right (tune/trial.h).
 * SPDX-License-Identifier: MIT */
#include "helper/tasks.h"
#include "ops/ops.h"
#include "tune/trial_child.h"

void yoke_task_trial(int argc, char **argv)
{
    yoke_trial_answer(yoke_op_class_find, argc, argv);
}
