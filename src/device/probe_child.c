/* probe_child.c - the child process of probe.c: says how far it comes.
 * SPDX-License-Identifier: MIT */
#include <CL/cl.h>

#include "base/helper_child.h"
#include "device/probe.h"

void yoke_probe_answer(size_t first)
{
    cl_platform_id platforms[YOKE_PROBE_MAX];
    cl_uint n = 0;

    if (clGetPlatformIDs(YOKE_PROBE_MAX, platforms, &n) != CL_SUCCESS) n = 0;
    if (n > YOKE_PROBE_MAX) n = YOKE_PROBE_MAX;
    yoke_helper_say(YOKE_HELPER_READY);
    for (size_t i = first; i < n; i++) {
        cl_uint n_devices = 0;
        yoke_helper_say(YOKE_HELPER_BEGIN);
        clGetDeviceIDs(platforms[i], CL_DEVICE_TYPE_ALL, 0, NULL, &n_devices);
        yoke_helper_say(YOKE_HELPER_PASS);
    }
    yoke_helper_say(YOKE_HELPER_END);
}
