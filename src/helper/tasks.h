/* tasks.h - what yoke-helper can be asked for (base/helper.h).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_HELPER_TASKS_H
#define YOKE_HELPER_TASKS_H

/* One file each. argv[0] is the first argument behind the task's name, argv[argc] is NULL. */
void yoke_task_probe(int argc, char **argv);
void yoke_task_self_test(int argc, char **argv);
void yoke_task_trial(int argc, char **argv);

#endif /* YOKE_HELPER_TASKS_H */
