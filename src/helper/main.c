/* main.c - yoke-helper: what drivers may not survive, in a process of its own (base/helper.h).
 * SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "base/helper_child.h"
#include "helper/tasks.h"

static const struct {
    const char *name;
    void (*run)(int argc, char **argv);
} tasks[] = {
    { "probe", yoke_task_probe },
    { "self-test", yoke_task_self_test },
    { "trial", yoke_task_trial },
};

int main(int argc, char **argv)
{
    if (argc < 2 || !yoke_helper_child_begin()) return 2;
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        if (strcmp(tasks[i].name, argv[1]) != 0) continue;
        tasks[i].run(argc - 2, argv + 2);
        _exit(0); /* drivers are known to crash in their exit handlers as well */
    }
    yoke_helper_say_text(YOKE_HELPER_SORRY, "has no task \"%.40s\"", argv[1]);
    return 2;
}
