/* device.c - an open device: a context of its own.
 * SPDX-License-Identifier: MIT */
#include "device/device.h"

#include <stdlib.h>

#include "base/stack.h"
#include "device/cl_error.h"
#include "device/drivers.h"
#include "yoke/opencl.h"

/* Copy a record; its info points into itself. */
static void copy_record(struct yoke_device_record *to, const struct yoke_device_record *from)
{
    *to = *from;
    to->info.id = to->id;
    to->info.name = to->name;
    to->info.vendor = to->vendor;
    to->info.driver = to->driver;
    to->info.version = to->version;
    to->info.reason = to->reason;
    to->info.quirks = to->quirk_names;
}

static yoke_status create_context(void *arg)
{
    yoke_device *dev = arg;
    const cl_context_properties properties[] = { CL_CONTEXT_PLATFORM,
                                                 (cl_context_properties)dev->rec.platform, 0 };
    cl_int err;

    yoke_drivers_lock();
    dev->ctx = clCreateContext(properties, 1, &dev->rec.cl_id, NULL, NULL, &err);
    yoke_drivers_unlock();
    return yoke_cl_check(err, "clCreateContext", dev->rec.name);
}

yoke_status yoke_device_open(const struct yoke_device_record *rec, const struct yoke_log *log,
                             yoke_device **out)
{
    yoke_status st = YOKE_OK;
    yoke_device *dev = calloc(1, sizeof *dev);

    *out = NULL;
    if (!dev) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a device handle");
    copy_record(&dev->rec, rec);
    dev->log = *log;
    TRY(yoke_call_on_stack(YOKE_STACK_TO_BUILD, create_context, dev));
    *out = dev;
    dev = NULL;
out:
    yoke_device_close(&dev);
    return st;
}

void yoke_device_close(yoke_device **dev)
{
    if (!*dev) return;
    for (size_t i = 0; i < YOKE_N_KEEPS; i++)
        if ((*dev)->kept[i].data) (*dev)->kept[i].release(*dev, (*dev)->kept[i].data);
    if ((*dev)->forget_foreign) (*dev)->forget_foreign(*dev);
    yoke_drivers_lock();
    if ((*dev)->ctx) clReleaseContext((*dev)->ctx);
    yoke_drivers_unlock();
    free(*dev);
    *dev = NULL;
}

const struct yoke_device_info *yoke_device_get_info(const yoke_device *dev)
{
    return dev ? &dev->rec.info : NULL;
}

cl_device_id yoke_device_cl_id(const yoke_device *dev)
{
    return dev ? dev->rec.cl_id : NULL;
}

cl_context yoke_device_cl_context(const yoke_device *dev)
{
    return dev ? dev->ctx : NULL;
}
