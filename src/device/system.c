/* system.c - a snapshot of every platform and device.
 * SPDX-License-Identifier: MIT */
#include "device/system.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/stack.h"
#include "device/cl_error.h"
#include "device/drivers.h"
#include "device/probe.h"

enum { PLATFORM_NOT_FOUND_KHR = -1001 };

static const double probe_limit_s = 20;

static yoke_status list_platforms(struct yoke_system *sys, cl_platform_id **ids)
{
    cl_uint n = 0;
    const cl_int err = clGetPlatformIDs(0, NULL, &n);

    if (err == PLATFORM_NOT_FOUND_KHR) return YOKE_OK;
    if (err != CL_SUCCESS) return yoke_cl_check(err, "clGetPlatformIDs", NULL);
    if (n == 0) return YOKE_OK;
    *ids = calloc(n, sizeof **ids);
    sys->platforms = calloc(n, sizeof *sys->platforms);
    if (!*ids || !sys->platforms)
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a list of %u platforms", n);
    sys->n_platforms = n;
    return yoke_cl_check(clGetPlatformIDs(n, *ids, NULL), "clGetPlatformIDs", NULL);
}

static void fill_platform(struct yoke_platform_record *platform, size_t i,
                          const struct yoke_probe *probe)
{
    platform->info.name = platform->name;
    platform->info.vendor = platform->vendor;
    platform->info.version = platform->version;
    platform->info.reason = platform->reason;
    if (probe->ran && i < YOKE_PROBE_MAX && probe->verdict[i] == '-') {
        snprintf(platform->name, sizeof platform->name, "unnamed");
        snprintf(platform->reason, sizeof platform->reason,
                 "its driver, asked for devices in a child process, %s", probe->how);
        return;
    }
    yoke_platform_describe(platform, i);
}

/* Drivers also report a lack of host memory when their kernel module is missing or may not be used
 * (clinfo#30), so it counts only where it leaves nothing to work with. */
static yoke_status check_memory(const struct yoke_system *sys)
{
    const char *lacks = NULL, *reason = NULL;

    for (size_t i = 0; i < sys->n_platforms; i++) {
        const struct yoke_platform_record *p = &sys->platforms[i];
        if (p->no_memory && !lacks) lacks = p->name, reason = p->reason;
        for (size_t j = 0; j < p->info.n_devices; j++) {
            const struct yoke_device_record *rec = &p->devices[j];
            if (rec->info.usable) return YOKE_OK;
            if (rec->no_memory && !lacks) lacks = rec->name, reason = rec->reason;
        }
    }
    if (!lacks) return YOKE_OK;
    return yoke_fail(YOKE_ERR_NO_MEMORY, "no usable device: \"%s\": %s", lacks, reason);
}

static yoke_status explain_loader(const struct yoke_probe *probe)
{
    const char *way_out = probe->unsorted_ok
                              ? " when it sorts the platforms: set " YOKE_SORT_VARIABLE
                                "=none before the program starts"
                              : "";

    return yoke_fail(YOKE_ERR_DEVICE,
                     "the OpenCL loader, asked for platforms in a child process, %s%s", probe->how,
                     way_out);
}

/* With the lock of drivers held. */
static yoke_status ask_drivers(void *arg)
{
    struct yoke_system *sys = arg;
    yoke_status st = YOKE_OK;
    cl_platform_id *ids = NULL;
    struct yoke_probe probe;

    yoke_probe_run(probe_limit_s, &probe);
    if (probe.ran && !probe.loader_ok) TRY(explain_loader(&probe));
    TRY(list_platforms(sys, &ids));
    for (size_t i = 0; i < sys->n_platforms; i++) {
        sys->platforms[i].cl_id = ids[i];
        fill_platform(&sys->platforms[i], i, &probe);
    }
    TRY(check_memory(sys));
out:
    free(ids);
    return st;
}

yoke_status yoke_system_create(yoke_system **out)
{
    yoke_status st = YOKE_OK;
    yoke_system *sys = NULL;
    uint32_t width;

    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_system_create: out is NULL");
    *out = NULL;
    TRY(yoke_drivers_check());
    TRY(yoke_vector_width(&width)); /* before anything is described by it */
    sys = calloc(1, sizeof *sys);
    if (!sys) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a list of devices");
    yoke_drivers_begin(); /* also for a child forked meanwhile: there the lock is held for good */
    yoke_drivers_lock();
    st = yoke_call_on_stack(YOKE_STACK_TO_BUILD, ask_drivers, sys);
    yoke_drivers_unlock();
    TRY(st);
    *out = sys;
    sys = NULL;
out:
    yoke_system_destroy(&sys);
    return st;
}

size_t yoke_system_platform_count(const yoke_system *sys)
{
    return sys ? sys->n_platforms : 0;
}

const struct yoke_platform_info *yoke_system_platform(const yoke_system *sys, size_t i)
{
    return sys && i < sys->n_platforms ? &sys->platforms[i].info : NULL;
}

void yoke_system_destroy(yoke_system **sys)
{
    if (!sys || !*sys) return;
    for (size_t i = 0; i < (*sys)->n_platforms; i++) {
        free((*sys)->platforms[i].devices);
        free((*sys)->platforms[i].infos);
    }
    free((*sys)->platforms);
    free(*sys);
    *sys = NULL;
}

const char *yoke_device_type_name(enum yoke_device_type type)
{
    switch (type) {
    case YOKE_DEVICE_CPU: return "cpu";
    case YOKE_DEVICE_GPU: return "gpu";
    case YOKE_DEVICE_ACCELERATOR: return "accelerator";
    case YOKE_DEVICE_CUSTOM: return "custom";
    case YOKE_DEVICE_OTHER: break;
    }
    return "other";
}
