/* faults.c - preloaded into a command: what goes wrong while it ends.
 * SPDX-License-Identifier: MIT
 *
 * YOKE_FAULT_SYNC=N    signal N comes while a file is written
 * YOKE_FAULT_RELEASE   the driver aborts when a context is released */
#include <CL/cl.h>
#include <signal.h>
#include <stdlib.h>

int fsync(int fd);

int fsync(int fd)
{
    const char *number = getenv("YOKE_FAULT_SYNC");

    (void)fd;
    if (number) raise(atoi(number));
    return 0;
}

cl_int clReleaseContext(cl_context context)
{
    (void)context;
    if (getenv("YOKE_FAULT_RELEASE")) abort();
    return CL_SUCCESS;
}
