/* cl_error.c - the one place that turns an OpenCL error into a status and a sentence.
 * SPDX-License-Identifier: MIT */
#include "device/cl_error.h"

#include <stddef.h>

#define ERR(name)                                                                                  \
    {                                                                                              \
        name, #name                                                                                \
    }
static const struct {
    cl_int err;
    const char *name;
} names[] = {
    ERR(CL_DEVICE_NOT_FOUND),
    ERR(CL_DEVICE_NOT_AVAILABLE),
    ERR(CL_COMPILER_NOT_AVAILABLE),
    ERR(CL_MEM_OBJECT_ALLOCATION_FAILURE),
    ERR(CL_OUT_OF_RESOURCES),
    ERR(CL_OUT_OF_HOST_MEMORY),
    ERR(CL_PROFILING_INFO_NOT_AVAILABLE),
    ERR(CL_MEM_COPY_OVERLAP),
    ERR(CL_BUILD_PROGRAM_FAILURE),
    ERR(CL_MAP_FAILURE),
    ERR(CL_MISALIGNED_SUB_BUFFER_OFFSET),
    ERR(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST),
    ERR(CL_COMPILE_PROGRAM_FAILURE),
    ERR(CL_LINKER_NOT_AVAILABLE),
    ERR(CL_LINK_PROGRAM_FAILURE),
    ERR(CL_DEVICE_PARTITION_FAILED),
    ERR(CL_KERNEL_ARG_INFO_NOT_AVAILABLE),
    ERR(CL_INVALID_VALUE),
    ERR(CL_INVALID_DEVICE_TYPE),
    ERR(CL_INVALID_PLATFORM),
    ERR(CL_INVALID_DEVICE),
    ERR(CL_INVALID_CONTEXT),
    ERR(CL_INVALID_QUEUE_PROPERTIES),
    ERR(CL_INVALID_COMMAND_QUEUE),
    ERR(CL_INVALID_HOST_PTR),
    ERR(CL_INVALID_MEM_OBJECT),
    ERR(CL_INVALID_BINARY),
    ERR(CL_INVALID_BUILD_OPTIONS),
    ERR(CL_INVALID_PROGRAM),
    ERR(CL_INVALID_PROGRAM_EXECUTABLE),
    ERR(CL_INVALID_KERNEL_NAME),
    ERR(CL_INVALID_KERNEL_DEFINITION),
    ERR(CL_INVALID_KERNEL),
    ERR(CL_INVALID_ARG_INDEX),
    ERR(CL_INVALID_ARG_VALUE),
    ERR(CL_INVALID_ARG_SIZE),
    ERR(CL_INVALID_KERNEL_ARGS),
    ERR(CL_INVALID_WORK_DIMENSION),
    ERR(CL_INVALID_WORK_GROUP_SIZE),
    ERR(CL_INVALID_WORK_ITEM_SIZE),
    ERR(CL_INVALID_GLOBAL_OFFSET),
    ERR(CL_INVALID_EVENT_WAIT_LIST),
    ERR(CL_INVALID_EVENT),
    ERR(CL_INVALID_OPERATION),
    ERR(CL_INVALID_BUFFER_SIZE),
    ERR(CL_INVALID_GLOBAL_WORK_SIZE),
    ERR(CL_INVALID_PROPERTY),
    ERR(CL_INVALID_COMPILER_OPTIONS),
    ERR(CL_INVALID_LINKER_OPTIONS),
    ERR(CL_INVALID_DEVICE_PARTITION_COUNT),
};

const char *yoke_cl_error_name(cl_int err)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].err == err) return names[i].name;
    return err == -1001 ? "CL_PLATFORM_NOT_FOUND_KHR" : "unknown error";
}

static yoke_status status_of(cl_int err)
{
    switch (err) {
    case CL_MEM_OBJECT_ALLOCATION_FAILURE:
    case CL_OUT_OF_HOST_MEMORY: return YOKE_ERR_NO_MEMORY;
    case CL_BUILD_PROGRAM_FAILURE:
    case CL_COMPILE_PROGRAM_FAILURE:
    case CL_LINK_PROGRAM_FAILURE:
    case CL_INVALID_BUILD_OPTIONS: return YOKE_ERR_BUILD;
    case CL_COMPILER_NOT_AVAILABLE: return YOKE_ERR_UNSUPPORTED;
    case CL_INVALID_WORK_GROUP_SIZE:
    case CL_INVALID_WORK_ITEM_SIZE:
    case CL_INVALID_BUFFER_SIZE: return YOKE_ERR_LIMIT;
    case CL_INVALID_KERNEL_NAME:
    case CL_INVALID_ARG_INDEX:
    case CL_INVALID_ARG_VALUE:
    case CL_INVALID_ARG_SIZE:
    case CL_INVALID_KERNEL_ARGS: return YOKE_ERR_INVALID;
    default: return YOKE_ERR_DEVICE;
    }
}

yoke_status yoke_cl_check(cl_int err, const char *call, const char *device)
{
    if (err == CL_SUCCESS) return YOKE_OK;
    return yoke_fail(status_of(err), "%s: %s (%d)%s%s", call, yoke_cl_error_name(err), (int)err,
                     device ? " on " : "", device ? device : "");
}
