/* yoke/device.h - the OpenCL platforms and devices of this machine.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_H
#define YOKE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "yoke/api.h"
#include "yoke/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum yoke_device_type {
    YOKE_DEVICE_OTHER = 0,   /* none of those below              */
    YOKE_DEVICE_CPU,         /* runs on the host's processor     */
    YOKE_DEVICE_GPU,         /* a graphics processor             */
    YOKE_DEVICE_ACCELERATOR, /* FPGA, NPU, DSP                   */
    YOKE_DEVICE_CUSTOM,      /* fixed functions, no OpenCL C     */
};

/* "cpu", "gpu", "accelerator", "custom" or "other". */
YOKE_API const char *yoke_device_type_name(enum yoke_device_type type);

/* The properties of a device. The library allocates it; later versions may add fields at the end.
 * Strings are UTF-8 on one line, never NULL. */
struct yoke_device_info {
    const char *id;      /* "P:D", the numbers of platform and device, as in selections */
    const char *name;    /* CL_DEVICE_NAME                                         */
    const char *vendor;  /* CL_DEVICE_VENDOR                                       */
    const char *driver;  /* CL_DRIVER_VERSION                                      */
    const char *version; /* CL_DEVICE_VERSION                                      */
    const char *reason;  /* why it is not usable, one sentence; "" when it is       */
    const char *quirks;  /* the names of the workarounds in force, comma-separated  */

    enum yoke_device_type type;
    bool usable;      /* Yoke can run on it                                        */
    bool compiler;    /* it compiles OpenCL C at run time                          */
    bool fp16;        /* arithmetic in half precision (storage works everywhere)   */
    bool fp64;        /* arithmetic in double precision                            */
    bool fma;         /* a fused multiply-add is as fast as its two operations     */
    bool host_memory; /* it works on the host's memory, so arrays need no copies   */
    bool sub_groups;  /* it has cl_khr_subgroups or cl_intel_subgroups             */
    bool sub_devices; /* it can be partitioned into groups of compute units        */

    uint32_t units;           /* compute units                                      */
    uint32_t clock_mhz;       /* maximum clock, as the driver reports it            */
    uint32_t vector_f32;      /* floats in the widest vector register; 1: scalar. On CPUs,
                               * YOKE_VECTOR_WIDTH (4, 8 or 16) overrides it, which selects
                               * the kernels of another processor                   */
    uint32_t vector_f64;      /* doubles in that register; 0 without fp64           */
    uint32_t address_bits;    /* 32 or 64                                           */
    size_t max_group;         /* maximum work-items of a work-group                 */
    uint64_t memory_bytes;    /* global memory                                      */
    uint64_t max_alloc_bytes; /* maximum size of one buffer                         */
    uint64_t local_bytes;     /* local memory of a work-group                       */
    uint64_t cache_bytes;     /* cache of the global memory; 0 if unknown           */
};

/* An OpenCL platform: one vendor's driver. The library allocates it; later versions may add fields
 * at the end. Strings are UTF-8 on one line, never NULL. */
struct yoke_platform_info {
    const char *name;    /* CL_PLATFORM_NAME    */
    const char *vendor;  /* CL_PLATFORM_VENDOR  */
    const char *version; /* CL_PLATFORM_VERSION */
    const char *reason;  /* why it has no devices, one sentence; "" when it has some */
    size_t n_devices;
    const struct yoke_device_info *const *devices; /* n_devices of them */
};

/* A snapshot of every platform and device.
 *
 * Lifetime: what its functions return lives as long as it does. A team does not need it.
 * Threads:  free, except for destroy. */
typedef struct yoke_system yoke_system;

/* Ask the ICD loader for all platforms, and each platform for its devices. On success the caller
 * owns *out; on failure it is NULL. A machine without platforms gives an empty snapshot.
 *
 * A platform that fails is listed with a reason, and so is one whose driver would bring down this
 * process: a child process asks it first, once a day and whenever the drivers change.
 *
 * Where there are several platforms, the loader ocl-icd asks each for its devices, to sort them.
 * Yoke does not call this loader when one of the drivers would bring down the process. To use the
 * other platforms, set OCL_ICD_PLATFORM_SORT=none in the environment before the program starts;
 * Yoke itself never changes the environment.
 *
 *   YOKE_ERR_INVALID    out is NULL, or YOKE_VECTOR_WIDTH in the environment is not 4, 8 or 16
 *   YOKE_ERR_NO_MEMORY  the host is out of memory, or a driver says so and no device is usable
 *   YOKE_ERR_DEVICE     the ICD loader failed, or a driver would bring it down (above), or this
 *                       process was forked from one that had used OpenCL (yoke/team.h)
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_system_create(yoke_system **out);

/* How many platforms the snapshot has; 0 for NULL. */
YOKE_API size_t yoke_system_platform_count(const yoke_system *sys);

/* The i-th platform, owned by the snapshot; NULL when there are not that many. */
YOKE_API const struct yoke_platform_info *yoke_system_platform(const yoke_system *sys, size_t i);

/* Free *sys and set it to NULL. Does nothing when *sys is already NULL. */
YOKE_API void yoke_system_destroy(yoke_system **sys);

/* A device of a team, ready for work: see yoke_team_device in yoke/team.h.
 *
 * Lifetime: that of its team, which owns it.
 * Threads:  free. */
typedef struct yoke_device yoke_device;

/* The properties of an open device, which live as long as it does; NULL for NULL. */
YOKE_API const struct yoke_device_info *yoke_device_get_info(const yoke_device *dev);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_DEVICE_H */
