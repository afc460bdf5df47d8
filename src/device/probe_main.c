/* probe_main.c - the child process of probe.c: says how far it comes.
 * SPDX-License-Identifier: MIT
 *
 * yoke-probe FIRST: writes 'L' when the ICD loader has listed the platforms, '+' for each platform
 * from the FIRST on that has listed its devices, 'E' at the end. */
#include <CL/cl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/helper_child.h"
#include "device/probe.h"

static void say(char c)
{
    if (write(STDOUT_FILENO, &c, 1) != 1) _exit(1); /* nobody listens any more */
}

int main(int argc, char **argv)
{
    const cl_uint first = argc > 1 ? (cl_uint)strtoul(argv[1], NULL, 10) : 0;
    cl_platform_id platforms[YOKE_PROBE_MAX];
    cl_uint n = 0;

    yoke_helper_child_begin(STDOUT_FILENO);
    if (clGetPlatformIDs(YOKE_PROBE_MAX, platforms, &n) != CL_SUCCESS) n = 0;
    if (n > YOKE_PROBE_MAX) n = YOKE_PROBE_MAX;
    say('L');
    for (cl_uint i = first; i < n; i++) {
        cl_uint n_devices = 0;
        clGetDeviceIDs(platforms[i], CL_DEVICE_TYPE_ALL, 0, NULL, &n_devices);
        say('+');
    }
    say('E');
    _exit(0); /* drivers are known to crash in their exit handlers as well */
}
