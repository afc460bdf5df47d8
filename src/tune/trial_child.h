/* trial_child.h - the child process that tries variants (tune/trial.h).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TUNE_TRIAL_CHILD_H
#define YOKE_TUNE_TRIAL_CHILD_H

#include "op/class.h"

/* The child's task `trial`, with the operators it can be asked for, by name (NULL: there is none),
 * and the task's arguments, after yoke_helper_child_begin. Ends the process. */
void yoke_trial_answer(const struct yoke_op_class *(*find)(const char *name), int argc,
                       char **argv);

#endif /* YOKE_TUNE_TRIAL_CHILD_H */
