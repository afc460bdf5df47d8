/* faults.c - preloaded into a command: what goes wrong while it ends.
 * SPDX-License-Identifier: MIT
 *
 * YOKE_FAULT_SYNC=N    signal N comes while a file is written
 * YOKE_FAULT_RELEASE   the driver aborts when a context is released */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <CL/cl.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

int fsync(int fd);

int fsync(int fd)
{
    const char *number = getenv("YOKE_FAULT_SYNC");

    (void)fd; /* a test's file need not reach the disk */
    if (number) raise(atoi(number));
    return 0;
}

cl_int clReleaseContext(cl_context context)
{
    cl_int (*real)(cl_context);
    void *symbol = dlsym(RTLD_NEXT, "clReleaseContext");

    if (!symbol || getenv("YOKE_FAULT_RELEASE")) abort();
    memcpy(&real, &symbol, sizeof real); /* C knows no conversion to a function's pointer */
    return real(context);
}
