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
    char verdict[YOKE_PROBE_MAX]; /* per platform: '+' came back, '-' took the child down,
                                   * '?' not asked                                         */
    char how[128];                /* how the child ended, for a sentence                   */
};

/* Ask every platform for its devices in a child process, at most 20 s long, and another one after
 * each platform that took it down. Not when they all answered well under the same circumstances
 * within a day (probe_memo.h). */
void yoke_probe_run(struct yoke_probe *probe);

#endif /* YOKE_DEVICE_PROBE_H */
