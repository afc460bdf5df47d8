/* bad_icd.c - an OpenCL driver that aborts the process when asked for its devices.
 * SPDX-License-Identifier: MIT
 *
 * PoCL does so in a root without /proc. With -DABORT_AT_LOAD it aborts when asked for platforms.
 * Asked for devices, with -DHANG it goes round for ever, with -DWAIT it waits for ever, with -DEXIT
 * it exits, with -DKILL it is killed; with -DSLOW it has none, after a while that it takes to load.
 */
#define _GNU_SOURCE /* pause, nanosleep */
#include <CL/cl.h>
#include <CL/cl_icd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef NAME
#define NAME "bad"
#endif

struct _cl_platform_id {
    const cl_icd_dispatch *dispatch;
};

static cl_int CL_API_CALL get_platform_info(cl_platform_id platform, cl_platform_info what,
                                            size_t room, void *value, size_t *needed)
{
    const char *text = what == CL_PLATFORM_EXTENSIONS ? "cl_khr_icd" : NAME;

    (void)platform;
    if (needed) *needed = strlen(text) + 1;
    if (value && room < strlen(text) + 1) return CL_INVALID_VALUE;
    if (value) memcpy(value, text, strlen(text) + 1);
    return CL_SUCCESS;
}

static cl_int CL_API_CALL get_device_ids(cl_platform_id platform, cl_device_type type, cl_uint room,
                                         cl_device_id *devices, cl_uint *n)
{
    (void)platform, (void)type, (void)room, (void)devices;
    if (n) *n = 0;
#if defined HANG
    for (volatile unsigned i = 0;; i++)
        ;
#elif defined WAIT
    for (;;)
        pause();
#elif defined EXIT
    _exit(1);
#elif defined KILL
    raise(SIGKILL);
#elif !defined SLOW
    abort();
#endif
    return CL_DEVICE_NOT_FOUND;
}

static const cl_icd_dispatch dispatch = {
    .clGetPlatformInfo = get_platform_info,
    .clGetDeviceIDs = get_device_ids,
};

static cl_int CL_API_CALL icd_get_platform_ids(cl_uint room, cl_platform_id *platforms, cl_uint *n)
{
    static struct _cl_platform_id platform = { &dispatch };

#if defined ABORT_AT_LOAD
    abort();
#elif defined SLOW
    nanosleep(&(struct timespec){ 0, 150000000 }, NULL);
#endif
    if (n) *n = 1;
    if (room > 0 && platforms) platforms[0] = &platform;
    return CL_SUCCESS;
}

CL_API_ENTRY void *CL_API_CALL clGetExtensionFunctionAddress(const char *name)
{
    if (strcmp(name, "clIcdGetPlatformIDsKHR") == 0) return (void *)(size_t)icd_get_platform_ids;
    if (strcmp(name, "clGetPlatformInfo") == 0) return (void *)(size_t)get_platform_info;
    return NULL;
}

CL_API_ENTRY cl_int CL_API_CALL clGetPlatformInfo(cl_platform_id platform, cl_platform_info what,
                                                  size_t room, void *value, size_t *needed)
{
    return get_platform_info(platform, what, room, value, needed);
}

CL_API_ENTRY cl_int CL_API_CALL clIcdGetPlatformIDsKHR(cl_uint room, cl_platform_id *platforms,
                                                       cl_uint *n)
{
    return icd_get_platform_ids(room, platforms, n);
}
