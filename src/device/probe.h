/* probe.h - ask in a child process first, since drivers are known to abort when asked.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_PROBE_H
#define YOKE_DEVICE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

enum { YOKE_PROBE_MAX = 64 };

struct yoke_probe {
    bool ran;                     /* false: there was no child to ask, nothing is known    */
    bool loader_ok;               /* clGetPlatformIDs came back                            */
    bool unsorted;                /* only once OCL_ICD_PLATFORM_SORT was "none"            */
    bool sure;                    /* it would be the same the next time                    */
    bool late;                    /* a child was silent: perhaps the machine was busy      */
    char verdict[YOKE_PROBE_MAX]; /* per platform: '+' came back, '-' took two children
                                   * down, '?' not asked                                   */
    char how[128];                /* how the child ended, for a sentence                   */
};

/* Ask every platform for its devices in a child process, of so much time, and another one after
 * each child that did not come to the end. What two children in a row fall over is bad; two that
 * were killed from outside tell nothing. Where it is the loader, this process's environment gets
 * OCL_ICD_PLATFORM_SORT=none. What was found is remembered for a day and for the same circumstances
 * (probe_memo.h). */
void yoke_probe_run(double limit_s, struct yoke_probe *probe);

#endif /* YOKE_DEVICE_PROBE_H */
