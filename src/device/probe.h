/* probe.h - ask in a child process first, since drivers are known to abort when asked.
 * SPDX-License-Identifier: MIT
 *
 * The child (base/helper.h) is started as "yoke-helper probe FIRST [unsorted]". It is "ready" when
 * the ICD loader has listed the platforms, "unsorted" with OCL_ICD_PLATFORM_SORT=none in its own
 * environment; each platform from the FIRST on begins and passes when it has listed its devices. */
#ifndef YOKE_DEVICE_PROBE_H
#define YOKE_DEVICE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

enum { YOKE_PROBE_MAX = 64 };

/* ocl-icd asks every platform for devices when it sorts them, before a program can keep away from
 * one that does not survive it. Only "none" in this variable keeps it from that: it is read once,
 * at the first call of OpenCL, and the environment is the program's, not ours. */
#define YOKE_SORT_VARIABLE "OCL_ICD_PLATFORM_SORT"

struct yoke_probe {
    bool ran;                     /* false: there was no child to ask, nothing is known    */
    bool loader_ok;               /* clGetPlatformIDs came back                            */
    bool unsorted_ok;             /* it did not, but would if it did not sort platforms    */
    bool sure;                    /* it would be the same the next time                    */
    bool late;                    /* a child was silent: perhaps the machine was busy      */
    char verdict[YOKE_PROBE_MAX]; /* per platform: '+' came back, '-' took two children
                                   * down, '?' not asked                                   */
    char how[128];                /* how the child ended, for a sentence                   */
};

/* Ask every platform for its devices in a child process, of so much time, and another one after
 * each child that did not come to the end. What two children in a row fall over is bad; two that
 * were killed from outside tell nothing. What was found is remembered for a day and for the same
 * circumstances (probe_memo.h). */
void yoke_probe_run(double limit_s, struct yoke_probe *probe);

/* What the child does; in the helper's program alone. */
void yoke_probe_answer(size_t first);

#endif /* YOKE_DEVICE_PROBE_H */
