/* system.h - the snapshot behind yoke_system, for this room.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_SYSTEM_H
#define YOKE_DEVICE_SYSTEM_H

#include <CL/cl.h>

#include "base/environment.h"
#include "base/processor.h"
#include "yoke/device.h"

/* Why a device is not usable whose driver, or Yoke, lacked memory when it was described. */
#define YOKE_NO_HOST_MEMORY "no host memory to ask its driver"

/* One device as found. info's strings live in the arrays below it. */
struct yoke_device_record {
    struct yoke_device_info info;
    cl_platform_id platform;
    cl_device_id cl_id;
    uint32_t quirks;     /* enum yoke_quirk */
    unsigned cl_version; /* 10 * major + minor */
    bool no_memory;      /* the host had none for some answer */
    char platform_version[256];
    char hardware[320];                     /* equal for two devices that are the same hardware */
    char environment[YOKE_ENVIRONMENT_HEX]; /* its variables that steer compilers, at that time */
    char processor[YOKE_PROCESSOR_HEX]; /* the host's; "" for a device that does not run on it */
    char id[16], name[256], vendor[256], driver[256], version[256], reason[512], quirk_names[256];
};

struct yoke_platform_record {
    struct yoke_platform_info info;
    cl_platform_id cl_id;
    struct yoke_device_record *devices;
    const struct yoke_device_info **infos;
    bool no_memory; /* the host had none for some answer */
    char name[256], vendor[256], version[256], reason[512];
};

struct yoke_system {
    struct yoke_platform_record *platforms;
    size_t n_platforms;
};

/* YOKE_VECTOR_WIDTH of the environment, 0 where it is not set: describe.c.
 *
 *   YOKE_ERR_INVALID  it is none of 4, 8 and 16
 */
yoke_status yoke_vector_width(uint32_t *floats);

/* Fill the records of one platform: describe.c. Never fails: what goes wrong is a reason. */
void yoke_platform_describe(struct yoke_platform_record *platform, size_t number);

/* Fill rec->info and its texts from the device: describe.c. */
void yoke_device_describe(struct yoke_device_record *rec, const char *platform_name);

#endif /* YOKE_DEVICE_SYSTEM_H */
