/* probe.c - the task `probe`: which platforms survive being asked for their devices.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "device/probe.h"
#include "helper/tasks.h"

void yoke_task_probe(int argc, char **argv)
{
    /* Before the loader reads it; this is a program, and has one thread that looks at it. */
    if (argc > 1 && strcmp(argv[1], "unsorted") == 0) setenv(YOKE_SORT_VARIABLE, "none", 1);
    yoke_probe_answer(argc > 0 ? strtoul(argv[0], NULL, 10) : 0);
}
