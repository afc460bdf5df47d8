/* yoke/device.h - what OpenCL offers on this machine.
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
    YOKE_DEVICE_OTHER = 0,   /* none of the below */
    YOKE_DEVICE_CPU,         /* cpu               */
    YOKE_DEVICE_GPU,         /* gpu               */
    YOKE_DEVICE_ACCELERATOR, /* accelerator: FPGA, NPU, DSP */
    YOKE_DEVICE_CUSTOM,      /* custom: fixed functions, no OpenCL C */
};

/* "cpu", "gpu", "accelerator", "custom" or "other". */
YOKE_API const char *yoke_device_type_name(enum yoke_device_type type);

/* What a device says of itself. Strings are UTF-8 on one line, never NULL. */
struct yoke_device_info {
    const char *id;      /* "P:D": the platform's and the device's number, as in selections */
    const char *name;    /* CL_DEVICE_NAME                                         */
    const char *vendor;  /* CL_DEVICE_VENDOR                                       */
    const char *driver;  /* CL_DRIVER_VERSION                                      */
    const char *version; /* CL_DEVICE_VERSION                                      */
    const char *reason;  /* why it is not usable, one sentence; "" when it is      */
    const char *quirks;  /* names of the workarounds in force, comma-separated     */

    enum yoke_device_type type;
    bool usable;      /* Yoke can run on it                                        */
    bool compiler;    /* it compiles OpenCL C at run time                          */
    bool fp16;        /* arithmetic in half precision (storage works everywhere)   */
    bool fp64;        /* arithmetic in double precision                            */
    bool fma;         /* a fused multiply-add as fast as a multiply and an add     */
    bool host_memory; /* it works on the host's memory, so arrays need no copies   */
    bool sub_groups;  /* cl_khr_subgroups or cl_intel_subgroups                    */
    bool sub_devices; /* it can be partitioned by counts of units                  */

    uint32_t units;           /* compute units                                      */
    uint32_t clock_mhz;       /* highest clock, as reported                         */
    uint32_t vector_f32;      /* floats in the widest vector register; 1: scalar. Of a CPU
                               * YOKE_VECTOR_WIDTH says it instead, for whoever wants the
                               * kernels of another processor                       */
    uint32_t vector_f64;      /* doubles in it; 0 without fp64                      */
    uint32_t address_bits;    /* 32 or 64                                           */
    size_t max_group;         /* most work-items of a work-group                    */
    uint64_t memory_bytes;    /* global memory                                      */
    uint64_t max_alloc_bytes; /* largest single buffer                             */
    uint64_t local_bytes;     /* local memory of a work-group                       */
    uint64_t cache_bytes;     /* cache of the global memory, 0 if unknown           */
};

/* An OpenCL platform: one vendor's driver. */
struct yoke_platform_info {
    const char *name;    /* CL_PLATFORM_NAME    */
    const char *vendor;  /* CL_PLATFORM_VENDOR  */
    const char *version; /* CL_PLATFORM_VERSION */
    const char *reason;  /* why it gives no device, one sentence; "" when it gives some */
    size_t n_devices;
    const struct yoke_device_info *const *devices; /* n_devices of them */
};

/* A snapshot of every platform and device.
 *
 * Lifetime: what it hands out lives as long as it does. A team does not need it.
 * Threads:  free, but for destroying one that another thread reads. */
typedef struct yoke_system yoke_system;

/* Ask the ICD loader for all platforms, and each platform for its devices. A platform that fails,
 * or brings down the process that asks it (a child of ours asks first, once a day and whenever the
 * drivers change), is listed with a reason and the others are used. No platform at all is no error:
 * the snapshot is empty then.
 *
 * One OpenCL loader, ocl-icd, asks each of several platforms for its devices by itself, to sort
 * them. Where one of them would bring down this process, the loader is not called: set
 * OCL_ICD_PLATFORM_SORT=none in the environment before the program starts, and the others can be
 * used. Yoke changes nobody's environment.
 *
 *   YOKE_ERR_INVALID    out is NULL, or the environment's YOKE_VECTOR_WIDTH is none of 4, 8, 16
 *   YOKE_ERR_NO_MEMORY  the host is out of memory; or a driver says so, and no device is usable
 *   YOKE_ERR_DEVICE     the ICD loader itself failed, or would not survive a driver (above); or
 *                       this process was forked from one that had used OpenCL (yoke/team.h)
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_system_create(yoke_system **out);

YOKE_API size_t yoke_system_platform_count(const yoke_system *sys);

/* The i-th platform; NULL when there are not that many. */
YOKE_API const struct yoke_platform_info *yoke_system_platform(const yoke_system *sys, size_t i);

/* Free *sys and set it to NULL. Does nothing when *sys is already NULL. */
YOKE_API void yoke_system_destroy(yoke_system **sys);

/* A device of a team, ready for work: see yoke/team.h, which hands it out.
 *
 * Lifetime: its team's.
 * Threads:  free. */
typedef struct yoke_device yoke_device;

/* What the device says of itself; lives as long as the device. */
YOKE_API const struct yoke_device_info *yoke_device_get_info(const yoke_device *dev);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_DEVICE_H */
